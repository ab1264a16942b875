namespace MedAnomaly.Images;

/// <summary>
/// An image in memory, row by row from the top. The names are ImageSharp's, so that it can come back.
/// </summary>
/// <remarks>
/// PNG, JPEG and TIFF are told apart by their contents, never by the file's name, and their pixels equal Pillow 9.4's. What a camera
/// says about orientation (EXIF) is not applied, as in Pillow. A file that is damaged or cut short is refused: no pixel is made up.
/// 1, 2 and 4 bits and palettes are expanded to 8 bits; transparency of any kind becomes an alpha channel.
/// </remarks>
public abstract class Image
{
    /// <summary>The most pixels that a file may have; Pillow's limit. More is taken for a decompression bomb.</summary>
    public const long MaxPixels = 178_956_970;

    private protected Image(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaxPixels, nameof(width));
        (Width, Height) = (width, height);
    }

    /// <summary>Columns.</summary>
    public int Width { get; private protected set; }

    /// <summary>Rows.</summary>
    public int Height { get; private protected set; }

    /// <summary>Channels and bits of the pixels.</summary>
    public abstract PixelTypeInfo PixelType { get; }

    /// <summary>Reads the image file at <paramref name="path"/> with the pixel type that it has.</summary>
    /// <exception cref="DataFormatException">It is missing, damaged, too large or of a kind that is not read.</exception>
    public static Image Load(string path) => Decode(ImageFile.Read(path));

    /// <summary>Reads the image file in <paramref name="stream"/>, to its end, with the pixel type that it has.</summary>
    /// <exception cref="DataFormatException">It is damaged, too large or of a kind that is not read.</exception>
    public static Image Load(Stream stream) => Decode(ImageFile.Read(stream));

    /// <summary>Reads the image file at <paramref name="path"/> and converts it to <typeparamref name="TPixel"/>.</summary>
    /// <exception cref="DataFormatException">It is missing, damaged, too large or of a kind that is not read.</exception>
    public static Image<TPixel> Load<TPixel>(string path)
        where TPixel : unmanaged, IPixel<TPixel> => Convert<TPixel>(Load(path));

    /// <summary>Reads the image file in <paramref name="stream"/>, to its end, and converts it to <typeparamref name="TPixel"/>.</summary>
    /// <exception cref="DataFormatException">It is damaged, too large or of a kind that is not read.</exception>
    public static Image<TPixel> Load<TPixel>(Stream stream)
        where TPixel : unmanaged, IPixel<TPixel> => Convert<TPixel>(Load(stream));

    /// <summary>Reads the header of the image file at <paramref name="path"/>, without decoding a pixel.</summary>
    /// <exception cref="DataFormatException">It is missing, too large or of a kind that is not read.</exception>
    public static ImageInfo Identify(string path) => ImageDecoder.Identify(ImageFile.Read(path));

    /// <summary>An image with a copy of <paramref name="pixels"/>, row after row from the top.</summary>
    public static Image<TPixel> LoadPixelData<TPixel>(ReadOnlySpan<TPixel> pixels, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var image = new Image<TPixel>(width, height);
        if (pixels.Length != image.Pixels.Length)
            throw new ArgumentException($"{width} x {height} pixels were expected, got {pixels.Length}.", nameof(pixels));
        pixels.CopyTo(image.Pixels);
        return image;
    }

    /// <summary>A copy whose pixels are of type <typeparamref name="TPixel"/>; see <see cref="IPixel{TSelf}"/> for the rules.</summary>
    public abstract Image<TPixel> CloneAs<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>;

    /// <summary>Changes this image, for instance <c>image.Mutate(x => x.Resize(224, 224, KnownResamplers.Bicubic))</c>.</summary>
    public abstract void Mutate(Action<IImageProcessingContext> operation);

    /// <summary>Writes a PNG file, whole or not at all; equal images give equal bytes on one machine.</summary>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public void SaveAsPng(string path) => Files.AtomicFile.Write(path, SaveAsPng);

    /// <summary>Writes a PNG file to <paramref name="stream"/>.</summary>
    public abstract void SaveAsPng(Stream stream);

    internal abstract Span<byte> Bytes { get; }

    static Image Decode(ImageFile file)
    {
        var info = ImageDecoder.Identify(file);
        var image = Create(info);
        ImageDecoder.Decode(file, info.Format, image.Bytes);
        return image;
    }

    static Image Create(ImageInfo info) => (info.PixelType.Channels, info.PixelType.BitsPerChannel) switch
    {
        (1, 8) => new Image<L8>(info.Width, info.Height),
        (1, 16) => new Image<L16>(info.Width, info.Height),
        (2, 8) => new Image<La16>(info.Width, info.Height),
        (2, 16) => new Image<La32>(info.Width, info.Height),
        (3, 8) => new Image<Rgb24>(info.Width, info.Height),
        (3, 16) => new Image<Rgb48>(info.Width, info.Height),
        (4, 8) => new Image<Rgba32>(info.Width, info.Height),
        (4, 16) => new Image<Rgba64>(info.Width, info.Height),
        var other => throw new System.Diagnostics.UnreachableException($"The decoders deliver no pixels of {other} channels and bits."),
    };

    static Image<TPixel> Convert<TPixel>(Image image)
        where TPixel : unmanaged, IPixel<TPixel> => image as Image<TPixel> ?? image.CloneAs<TPixel>();
}
