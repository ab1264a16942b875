using System.Buffers.Binary;
using System.IO.Compression;
using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>
/// Writes PNG with a palette, a third of what a figure takes in full colour; images with too many colours for one go through
/// <see cref="Image.SaveAsPng(Stream)"/>. The same image always gives the same bytes.
/// </summary>
static class Png
{
    /// <summary>The most colours of an indexed image.</summary>
    public const int PaletteSize = 256;

    const int IndexedType = 3;

    static readonly uint[] crcTable = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++)
            c = (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1;
        return c;
    })];

    /// <summary>The image as PNG, to the bit.</summary>
    public static byte[] Encode(Image<Rgba32> image)
    {
        if (Quantizer.Exact(image.Pixels, PaletteSize) is { } exact)
            return Indexed(image, exact, 0);
        using var png = new MemoryStream();
        if (IsOpaque(image))
            image.CloneAs<Rgb24>().SaveAsPng(png);
        else
            image.SaveAsPng(png);
        return png.ToArray();
    }

    /// <summary>The image as PNG in a palette of at most so many colours.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="colors">At most 256.</param>
    /// <param name="pixelsPerInch">The resolution that the file states; 0 states none.</param>
    public static byte[] EncodeIndexed(Image<Rgba32> image, int colors = PaletteSize, double pixelsPerInch = 0) =>
        Indexed(image, Quantizer.Exact(image.Pixels, colors) ?? Quantizer.Nearest(image.Pixels, colors), pixelsPerInch);

    static bool IsOpaque(Image<Rgba32> image)
    {
        foreach (var pixel in image.Pixels)
        {
            if (pixel.A != byte.MaxValue)
                return false;
        }
        return true;
    }

    static byte[] Indexed(Image<Rgba32> image, Quantizer.Result colors, double pixelsPerInch)
    {
        var bits = colors.Palette.Count switch { <= 2 => 1, <= 4 => 2, <= 16 => 4, _ => 8 };
        var stride = (image.Width * bits + 7) / 8 + 1;
        var rows = new byte[checked(stride * image.Height)];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var at = y * stride + 1 + x * bits / 8;
                rows[at] |= (byte)(colors.Indices[y * image.Width + x] << (8 - bits - x * bits % 8));
            }
        }
        return Write(image, bits, colors.Palette, pixelsPerInch, rows);
    }

    static byte[] Write(Image<Rgba32> image, int bits, IReadOnlyList<Rgba32> palette, double pixelsPerInch, byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = ((byte)bits, IndexedType);
        Chunk(png, "IHDR"u8, header);
        if (pixelsPerInch > 0)
        {
            var density = new byte[9];
            BinaryPrimitives.WriteInt32BigEndian(density, (int)Math.Round(pixelsPerInch / 0.0254));
            BinaryPrimitives.WriteInt32BigEndian(density.AsSpan(4), (int)Math.Round(pixelsPerInch / 0.0254));
            density[8] = 1;
            Chunk(png, "pHYs"u8, density);
        }
        Chunk(png, "PLTE"u8, [.. palette.SelectMany(color => new[] { color.R, color.G, color.B })]);
        if (palette.Any(color => color.A != byte.MaxValue))
            Chunk(png, "tRNS"u8, [.. palette.Select(color => color.A)]);
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(rows);
        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    static void Chunk(Stream png, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(name);
        png.Write(data);
        var crc = 0xffffffffu;
        foreach (var part in (byte[])[.. name, .. data])
            crc = crcTable[(crc ^ part) & 0xff] ^ crc >> 8;
        BinaryPrimitives.WriteUInt32BigEndian(number, ~crc);
        png.Write(number);
    }
}
