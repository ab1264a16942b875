using System.Buffers.Binary;

namespace MedAnomaly.Images;

/// <summary>Reads headers and pixels through the C shim. A size is believed only if the file is long enough to hold it.</summary>
static class ImageDecoder
{
    // The most that one byte of a file can stand for. Deflate: 258 bytes in two bits. TIFF's LZW: a string of at most 4096 bytes in a
    // code of at least 9 bits. JPEG, Huffman coded: a bit at least for a block of 8 x 8 samples of a component that is sampled fully.
    const long PngBytes = 1032, TiffBytes = 4096, JpegPixels = 512;

    /// <summary>What the header says, with its size bounded by <see cref="Image.MaxPixels"/> and by the length of the file.</summary>
    /// <exception cref="DataFormatException">It is of no format that is read, damaged, too large or of a kind that is refused.</exception>
    public static ImageInfo Identify(ImageFile file)
    {
        var format = ImageSignature.Recognise(file);
        if (format == ImageFormat.Png)
            CheckPngHeader(file);
        Span<byte> fault = stackalloc byte[NativeImages.FaultSize];
        fault.Clear();
        NativeImages.Header header;
        try
        {
            var result = NativeImages.ReadHeader(format, file.Bytes, file.Bytes.Length, out header, fault);
            ThrowUnlessOk(result, file, format, fault);
        }
        catch (DllNotFoundException missing)
        {
            throw NativeImages.Missing(missing);
        }
        CheckSize(file, format, header.Width, header.Height);
        CheckDensity(file, format, header);
        return new((int)header.Width, (int)header.Height, new(header.Channels, header.Bits), format);
    }

    /// <summary>Decodes the whole image into <paramref name="pixels"/>, which has the size that the header gives.</summary>
    /// <exception cref="DataFormatException">The file is damaged or cut short.</exception>
    public static void Decode(ImageFile file, ImageFormat format, Span<byte> pixels)
    {
        Span<byte> fault = stackalloc byte[NativeImages.FaultSize];
        fault.Clear();
        var result = NativeImages.ReadPixels(format, file.Bytes, file.Bytes.Length, pixels, pixels.Length, fault);
        ThrowUnlessOk(result, file, format, fault);
    }

    // libpng would say only that the header is invalid.
    static void CheckPngHeader(ImageFile file)
    {
        var bytes = file.Bytes.AsSpan();
        if (bytes.Length < 33 || !bytes.Slice(12, 4).SequenceEqual("IHDR"u8))
            throw Damaged(file, ImageFormat.Png, $"its {bytes.Length} bytes do not begin with the IHDR chunk");
        var (width, height) = (BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
        CheckSize(file, ImageFormat.Png, width, height);
    }

    static void CheckSize(ImageFile file, ImageFormat format, long width, long height)
    {
        if (width == 0 || height == 0)
            throw Damaged(file, format, $"its header says {width} x {height} pixels");
        if (width > Image.MaxPixels || height > Image.MaxPixels || width * height > Image.MaxPixels)
            throw new DataFormatException($"{file.Name} says that it is {width} x {height} pixels, more than the {Image.MaxPixels} that "
                + "an image may have. Nothing was decoded. If it is really that large, cut it into tiles; otherwise it is damaged or made to "
                + "fill the memory.");
    }

    static void CheckDensity(ImageFile file, ImageFormat format, NativeImages.Header header)
    {
        var pixels = header.Width * header.Height;
        var (claimed, held, unit) = format switch
        {
            ImageFormat.Png => (pixels * PngBits(file) / 8, file.Bytes.Length * PngBytes, "bytes of pixels"),
            ImageFormat.Tiff => (pixels * header.Channels * header.Bits / 8, file.Bytes.Length * TiffBytes, "bytes of pixels"),
            _ => (pixels, file.Bytes.Length * JpegPixels, "pixels"),
        };
        if (claimed > held)
            throw Damaged(file, format, $"its header says {header.Width} x {header.Height} pixels, but its {file.Bytes.Length} bytes "
                + $"cannot hold more than {held} {unit}");
    }

    // Bits of a pixel before palettes and small depths are expanded, by the depth and the colour type of IHDR.
    static int PngBits(ImageFile file) => file.Bytes[24] * (file.Bytes[25] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 });

    static void ThrowUnlessOk(NativeImages.Result result, ImageFile file, ImageFormat format, ReadOnlySpan<byte> fault)
    {
        if (result == NativeImages.Result.Ok)
            return;
        var text = NativeImages.Text(fault);
        throw result == NativeImages.Result.Damaged
            ? Damaged(file, format, text)
            : new DataFormatException($"{file.Name} is a {Name(format)} file of a kind that is not read: {text}. Expected one page of grey "
                + "or RGB with 8 or 16 bits a channel: convert it to PNG, which loses nothing.");
    }

    static DataFormatException Damaged(ImageFile file, ImageFormat format, string fault) =>
        new($"{file.Name} is a damaged {Name(format)} file: {fault}. Nothing was loaded. Copy or download it again.");

    static string Name(ImageFormat format) => format.ToString().ToUpperInvariant();
}
