using MedAnomaly.Data.Simulation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Training;

/// <summary>
/// How training images are changed at random each time they are seen. What happens to an image follows from the seed, its number and the epoch
/// alone: neither the batch it is in, nor the number of threads, nor a training that stopped and went on, makes a difference. The least values
/// do nothing.
/// </summary>
/// <remarks>
/// In this order: mirror, affine, brightness, contrast, saturation, blur, noise. The affine transformation and the colours are torchvision's
/// (RandomAffine, ColorJitter) for tensors, bilinear, black outside.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>The share of the times that an image is mirrored left to right.</summary>
    public double Mirror { get; init; }

    /// <summary>Degrees that an image is turned by, at most, to either side.</summary>
    public double Rotation { get; init; }

    /// <summary>The share of its size that an image is moved by, at most, in either direction.</summary>
    public double Translation { get; init; }

    /// <summary>What an image is magnified or shrunk by, at most: 0.1 draws from 0.9 to 1.1.</summary>
    public double Scaling { get; init; }

    /// <summary>Degrees that an image is sheared by along its rows, at most, to either side.</summary>
    public double Shear { get; init; }

    /// <summary>The share of the times that an image is turned, moved, magnified and sheared; the others leave it in place.</summary>
    public double AffineShare { get; init; } = 1;

    /// <summary>0.2 multiplies brightness by 0.8 to 1.2.</summary>
    public double Brightness { get; init; }

    /// <summary>0.2 multiplies the distance to the image's mean grey by 0.8 to 1.2.</summary>
    public double Contrast { get; init; }

    /// <summary>0.2 multiplies the distance to each pixel's grey by 0.8 to 1.2; nothing changes in images of one channel.</summary>
    public double Saturation { get; init; }

    /// <summary>The standard deviation of a Gaussian blur, at most, in pixels.</summary>
    public double Blur { get; init; }

    /// <summary>The standard deviation of Gaussian noise, at most.</summary>
    public double Noise { get; init; }

    /// <summary>
    /// The slides' of source 001 (section 3.3): mirror, affine, light colour jitter. They print no magnitudes; these are ours. Of the slides'
    /// jitter, saturation and hue change nothing in grey images.
    /// </summary>
    public static Augmentation HeadCt { get; } = new()
    {
        Mirror = 0.5, Rotation = 10, Translation = 0.05, Scaling = 0.1, Shear = 5, Brightness = 0.05, Contrast = 0.05,
    };

    /// <summary>What makes no sense, with the name; null where nothing does.</summary>
    internal string? Fault()
    {
        foreach (var (name, value, most) in new[]
        {
            (nameof(Mirror), Mirror, 1), (nameof(Rotation), Rotation, 180), (nameof(Translation), Translation, 1), (nameof(Scaling), Scaling, 0.9),
            (nameof(Shear), Shear, 60), (nameof(AffineShare), AffineShare, 1), (nameof(Brightness), Brightness, 1), (nameof(Contrast), Contrast, 1),
            (nameof(Saturation), Saturation, 1), (nameof(Blur), Blur, 16), (nameof(Noise), Noise, 1),
        })
        {
            if (!(value >= 0 && value <= most)) return FormattableString.Invariant($"{nameof(Augmentation)}.{name} is {value}; it lies between 0 and {most}");
        }
        return null;
    }

    /// <summary>Changes a batch.</summary>
    /// <param name="images">[N, C, H, W] in [0, 1].</param>
    /// <param name="numbers">The number of each image in the training set.</param>
    /// <param name="epoch">From 0.</param>
    /// <param name="seed">Of the training.</param>
    /// <returns>[N, C, H, W] in [0, 1].</returns>
    public Tensor Apply(Tensor images, IReadOnlyList<long> numbers, int epoch, int seed)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        RandomStream[] random = [.. numbers.Select(number => new RandomStream(seed, number, epoch))];
        // Every image draws everything, so that one setting does not shift what another draws.
        double[] Draw(Func<RandomStream, double> from) => Array.ConvertAll(random, stream => from(stream));
        var mirrored = Draw(stream => stream.Uniform() < Mirror ? -1 : 1);
        var turned = Draw(stream => stream.Uniform(-Rotation, Rotation));
        var (right, down) = (Draw(stream => stream.Uniform(-Translation, Translation)), Draw(stream => stream.Uniform(-Translation, Translation)));
        var scaled = Draw(stream => stream.Uniform(1 - Scaling, 1 + Scaling));
        var sheared = Draw(stream => stream.Uniform(-Shear, Shear));
        var (bright, contrast, saturation) = (Draw(Factor(Brightness)), Draw(Factor(Contrast)), Draw(Factor(Saturation)));
        var (blur, noise) = (Draw(stream => stream.Uniform(0, Blur)), Draw(stream => stream.Uniform(0, Noise)));
        var moves = Draw(stream => stream.Uniform() < AffineShare ? 1 : 0);

        var result = images;
        if (mirrored.Contains(-1)) result = where(Column(mirrored, result) < 0, result.flip(3), result);
        if (Rotation + Translation + Scaling + Shear > 0)
        {
            var moved = Affine(result, [.. turned.Select((angle, i) => new AffineMap(angle, right[i], down[i], scaled[i], sheared[i]))]);
            result = moves.Contains(0) ? where(Column(moves, result) > 0, moved, result) : moved;
        }
        if (Brightness > 0) result = (result * Column(bright, result)).clamp(0, 1);
        if (Contrast > 0) result = Blend(result, Grey(result).mean([1, 2, 3], keepdim: true), contrast);
        if (Saturation > 0 && result.shape[1] == 3) result = Blend(result, Grey(result), saturation);
        if (Blur > 0) result = Blurred(result, blur);
        if (Noise > 0) result = (result + Normal(result.shape, random) * Column(noise, result)).clamp(0, 1);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>An affine transformation about an image's centre.</summary>
    /// <param name="Angle">Degrees, clockwise.</param>
    /// <param name="Right">Of the width.</param>
    /// <param name="Down">Of the height.</param>
    /// <param name="Scale">Magnification.</param>
    /// <param name="Shear">Degrees, along the rows.</param>
    internal readonly record struct AffineMap(double Angle, double Right, double Down, double Scale, double Shear);

    /// <summary>Transforms each image by its own map.</summary>
    internal static Tensor Affine(Tensor images, IReadOnlyList<AffineMap> maps)
    {
        var (height, width) = (images.shape[2], images.shape[3]);
        var theta = new float[6 * maps.Count];
        for (var i = 0; i < maps.Count; i++)
        {
            var (angle, shear) = (maps[i].Angle * Math.PI / 180, maps[i].Shear * Math.PI / 180);
            // The inverse of rotation times shear times scale: from a place of the result to the place in the image, in pixels.
            var (a, b) = (Math.Cos(angle), -Math.Cos(angle) * Math.Tan(shear) - Math.Sin(angle));
            var (c, d) = (Math.Sin(angle), -Math.Sin(angle) * Math.Tan(shear) + Math.Cos(angle));
            (a, b, c, d) = (d / maps[i].Scale, -b / maps[i].Scale, -c / maps[i].Scale, a / maps[i].Scale);
            var (x, y) = (maps[i].Right * width, maps[i].Down * height);
            // To the grid's units, in which an image reaches from -1 to 1.
            ReadOnlySpan<double> row =
            [
                a, b * height / width, -(a * x + b * y) * 2 / width,
                c * width / height, d, -(c * x + d * y) * 2 / height,
            ];
            for (var j = 0; j < row.Length; j++) theta[6 * i + j] = (float)row[j];
        }
        var grid = functional.affine_grid(tensor(theta, [maps.Count, 2, 3]), images.shape, align_corners: false);
        return functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
    }

    static Func<RandomStream, double> Factor(double spread) => stream => stream.Uniform(1 - spread, 1 + spread);

    /// <summary>A number an image, to be spread over its pixels.</summary>
    static Tensor Column(double[] values, Tensor images) => tensor(Array.ConvertAll(values, value => (float)value), [values.Length, 1, 1, 1]);

    static Tensor Blend(Tensor images, Tensor other, double[] factors)
    {
        var share = Column(factors, images);
        return (images * share + other * (1 - share)).clamp(0, 1);
    }

    /// <summary>Luminance [N, 1, H, W].</summary>
    static Tensor Grey(Tensor images) => images.shape[1] != 3 ? images.mean([1L], keepdim: true)
        : images.narrow(1, 0, 1) * 0.2989 + images.narrow(1, 1, 1) * 0.587 + images.narrow(1, 2, 1) * 0.114;

    /// <summary>A separable Gaussian an image, of four standard deviations at most, mirrored at the edges.</summary>
    Tensor Blurred(Tensor images, double[] deviations)
    {
        var (count, channels, height, width) = (images.shape[0], images.shape[1], images.shape[2], images.shape[3]);
        var radius = (int)Math.Min(Math.Ceiling(4 * Blur), Math.Min(height, width) - 1);
        var weights = new float[count * channels * (2 * radius + 1)];
        for (var plane = 0; plane < count * channels; plane++)
        {
            var kernel = weights.AsSpan(plane * (2 * radius + 1), 2 * radius + 1);
            // Less than a hundredth of a pixel is none.
            var deviation = Math.Max(deviations[plane / channels], 0.01);
            for (var i = -radius; i <= radius; i++) kernel[i + radius] = (float)Math.Exp(-i * i / (2 * deviation * deviation));
            var sum = 0f;
            foreach (var weight in kernel) sum += weight;
            foreach (ref var weight in kernel) weight /= sum;
        }
        var planes = functional.pad(images.reshape(1, count * channels, height, width), [radius, radius, radius, radius], PaddingModes.Reflect);
        planes = functional.conv2d(planes, tensor(weights, [count * channels, 1, 1, 2 * radius + 1]), groups: count * channels);
        planes = functional.conv2d(planes, tensor(weights, [count * channels, 1, 2 * radius + 1, 1]), groups: count * channels);
        return planes.reshape(count, channels, height, width);
    }

    static Tensor Normal(long[] shape, RandomStream[] random)
    {
        var length = shape[1] * shape[2] * shape[3];
        var values = new float[random.Length * length];
        for (var i = 0; i < values.Length; i++) values[i] = (float)random[i / length].Normal();
        return tensor(values, shape);
    }
}
