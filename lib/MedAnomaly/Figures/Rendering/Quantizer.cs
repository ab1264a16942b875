using MedAnomaly.Images;

namespace MedAnomaly.Figures.Rendering;

/// <summary>Finds a palette for an image.</summary>
static class Quantizer
{
    /// <summary>A palette, and for each pixel its place in it.</summary>
    public sealed record Result(IReadOnlyList<Rgba32> Palette, byte[] Indices);

    /// <summary>The image's own colours, or null if there are more than <paramref name="colors"/>.</summary>
    public static Result? Exact(ReadOnlySpan<Rgba32> pixels, int colors)
    {
        var places = new Dictionary<Rgba32, byte>(colors);
        var indices = new byte[pixels.Length];
        for (var i = 0; i < pixels.Length; i++)
        {
            if (!places.TryGetValue(pixels[i], out var place))
            {
                if (places.Count == colors)
                    return null;
                places.Add(pixels[i], place = (byte)places.Count);
            }
            indices[i] = place;
        }
        return new([.. places.Keys], indices);
    }

    /// <summary>
    /// Few colours that stand for many: the cluster with the greatest squared error is split at its mean, along the channel that varies
    /// most, until there are <paramref name="colors"/> clusters; each becomes the colour of most of it, or its mean.
    /// </summary>
    public static Result Nearest(ReadOnlySpan<Rgba32> pixels, int colors)
    {
        var counts = new Dictionary<Rgba32, int>();
        foreach (var pixel in pixels)
            counts[pixel] = counts.GetValueOrDefault(pixel) + 1;
        var all = counts.Select(pair => (pair.Key, pair.Value)).ToArray();
        var clusters = new PriorityQueue<Cluster, double>();
        Enqueue(clusters, new(all));
        while (clusters.Count < colors && clusters.Peek().Error > 0)
        {
            var (low, high) = clusters.Dequeue().Split();
            Enqueue(clusters, low);
            Enqueue(clusters, high);
        }
        var palette = new List<Rgba32>();
        var places = new Dictionary<Rgba32, byte>(counts.Count);
        foreach (var (cluster, _) in clusters.UnorderedItems.OrderBy(item => Sum(item.Element.Representative)))
        {
            foreach (var (color, _) in cluster.Colors)
                places[color] = (byte)palette.Count;
            palette.Add(cluster.Representative);
        }
        var indices = new byte[pixels.Length];
        for (var i = 0; i < indices.Length; i++)
            indices[i] = places[pixels[i]];
        return new(palette, indices);
    }

    static int Sum(Rgba32 color) => color.R + color.G + color.B;

    static void Enqueue(PriorityQueue<Cluster, double> clusters, Cluster cluster) => clusters.Enqueue(cluster, -cluster.Error);

    sealed class Cluster
    {
        readonly double[] mean = new double[4];
        readonly int widest;

        public Cluster((Rgba32 Color, int Count)[] colors)
        {
            Colors = colors;
            double total = 0;
            var squares = new double[4];
            foreach (var (color, count) in colors)
            {
                // By the root of its count: a large ground must not take the colours of a small gradient.
                var weight = Math.Sqrt(count);
                total += weight;
                for (var c = 0; c < 4; c++)
                {
                    mean[c] += weight * Channel(color, c);
                    squares[c] += weight * Channel(color, c) * Channel(color, c);
                }
            }
            for (var c = 0; c < 4; c++)
            {
                mean[c] /= total;
                squares[c] -= total * mean[c] * mean[c];
                widest = squares[c] > squares[widest] ? c : widest;
            }
            // Whether one colour can be split is a matter of how many there are, not of rounding in the sums.
            Error = colors.Length > 1 ? squares.Sum() : 0;
        }

        public (Rgba32 Color, int Count)[] Colors { get; }

        public double Error { get; }

        /// <summary>The colour of most of its pixels, so that a white ground stays white; where none has so many, the mean.</summary>
        public Rgba32 Representative
        {
            get
            {
                var (color, count) = Colors.MaxBy(entry => entry.Count);
                return 2 * count > Colors.Sum(entry => entry.Count) ? color : new(Byte(mean[0]), Byte(mean[1]), Byte(mean[2]), Byte(mean[3]));
            }
        }

        public (Cluster Low, Cluster High) Split() => (
            new([.. Colors.Where(entry => Channel(entry.Color, widest) <= mean[widest])]),
            new([.. Colors.Where(entry => Channel(entry.Color, widest) > mean[widest])]));

        static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value), 0, 255);

        static int Channel(Rgba32 color, int channel) => channel switch { 0 => color.R, 1 => color.G, 2 => color.B, _ => color.A };
    }
}
