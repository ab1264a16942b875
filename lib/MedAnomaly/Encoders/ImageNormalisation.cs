using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>The order of an image's channels.</summary>
public enum ColourOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,
    /// <summary>Blue, green, red, as Caffe's networks expect it.</summary>
    Bgr,
}

/// <summary>
/// What an encoder's weights expect of a pixel: (value · <paramref name="Scale"/> − mean) / standard deviation, a channel at a time, with
/// value from 0 to 255.
/// </summary>
/// <param name="Order">The channels' order; <paramref name="Mean"/> and <paramref name="Std"/> are in it.</param>
/// <param name="Scale">1/255 for networks trained on [0, 1], 1 for those trained on [0, 255].</param>
/// <param name="Mean">Three means.</param>
/// <param name="Std">Three standard deviations.</param>
public sealed record ImageNormalisation(ColourOrder Order, float Scale, IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>torchvision's: RGB in [0, 1], ImageNet's mean and standard deviation.</summary>
    public static ImageNormalisation Torchvision { get; } = 
        new(ColourOrder.Rgb, 1 / 255f, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>Caffe's and Keras' "caffe" mode: BGR in [0, 255], ImageNet's mean subtracted.</summary>
    public static ImageNormalisation Caffe { get; } = new(ColourOrder.Bgr, 1, [103.939f, 116.779f, 123.68f], [1, 1, 1]);

    /// <summary>RGB in [0, 1], for networks trained from the beginning.</summary>
    public static ImageNormalisation UnitRange { get; } = new(ColourOrder.Rgb, 1 / 255f, [0, 0, 0], [1, 1, 1]);

    /// <summary>Normalises images that were loaded with <see cref="UnitRange"/>.</summary>
    /// <param name="images">[N, 3, H, W], RGB in [0, 1].</param>
    /// <returns>[N, 3, H, W]; the images themselves where nothing is to be done.</returns>
    public Tensor Apply(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (this == UnitRange) return images;
        Tensor Column(IReadOnlyList<float> values) => tensor(values.ToArray(), [1, values.Count, 1, 1], device: images.device);
        return ((Order == ColourOrder.Rgb ? images : images.flip(1)) * (255 * Scale) - Column(Mean)) / Column(Std);
    }

    /// <summary>The same with one mean and one standard deviation for all channels, the averages over them.</summary>
    public ImageNormalisation Averaged()
    {
        var (mean, std) = (Mean.Average(), Std.Average());
        return this with { Mean = [mean, mean, mean], Std = [std, std, std] };
    }
}
