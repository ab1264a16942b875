namespace MedAnomaly.Metrics;

/// <summary>Which pixels or voxels touch.</summary>
public enum Connectivity
{
    /// <summary>Those that share a side: 4 neighbours in an image, 6 in a volume.</summary>
    Faces,
    /// <summary>Those that share a corner: 8 neighbours in an image, 26 in a volume.</summary>
    Corners,
}

/// <summary>The connected regions of a mask.</summary>
/// <param name="Labels">The region of each pixel, x fastest: 0 outside, then 1, 2, ... in the order in which a scan meets the regions.</param>
/// <param name="Sizes">Pixels of each region; <c>Sizes[0]</c> is region 1.</param>
public sealed record ConnectedComponents(int[] Labels, int[] Sizes)
{
    /// <summary>How many regions there are.</summary>
    public int Count => Sizes.Length;

    /// <summary>Labels the regions where <paramref name="mask"/> is not 0.</summary>
    /// <param name="mask">The mask, x fastest, then y, then z.</param>
    /// <param name="width">Pixels along x.</param>
    /// <param name="height">Pixels along y.</param>
    /// <param name="depth">Slices along z; 1 for an image.</param>
    /// <param name="connectivity">Which pixels touch.</param>
    /// <exception cref="ArgumentException">The mask's length is not width x height x depth.</exception>
    public static ConnectedComponents Of(ReadOnlySpan<byte> mask, int width, int height, int depth = 1, Connectivity connectivity = Connectivity.Corners)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
        if (mask.Length != (long)width * height * depth)
            throw new ArgumentException($"A mask of {width} x {height} x {depth} has {(long)width * height * depth} pixels, got {mask.Length}.");

        var before = Before(connectivity);
        var labels = new int[mask.Length];
        List<int> parents = [0];
        for (int z = 0, i = 0; z < depth; z++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++, i++)
                {
                    if (mask[i] == 0) continue;
                    var label = 0;
                    foreach (var (dx, dy, dz) in before)
                    {
                        if ((uint)(x + dx) >= (uint)width || (uint)(y + dy) >= (uint)height || z + dz < 0) continue;
                        var other = labels[i + dx + (dy + dz * height) * width];
                        if (other != 0) label = label == 0 ? Root(parents, other) : Join(parents, label, other);
                    }
                    if (label == 0)
                    {
                        label = parents.Count;
                        parents.Add(label);
                    }
                    labels[i] = label;
                }
            }
        }
        return Number(labels, parents);
    }

    /// <summary>The neighbours that a scan has already passed.</summary>
    static (int X, int Y, int Z)[] Before(Connectivity connectivity)
    {
        List<(int X, int Y, int Z)> offsets = [];
        for (var z = -1; z <= 0; z++)
        {
            for (var y = -1; y <= 1; y++)
            {
                for (var x = -1; x <= 1; x++)
                {
                    var passed = z < 0 || y < 0 || (y == 0 && x < 0);
                    var touches = connectivity == Connectivity.Corners || Math.Abs(x) + Math.Abs(y) + Math.Abs(z) == 1;
                    if (passed && touches && !(z == 0 && y > 0)) offsets.Add((x, y, z));
                }
            }
        }
        return [.. offsets];
    }

    static int Root(List<int> parents, int label)
    {
        while (parents[label] != label)
        {
            parents[label] = parents[parents[label]];
            label = parents[label];
        }
        return label;
    }

    /// <summary>Joins two trees under the label that came first, so that regions keep the order in which the scan met them.</summary>
    static int Join(List<int> parents, int first, int second)
    {
        var (a, b) = (Root(parents, first), Root(parents, second));
        var root = Math.Min(a, b);
        parents[Math.Max(a, b)] = root;
        return root;
    }

    static ConnectedComponents Number(int[] labels, List<int> parents)
    {
        var numbers = new int[parents.Count];
        List<int> sizes = [];
        for (var label = 1; label < parents.Count; label++)
        {
            var root = Root(parents, label);
            if (root == label)
            {
                sizes.Add(0);
                numbers[label] = sizes.Count;
            }
            else
            {
                numbers[label] = numbers[root];
            }
        }
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0) continue;
            labels[i] = numbers[labels[i]];
            sizes[labels[i] - 1]++;
        }
        return new(labels, [.. sizes]);
    }
}
