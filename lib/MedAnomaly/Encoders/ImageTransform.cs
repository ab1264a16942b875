using System.Drawing;
using System.Runtime.InteropServices;
using MedAnomaly.Images;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// From an image to an encoder's input: resize, keep the centre, normalise. Resizing works on 8-bit pixels with Pillow's antialiased
/// bilinear filter, as torchvision does with images. Grey images get three equal channels, unless <see cref="IsGrey"/>.
/// </summary>
/// <param name="Size">Height and width after resizing; the aspect ratio is not kept.</param>
/// <param name="Crop">Height and width of the central part that is kept, at most <paramref name="Size"/>.</param>
/// <param name="Normalisation">What the encoder's weights expect of a pixel.</param>
public sealed record ImageTransform(int Size, int Crop, ImageNormalisation Normalisation)
{
    /// <summary>
    /// Whether images become one channel, their luminance, normalised as the normalisation's first: for networks trained on grey images.
    /// </summary>
    public bool IsGrey { get; init; }

    /// <summary>One channel or three.</summary>
    public int Channels => IsGrey ? 1 : 3;

    /// <summary>One image.</summary>
    /// <returns>[<see cref="Channels"/>, Crop, Crop], 32-bit floats on the CPU.</returns>
    public Tensor Apply(Image image)
    {
        using var batch = Batch([image]);
        return batch.squeeze(0);
    }

    /// <summary>What of an image the encoder sees, before the pixels are normalised: resized, and cut to the centre.</summary>
    /// <exception cref="ArgumentException">The crop does not fit the size.</exception>
    public Image<Rgb24> Picture(Image image) => Picture<Rgb24>(image);

    Image<TPixel> Picture<TPixel>(Image image) where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Crop < 1 || Crop > Size) throw new ArgumentException($"A crop of {Crop} pixels does not fit images of {Size}.");
        // torchvision rounds half a pixel to the even number.
        var start = (int)Math.Round((Size - Crop) / 2.0, MidpointRounding.ToEven);
        return image.CloneAs<TPixel>()
            .Clone(x => x.Resize(Size, Size, KnownResamplers.Triangle).Crop(new Rectangle(start, start, Crop, Crop)));
    }

    /// <summary>Several images.</summary>
    /// <returns>[N, <see cref="Channels"/>, Crop, Crop], 32-bit floats on the CPU.</returns>
    /// <exception cref="ArgumentException">There are no images, or the crop does not fit the size.</exception>
    public Tensor Batch(IReadOnlyCollection<Image> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0) throw new ArgumentException("A batch needs at least one image.", nameof(images));
        var batch = empty(images.Count, Channels, Crop, Crop);
        var values = MemoryMarshal.Cast<byte, float>(batch.bytes);
        var length = Channels * Crop * Crop;
        foreach (var image in images)
        {
            if (IsGrey) Fill(Picture<L8>(image), values[..length]);
            else Fill(Picture(image), values[..length]);
            values = values[length..];
        }
        return batch;
    }

    void Fill(Image<Rgb24> picture, Span<float> planes)
    {
        var plane = Crop * Crop;
        var (red, blue) = Normalisation.Order == ColourOrder.Rgb ? (0, 2) : (2, 0);
        for (var y = 0; y < Crop; y++)
        {
            for (var x = 0; x < Crop; x++)
            {
                var pixel = picture[x, y];
                var at = y * Crop + x;
                planes[red * plane + at] = Normalise(pixel.R, red);
                planes[plane + at] = Normalise(pixel.G, 1);
                planes[blue * plane + at] = Normalise(pixel.B, blue);
            }
        }
    }

    void Fill(Image<L8> picture, Span<float> plane)
    {
        for (var i = 0; i < plane.Length; i++) plane[i] = Normalise(picture.Pixels[i].PackedValue, 0);
    }

    float Normalise(byte value, int channel) => (value * Normalisation.Scale - Normalisation.Mean[channel]) / Normalisation.Std[channel];
}
