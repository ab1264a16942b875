using System.Buffers.Binary;
using System.IO.Compression;
using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>
/// Writes the smallest PNG of an image: grey or a palette where the colours allow it, which is a third of what a figure takes in RGB. The
/// same image always gives the same bytes.
/// </summary>
static class Png
{
    const int PaletteSize = 256, GreyType = 0, RgbType = 2, IndexedType = 3, RgbaType = 6;

    static readonly uint[] crcTable = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++)
            c = (c & 1) != 0 ? 0xedb88320 ^ c >> 1 : c >> 1;
        return c;
    })];

    /// <summary>The image as PNG, to the bit.</summary>
    /// <param name="image">The pixels.</param>
    /// <param name="pixelsPerInch">The resolution that the file states; 0 states none.</param>
    public static byte[] Encode(Image<Rgba32> image, double pixelsPerInch = 0)
    {
        if (IsGrey(image) && Quantizer.Exact(image.Pixels, 17) is null)
            return Write(image, GreyType, 8, null, pixelsPerInch, Filtered(image, pixel => [pixel.R], 1));
        if (Quantizer.Exact(image.Pixels, PaletteSize) is { } exact)
            return Indexed(image, exact, pixelsPerInch);
        return IsOpaque(image)
            ? Write(image, RgbType, 8, null, pixelsPerInch, Filtered(image, pixel => [pixel.R, pixel.G, pixel.B], 3))
            : Write(image, RgbaType, 8, null, pixelsPerInch, Filtered(image, pixel => [pixel.R, pixel.G, pixel.B, pixel.A], 4));
    }

    /// <summary>The image as PNG in at most 256 colours.</summary>
    public static byte[] EncodeIndexed(Image<Rgba32> image, double pixelsPerInch = 0, int colors = PaletteSize) =>
        Indexed(image, Quantizer.Exact(image.Pixels, colors) ?? Quantizer.Nearest(image.Pixels, colors), pixelsPerInch);

    static bool IsGrey(Image<Rgba32> image)
    {
        foreach (var pixel in image.Pixels)
        {
            if (pixel.R != pixel.G || pixel.G != pixel.B || pixel.A != byte.MaxValue)
                return false;
        }
        return true;
    }

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
        return Write(image, IndexedType, bits, colors.Palette, pixelsPerInch, rows);
    }

    // Each row is filtered as the PNG specification suggests: the filter whose output is smallest in absolute value.
    static byte[] Filtered(Image<Rgba32> image, Func<Rgba32, byte[]> channels, int depth)
    {
        var stride = image.Width * depth;
        var rows = new byte[checked((stride + 1) * image.Height)];
        var (above, row) = (new byte[stride], new byte[stride]);
        var candidate = new byte[stride];
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
                channels(image[x, y]).CopyTo(row, x * depth);
            var best = long.MaxValue;
            for (byte filter = 0; filter <= 4; filter++)
            {
                long cost = 0;
                for (var i = 0; i < stride; i++)
                {
                    int a = i >= depth ? row[i - depth] : 0, b = above[i], c = i >= depth ? above[i - depth] : 0;
                    candidate[i] = (byte)(row[i] - filter switch { 0 => 0, 1 => a, 2 => b, 3 => (a + b) / 2, _ => Paeth(a, b, c) });
                    cost += Math.Abs((int)(sbyte)candidate[i]);
                }
                if (cost >= best)
                    continue;
                best = cost;
                rows[y * (stride + 1)] = filter;
                candidate.CopyTo(rows, y * (stride + 1) + 1);
            }
            (above, row) = (row, above);
        }
        return rows;
    }

    static int Paeth(int a, int b, int c)
    {
        var p = a + b - c;
        var (pa, pb, pc) = (Math.Abs(p - a), Math.Abs(p - b), Math.Abs(p - c));
        return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }

    static byte[] Write(Image<Rgba32> image, int type, int bits, IReadOnlyList<Rgba32>? palette, double pixelsPerInch, byte[] rows)
    {
        using var png = new MemoryStream();
        png.Write([0x89, .. "PNG\r\n"u8, 0x1a, (byte)'\n']);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), image.Height);
        (header[8], header[9]) = ((byte)bits, (byte)type);
        Chunk(png, "IHDR"u8, header);
        if (pixelsPerInch > 0)
        {
            var density = new byte[9];
            BinaryPrimitives.WriteInt32BigEndian(density, (int)Math.Round(pixelsPerInch / 0.0254));
            BinaryPrimitives.WriteInt32BigEndian(density.AsSpan(4), (int)Math.Round(pixelsPerInch / 0.0254));
            density[8] = 1;
            Chunk(png, "pHYs"u8, density);
        }
        if (palette is not null)
        {
            Chunk(png, "PLTE"u8, [.. palette.SelectMany(color => new[] { color.R, color.G, color.B })]);
            if (palette.Any(color => color.A != byte.MaxValue))
                Chunk(png, "tRNS"u8, [.. palette.Select(color => color.A)]);
        }
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
