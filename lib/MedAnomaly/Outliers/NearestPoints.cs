using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Outliers;

/// <summary>
/// Exact nearest neighbours in double precision. <see cref="HostSearch"/> finds a few more than asked for among the points rounded to single
/// precision; where the rounding could have hidden a nearer one, as among many equal points, all are looked at.
/// </summary>
sealed class NearestPoints
{
    /// <summary>Neighbours beyond those asked for, among which rounding may have changed the order.</summary>
    const int Spare = 4;

    /// <summary>Queries that are answered together, which bounds the memory.</summary>
    const int QueryBlock = 8192;

    const long BlockBytes = 64L << 20;

    readonly Points points;
    readonly double[] mean;
    readonly double scale;
    readonly double rounding;
    readonly float[] rounded;

    public NearestPoints(Points points)
    {
        this.points = points;
        mean = new double[points.Width];
        for (var row = 0; row < points.Count; row++)
        {
            for (var i = 0; i < mean.Length; i++) mean[i] += points[row][i] / points.Count;
        }
        for (var row = 0; row < points.Count; row++)
        {
            for (var i = 0; i < mean.Length; i++) scale = Math.Max(scale, Math.Abs(points[row][i] - mean[i]));
        }
        // Points that are all equal need no scale.
        if (scale == 0) scale = 1;
        rounded = new float[points.Count * points.Width];
        for (var row = 0; row < points.Count; row++) rounding = Math.Max(rounding, Round(points[row], rounded.AsSpan(row * points.Width)));
    }

    /// <summary>The neighbours of some rows: [rows, k], nearest first, ties by number.</summary>
    public sealed record Table(int Neighbors, double[] Distances, int[] Numbers)
    {
        public ReadOnlySpan<double> DistancesOf(int row) => Distances.AsSpan(row * Neighbors, Neighbors);

        public ReadOnlySpan<int> NumbersOf(int row) => Numbers.AsSpan(row * Neighbors, Neighbors);
    }

    /// <summary>The k points nearest to each point other than itself.</summary>
    public Table OfThemselves(int k, Work work)
    {
        var all = new Table(k, new double[points.Count * k], new int[points.Count * k]);
        Find(points, k + 1, work, (row, distances, numbers) =>
        {
            // Among more equal points than are asked for it may be missing, or beyond what was asked for; then any of them is as good.
            var own = Math.Max(0, Array.IndexOf(numbers, row, 0, k + 1));
            for (int i = 0, to = row * k; i <= k; i++)
            {
                if (i == own) continue;
                (all.Distances[to], all.Numbers[to++]) = (distances[i], numbers[i]);
            }
        });
        return all;
    }

    /// <summary>The k points nearest to each query.</summary>
    public Table Of(Points queries, int k, Work work)
    {
        var all = new Table(k, new double[queries.Count * k], new int[queries.Count * k]);
        Find(queries, k, work, (row, distances, numbers) =>
        {
            distances.AsSpan(0, k).CopyTo(all.Distances.AsSpan(row * k));
            numbers.AsSpan(0, k).CopyTo(all.Numbers.AsSpan(row * k));
        });
        return all;
    }

    /// <summary>Scores queries from the distances and numbers of their k nearest points, or of more than k, which are good during the call.</summary>
    public double[] Score(Points queries, int k, Work work, Func<int, double[], int[], double> score)
    {
        var scores = new double[queries.Count];
        Find(queries, k, work, (row, distances, numbers) => scores[row] = score(row, distances, numbers));
        return scores;
    }

    /// <summary>Tells each query's k nearest points, on several threads; the arrays are good during the call, and may hold more than k.</summary>
    void Find(Points queries, int k, Work work, Action<int, double[], int[]> found)
    {
        using var scope = NewDisposeScope();
        using var search = new HostSearch(tensor(rounded).reshape(points.Count, points.Width), NeighborMetric.Euclidean, BlockBytes);
        var candidates = Math.Min(k + Spare, points.Count);
        for (var start = 0; start < queries.Count; start += QueryBlock)
        {
            using var step = NewDisposeScope();
            var first = start;
            var count = Math.Min(QueryBlock, queries.Count - start);
            var asked = new float[count * points.Width];
            var roundings = new double[count];
            for (var i = 0; i < count; i++) roundings[i] = Round(queries[start + i], asked.AsSpan(i * points.Width));
            var near = search.Find(tensor(asked).reshape(count, points.Width), candidates, work.Token);
            Parallel.For(0, count, () => (new double[candidates], new int[candidates]), (i, _, buffers) =>
            {
                var (distances, numbers) = buffers;
                var query = queries[first + i];
                for (var n = 0; n < candidates; n++)
                {
                    numbers[n] = (int)near.Rows(i)[n];
                    distances[n] = Vectors.SquaredDistance(query, points[numbers[n]]);
                }
                Array.Sort(distances, numbers);
                // What was not found is at least this far.
                var beyond = Math.Sqrt(near.Distances(i)[candidates - 1]) - roundings[i] - rounding;
                if (candidates < points.Count && !(Math.Sqrt(distances[k - 1]) < beyond * scale)) LookAtAll(query, distances, numbers, k);
                for (var n = 0; n < candidates; n++) distances[n] = Math.Sqrt(distances[n]);
                OrderTies(distances, numbers);
                found(first + i, distances, numbers);
                return buffers;
            }, _ => { });
            work.Step(start + count, queries.Count);
        }
    }

    void LookAtAll(ReadOnlySpan<double> query, double[] distances, int[] numbers, int k)
    {
        Array.Fill(distances, double.PositiveInfinity);
        for (var row = 0; row < points.Count; row++)
        {
            var distance = Vectors.SquaredDistance(query, points[row]);
            if (!(distance < distances[k - 1])) continue;
            var place = k - 1;
            for (; place > 0 && distances[place - 1] > distance; place--)
                (distances[place], numbers[place]) = (distances[place - 1], numbers[place - 1]);
            (distances[place], numbers[place]) = (distance, row);
        }
    }

    static void OrderTies(double[] distances, int[] numbers)
    {
        for (int start = 0, end; start < distances.Length; start = end)
        {
            for (end = start + 1; end < distances.Length && distances[end] == distances[start];) end++;
            if (end - start > 1) Array.Sort(numbers, start, end - start);
        }
    }

    /// <summary>Centres and scales a row to numbers that single precision holds well, and tells how far the rounding moves it.</summary>
    double Round(ReadOnlySpan<double> row, Span<float> target)
    {
        var sum = 0.0;
        for (var i = 0; i < row.Length; i++)
        {
            var value = (row[i] - mean[i]) / scale;
            // Beyond what a float holds a query is far from everything, and the check above sees to it.
            target[i] = (float)Math.Clamp(value, float.MinValue, float.MaxValue);
            var moved = value - target[i];
            sum += moved * moved;
        }
        return Math.Sqrt(sum);
    }
}
