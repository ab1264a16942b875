using System.Drawing;
using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Images;
using Image = MedAnomaly.Images.Image;

namespace MedAnomaly.Data;

/// <summary>Datasets made of other datasets.</summary>
public static class ImageDatasetExtensions
{
    /// <summary>
    /// The dataset with other samples: fewer, or regrouped. Its <see cref="IImageDataset.ManifestHash"/> names the choice as well.
    /// </summary>
    public static IImageDataset WithSamples(this IImageDataset dataset, IEnumerable<Sample> samples)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new Selection(dataset, [.. samples]);
    }

    /// <summary>
    /// The dataset with a part of every image black: what was written into the images, and must not tell a network anything. Masks stay as they
    /// are. Its <see cref="IImageDataset.ManifestHash"/> names the part as well.
    /// </summary>
    /// <param name="dataset">The images.</param>
    /// <param name="part">In shares of width and height: (0, 0, 1, 0.1) is the uppermost tenth.</param>
    /// <exception cref="ArgumentException">The part is empty or reaches beyond the images.</exception>
    public static IImageDataset WithCovered(this IImageDataset dataset, RectangleF part)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        if (!(part is { Left: >= 0, Top: >= 0, Right: <= 1, Bottom: <= 1, Width: > 0, Height: > 0 }))
            throw new ArgumentException(FormattableString.Invariant($"The part {part.Left}, {part.Top}, {part.Width}, {part.Height} (left, top, ")
                + "width, height) is none of an image; it lies within (0, 0, 1, 1) and is not empty.", nameof(part));
        return new Covering(dataset, part);
    }

    sealed class Covering(IImageDataset source, RectangleF part) : IImageDataset
    {
        public string Id => source.Id;

        public string Title => source.Title;

        public DataKind Kind => source.Kind;

        public string ManifestHash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
            FormattableString.Invariant($"{source.ManifestHash}\ncovered {part.Left} {part.Top} {part.Width} {part.Height}"))));

        public IReadOnlyList<Sample> Samples => source.Samples;

        public Image LoadImage(Sample sample)
        {
            var image = source.LoadImage(sample).CloneAs<Rgb24>();
            var (left, right) = ((int)Math.Floor(part.Left * image.Width), Math.Min(image.Width, (int)Math.Ceiling(part.Right * image.Width)));
            var (top, bottom) = ((int)Math.Floor(part.Top * image.Height), Math.Min(image.Height, (int)Math.Ceiling(part.Bottom * image.Height)));
            for (var y = top; y < bottom; y++) image.Pixels.Slice(y * image.Width + left, right - left).Clear();
            return image;
        }

        public Mask? LoadMask(Sample sample) => source.LoadMask(sample);
    }

    sealed class Selection(IImageDataset source, IReadOnlyList<Sample> samples) : IImageDataset
    {
        public string Id => source.Id;

        public string Title => source.Title;

        public DataKind Kind => source.Kind;

        public string ManifestHash { get; } = SampleListHash.Of(source.ManifestHash, samples);

        public IReadOnlyList<Sample> Samples => samples;

        public Image LoadImage(Sample sample) => source.LoadImage(sample);

        public Mask? LoadMask(Sample sample) => source.LoadMask(sample);
    }
}
