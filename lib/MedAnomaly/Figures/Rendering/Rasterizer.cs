using System.Runtime.InteropServices;
using System.Text;
using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>A figure as SVG, and the size that it was laid out for.</summary>
sealed record Drawing(string Svg, int Width, int Height);

/// <summary>Draws SVG into pixels, by the system's librsvg and cairo.</summary>
static partial class Rasterizer
{
    const string Rsvg = "librsvg-2.so.2", Cairo = "libcairo.so.2", GObject = "libgobject-2.0.so.0", GLib = "libglib-2.0.so.0";
    const int Argb32 = 0;
    const string Sample = "Hamburgefonstiv 0123456789";

    static readonly Lazy<bool> hasFont = new(HasFont);

    /// <summary>The drawing's pixels, <paramref name="scale"/> of them to each unit of length.</summary>
    /// <exception cref="MachineException">librsvg, cairo or a font of the right widths is missing.</exception>
    public static Image<Rgba32> Draw(Drawing drawing, double scale)
    {
        try
        {
            if (!hasFont.Value)
                throw MissingFont();
            return Render(drawing, (int)Math.Round(drawing.Width * scale), (int)Math.Round(drawing.Height * scale));
        }
        catch (DllNotFoundException fault)
        {
            throw MissingLibrary(fault);
        }
    }

    internal static MachineException MissingLibrary(DllNotFoundException fault) => new(
        $"A figure cannot be drawn as an image: the system has no {Rsvg} (with {Cairo}, {GObject} and {GLib}) that can be loaded. "
        + "Install it with: apt-get install -y librsvg2-2 fonts-liberation", fault);

    internal static MachineException MissingFont() => new(
        "A figure cannot be drawn as an image: no font with the widths of Arial was found, so that labels would overlap. "
        + "Install one with: apt-get install -y fonts-liberation");

    static unsafe Image<Rgba32> Render(Drawing drawing, int width, int height)
    {
        var bytes = Encoding.UTF8.GetBytes(drawing.Svg);
        var handle = rsvg_handle_new_from_data(bytes, (nuint)bytes.Length, out var error);
        var surface = cairo_image_surface_create(Argb32, width, height);
        var context = cairo_create(surface);
        try
        {
            if (handle == 0)
                throw Fault("read", error);
            cairo_set_source_rgb(context, 1, 1, 1);
            cairo_paint(context);
            // The drawing's own shape: a rounded height would leave a seam at an edge.
            var viewport = new Viewport(0, 0, width, width * (double)drawing.Height / drawing.Width);
            if (!rsvg_handle_render_document(handle, context, in viewport, out error))
                throw Fault("drawn", error);
            cairo_surface_flush(surface);
            if (cairo_status(context) is not 0 and var status)
                throw new InvalidOperationException($"cairo could not draw {width} x {height} pixels: status {status}.");
            var image = new Image<Rgba32>(width, height);
            var stride = cairo_image_surface_get_stride(surface);
            var data = (byte*)cairo_image_surface_get_data(surface);
            for (var y = 0; y < height; y++)
            {
                // The ground is opaque, so cairo's premultiplied colours are the colours themselves; in memory they are B, G, R, A.
                var row = new ReadOnlySpan<uint>(data + (long)y * stride, width);
                for (var x = 0; x < width; x++)
                    image[x, y] = new((byte)(row[x] >> 16), (byte)(row[x] >> 8), (byte)row[x], byte.MaxValue);
            }
            return image;
        }
        finally
        {
            cairo_destroy(context);
            cairo_surface_destroy(surface);
            if (handle != 0)
                g_object_unref(handle);
        }
    }

    static unsafe InvalidOperationException Fault(string verb, nint error)
    {
        var message = error == 0 ? "no reason given" : Marshal.PtrToStringUTF8(((GError*)error)->Message);
        if (error != 0)
            g_error_free(error);
        return new($"The figure's SVG could not be {verb} by librsvg: {message}.");
    }

    // Layout trusts the width table of FontMetrics. Where fontconfig hands out another family the text would not fit, so that is an error.
    static bool HasFont()
    {
        const double size = 200;
        var surface = cairo_image_surface_create(Argb32, 1, 1);
        var context = cairo_create(surface);
        cairo_select_font_face(context, FontMetrics.Families.Split(',')[0], 0, 0);
        cairo_set_font_size(context, size);
        cairo_text_extents(context, Sample, out var extents);
        cairo_destroy(context);
        cairo_surface_destroy(surface);
        var expected = FontMetrics.Width(Sample, size);
        return Math.Abs(extents.XAdvance - expected) < 0.01 * expected;
    }

    [StructLayout(LayoutKind.Sequential)]
    readonly record struct Viewport(double X, double Y, double Width, double Height);

    [StructLayout(LayoutKind.Sequential)]
    readonly record struct TextExtents(double XBearing, double YBearing, double Width, double Height, double XAdvance, double YAdvance);

    [StructLayout(LayoutKind.Sequential)]
    readonly record struct GError(uint Domain, int Code, nint Message);

    [LibraryImport(Rsvg)]
    private static partial nint rsvg_handle_new_from_data(byte[] data, nuint length, out nint error);

    [LibraryImport(Rsvg)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool rsvg_handle_render_document(nint handle, nint context, in Viewport viewport, out nint error);

    [LibraryImport(Cairo)]
    private static partial nint cairo_image_surface_create(int format, int width, int height);

    [LibraryImport(Cairo)]
    private static partial nint cairo_create(nint surface);

    [LibraryImport(Cairo)]
    private static partial void cairo_set_source_rgb(nint context, double red, double green, double blue);

    [LibraryImport(Cairo)]
    private static partial void cairo_paint(nint context);

    [LibraryImport(Cairo)]
    private static partial int cairo_status(nint context);

    [LibraryImport(Cairo)]
    private static partial void cairo_destroy(nint context);

    [LibraryImport(Cairo)]
    private static partial void cairo_surface_destroy(nint surface);

    [LibraryImport(Cairo)]
    private static partial void cairo_surface_flush(nint surface);

    [LibraryImport(Cairo)]
    private static partial nint cairo_image_surface_get_data(nint surface);

    [LibraryImport(Cairo)]
    private static partial int cairo_image_surface_get_stride(nint surface);

    [LibraryImport(Cairo, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void cairo_select_font_face(nint context, string family, int slant, int weight);

    [LibraryImport(Cairo)]
    private static partial void cairo_set_font_size(nint context, double size);

    [LibraryImport(Cairo, StringMarshalling = StringMarshalling.Utf8)]
    private static partial void cairo_text_extents(nint context, string text, out TextExtents extents);

    [LibraryImport(GObject)]
    private static partial void g_object_unref(nint instance);

    [LibraryImport(GLib)]
    private static partial void g_error_free(nint error);
}
