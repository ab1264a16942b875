namespace MedAnomaly.Outliers;

/// <summary>Lloyd's k-means from greedy k-means++ starts (Arthur and Vassilvitskii 2007), the best of several, with scikit-learn's numbers.</summary>
/// <param name="Centers">The centres; equal rows make fewer than asked for.</param>
/// <param name="Labels">The nearest centre of each row.</param>
sealed record KMeans(Points Centers, int[] Labels)
{
    const int Starts = 10, MostRounds = 300;

    /// <summary>The centres' squared moves, in mean variances of a feature, below which the rounds end.</summary>
    const double Tolerance = 1e-4;

    public static KMeans Of(Points points, int clusters, ulong seed, Work work)
    {
        var variance = 0.0;
        for (var feature = 0; feature < points.Width; feature++)
        {
            var column = points.Column(feature);
            var mean = column.Average();
            variance += column.Average(value => (value - mean) * (value - mean)) / points.Width;
        }
        var results = new (KMeans Result, double Inertia)[Starts];
        work.Over(Starts, start => results[start] = Run(points, clusters, new(seed, (ulong)start), Tolerance * variance));
        return results.MinBy(result => result.Inertia).Result;
    }

    /// <summary>The number of the centre nearest to a row.</summary>
    public static int Nearest(Points centers, ReadOnlySpan<double> row, out double squaredDistance)
    {
        var nearest = 0;
        squaredDistance = double.PositiveInfinity;
        for (var center = 0; center < centers.Count; center++)
        {
            var distance = Vectors.SquaredDistance(row, centers[center]);
            if (distance < squaredDistance) (nearest, squaredDistance) = (center, distance);
        }
        return nearest;
    }

    static (KMeans, double) Run(Points points, int clusters, SplitMix64 random, double tolerance)
    {
        var centers = points.Rows(PlusPlus(points, clusters, random));
        var labels = new int[points.Count];
        var inertia = 0.0;
        for (var round = 0; round <= MostRounds; round++)
        {
            inertia = 0;
            var changed = false;
            for (var row = 0; row < labels.Length; row++)
            {
                var label = Nearest(centers, points[row], out var distance);
                inertia += distance;
                changed |= label != labels[row];
                labels[row] = label;
            }
            var moved = Means(points, labels, centers);
            var moves = 0.0;
            for (var center = 0; center < centers.Count; center++) moves += Vectors.SquaredDistance(moved[center], centers[center]);
            if (round > 0 && (!changed || moves <= tolerance)) break;
            centers = moved;
        }
        return (new(centers, labels), inertia);
    }

    /// <summary>The means of the clusters; one without rows stays.</summary>
    static Points Means(Points points, int[] labels, Points centers)
    {
        var sums = new double[centers.Count][];
        var counts = new int[centers.Count];
        for (var center = 0; center < sums.Length; center++) sums[center] = new double[points.Width];
        for (var row = 0; row < labels.Length; row++)
        {
            Vectors.AddScaled(sums[labels[row]], points[row], 1);
            counts[labels[row]]++;
        }
        var means = new double[centers.Count, points.Width];
        for (var center = 0; center < sums.Length; center++)
        {
            for (var i = 0; i < points.Width; i++) means[center, i] = counts[center] > 0 ? sums[center][i] / counts[center] : centers[center][i];
        }
        return new(means);
    }

    /// <summary>Rows far apart: each is drawn by its squared distance from those before, the best of a few draws.</summary>
    static int[] PlusPlus(Points points, int clusters, SplitMix64 random)
    {
        var trials = 2 + (int)Math.Log(clusters);
        List<int> chosen = [random.Next(points.Count)];
        var nearest = new double[points.Count];
        for (var row = 0; row < nearest.Length; row++) nearest[row] = Vectors.SquaredDistance(points[row], points[chosen[0]]);
        while (chosen.Count < clusters)
        {
            var total = nearest.Sum();
            // All rows equal one that was chosen.
            if (total == 0) break;
            (int Row, double[] Nearest, double Sum) best = (0, nearest, double.PositiveInfinity);
            for (var trial = 0; trial < trials; trial++)
            {
                var row = Drawn(nearest, random.NextDouble() * total);
                double[] after = [.. nearest.Select((distance, other) => Math.Min(distance, Vectors.SquaredDistance(points[other], points[row])))];
                if (after.Sum() is var sum && sum < best.Sum) best = (row, after, sum);
            }
            chosen.Add(best.Row);
            nearest = best.Nearest;
        }
        return [.. chosen];
    }

    static int Drawn(double[] weights, double place)
    {
        var row = 0;
        for (; row < weights.Length - 1 && place >= weights[row]; row++) place -= weights[row];
        return row;
    }
}
