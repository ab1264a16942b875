using System.Globalization;
using System.Runtime.InteropServices;

namespace MedAnomaly.Images;

/// <summary>The ground truth of an image: for each pixel, whether it is abnormal.</summary>
public sealed class Mask
{
    // A mask has two values. More of them than this in a message tell nothing.
    const int ShownValues = 8;

    readonly bool[] pixels;

    Mask(int width, int height, bool[] pixels) => (Width, Height, this.pixels) = (width, height, pixels);

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>All pixels, row after row from the top.</summary>
    public ReadOnlySpan<bool> Pixels => pixels;

    /// <summary>Whether the pixel in column <paramref name="x"/> of row <paramref name="y"/> is abnormal.</summary>
    public bool this[int x, int y] => pixels[y * Width + x];

    /// <summary>How many pixels are abnormal.</summary>
    public int Count => pixels.AsSpan().Count(true);

    /// <summary>A mask of <paramref name="pixels"/>, row after row from the top.</summary>
    /// <exception cref="ArgumentException">There are not width x height of them.</exception>
    public static Mask FromPixels(ReadOnlySpan<bool> pixels, int width, int height) =>
        width > 0 && height > 0 && pixels.Length == (long)width * height
        ? new(width, height, pixels.ToArray())
        : throw new ArgumentException($"{width} x {height} pixels were expected, got {pixels.Length}.", nameof(pixels));

    /// <summary>
    /// Reads the mask at <paramref name="path"/>: 0 is normal; abnormal is one other value, 255 or 1 (or 65535 of 16 bits).
    /// </summary>
    /// <exception cref="DataFormatException">It cannot be read, is coloured, or has other values; the message lists them.</exception>
    public static Mask Load(string path)
    {
        var image = Image.Load(path);
        var grey = GreyValues(image) ?? throw new DataFormatException(
            $"{path} is no mask: its pixels are coloured or transparent. Expected a grey image of 0 and 255 (or 0 and 1).");
        var values = new SortedSet<int>(grey);
        if (values.Any(value => value is not (0 or 1 or 255 or 65535)) || values.Count(value => value != 0) > 1)
            throw new DataFormatException($"{path} is no mask: expected 0 and 255 (or 0 and 1) only, got {Describe(values)}. "
                + "A mask that was saved as JPEG or resized smoothly has such values: export it again as PNG, or resize it by nearest "
                + "neighbour.");
        var pixels = Array.ConvertAll(grey, value => value != 0);
        return new(image.Width, image.Height, pixels);
    }

    /// <summary>Reads the mask at <paramref name="path"/> for the image at <paramref name="imagePath"/>, whose size it must have.</summary>
    /// <exception cref="DataFormatException">It cannot be read, is no mask, or has another size than the image.</exception>
    public static Mask LoadFor(string imagePath, string path)
    {
        var image = Image.Identify(imagePath);
        var mask = Load(path);
        return (mask.Width, mask.Height) == (image.Width, image.Height) ? mask : throw new DataFormatException(
            $"{path} is {mask.Width} x {mask.Height} pixels, but its image {imagePath} is {image.Width} x {image.Height}. "
            + "A mask must have its image's size; neither was resized. Check that the two belong together.");
    }

    /// <summary>The mask in another size, by nearest neighbour, so that it stays a mask.</summary>
    public Mask Resize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        var resized = new bool[checked(width * height)];
        NearestNeighbor.Resize<bool>(pixels, Width, Height, resized, width, height);
        return new(width, height, resized);
    }

    /// <summary>One value a pixel, or null where the channels differ or something is transparent.</summary>
    static int[]? GreyValues(Image image)
    {
        var type = image.PixelType;
        var samples = type.BitsPerChannel == 8
            ? Array.ConvertAll(image.Bytes.ToArray(), sample => (int)sample)
            : Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(image.Bytes).ToArray(), sample => (int)sample);
        var colours = type.HasAlpha ? type.Channels - 1 : type.Channels;
        var grey = new int[samples.Length / type.Channels];
        for (var i = 0; i < grey.Length; i++)
        {
            var pixel = samples.AsSpan(i * type.Channels, type.Channels);
            grey[i] = pixel[0];
            if (pixel[..colours].ContainsAnyExcept(pixel[0]) || (type.HasAlpha && pixel[^1] != (1 << type.BitsPerChannel) - 1))
                return null;
        }
        return grey;
    }

    static string Describe(SortedSet<int> values)
    {
        var shown = string.Join(", ", values.Take(ShownValues).Select(value => value.ToString(CultureInfo.InvariantCulture)));
        return $"{values.Count} values: {shown}{(values.Count > ShownValues ? ", ..." : "")}";
    }
}
