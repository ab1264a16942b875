namespace MedAnomaly.Outliers;

/// <summary>Random cuts across random features until each row stands alone, or until the depth at which a balanced tree would have parted all.</summary>
sealed class IsolationTree
{
    const double EulerGamma = 0.57721566490153286;

    /// <summary>A cut with its lower side next in the list, or a leaf, whose cut is the depth that it stands for.</summary>
    readonly record struct Node(double Cut, int Feature, int Upper);

    readonly List<Node> growing = [];
    readonly Node[] nodes;
    readonly int mostDepth;

    public IsolationTree(Points points, int[] rows, SplitMix64 random)
    {
        mostDepth = (int)Math.Ceiling(Math.Log2(Math.Max(2, rows.Length)));
        int[] features = [.. Enumerable.Range(0, points.Width)];
        Grow(points, rows, 0, features, random);
        nodes = [.. growing];
        growing.Clear();
    }

    /// <summary>The depth at which a row ends, with what a leaf of several rows stands for.</summary>
    public double Depth(ReadOnlySpan<double> row)
    {
        for (var number = 0; ;)
        {
            var node = nodes[number];
            if (node.Upper == 0) return node.Cut;
            number = row[node.Feature] <= node.Cut ? number + 1 : node.Upper;
        }
    }

    /// <summary>The mean depth of an unsuccessful search among so many (their equation 1).</summary>
    public static double MeanDepth(int count) => count switch
    {
        <= 1 => 0,
        2 => 1,
        _ => 2 * (Math.Log(count - 1) + EulerGamma) - 2.0 * (count - 1) / count,
    };

    void Grow(Points points, Span<int> rows, int depth, int[] features, SplitMix64 random)
    {
        if (depth == mostDepth || rows.Length < 2 || !Cut(points, rows, features, random, out var feature, out var cut))
        {
            growing.Add(new(depth + MeanDepth(rows.Length), 0, 0));
            return;
        }
        var lower = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            if (points[rows[i]][feature] <= cut) (rows[i], rows[lower++]) = (rows[lower], rows[i]);
        }
        var number = growing.Count;
        growing.Add(default);
        Grow(points, rows[..lower], depth + 1, features, random);
        growing[number] = new(cut, feature, growing.Count);
        Grow(points, rows[lower..], depth + 1, features, random);
    }

    /// <summary>A value between the extremes of a feature that varies, each such feature as likely.</summary>
    static bool Cut(Points points, ReadOnlySpan<int> rows, int[] features, SplitMix64 random, out int feature, out double cut)
    {
        for (var left = features.Length; left > 0; left--)
        {
            var drawn = random.Next(left);
            (features[drawn], features[left - 1]) = (features[left - 1], features[drawn]);
            feature = features[left - 1];
            double low = double.PositiveInfinity, high = double.NegativeInfinity;
            foreach (var row in rows)
            {
                var value = points[row][feature];
                (low, high) = (Math.Min(low, value), Math.Max(high, value));
            }
            if (!(low < high)) continue;
            cut = low + random.NextDouble() * (high - low);
            // Rounded up to the greatest it would part nothing.
            if (cut >= high) cut = low;
            return true;
        }
        (feature, cut) = (0, 0);
        return false;
    }
}
