using static TorchSharp.torch;

namespace MedAnomaly.Tests.Neighbors;

/// <summary>The definitions, word for word, in double precision.</summary>
static class PlainNeighbors
{
    public static double[][] Rows(Tensor matrix)
    {
        var values = matrix.data<float>().ToArray();
        var width = (int)matrix.shape[1];
        return [.. Enumerable.Range(0, (int)matrix.shape[0])
            .Select(row => Array.ConvertAll(values[(row * width)..((row + 1) * width)], value => (double)value))];
    }

    public static double Squared(double[] a, double[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Sum();

    public static double Cosine(double[] a, double[] b)
    {
        var norms = a.Sum(x => x * x) * b.Sum(x => x * x);
        return norms == 0 ? 1 : 1 - a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(norms);
    }

    /// <summary>The k nearest points to a query, ties by row.</summary>
    public static long[] Nearest(double[][] points, double[] query, int k, Func<double[], double[], double> distance) =>
        [.. Enumerable.Range(0, points.Length).OrderBy(row => distance(query, points[row])).ThenBy(row => row).Take(k).Select(row => (long)row)];

    /// <summary>The plain loop: the farthest point from all picks so far, the lowest row of equals, no row twice.</summary>
    public static long[] Coreset(double[][] points, double[] bounds, int picks, IEnumerable<int> first)
    {
        var chosen = new List<long>();
        var forced = new Queue<int>(first);
        while (chosen.Count < picks)
        {
            var pick = forced.Count > 0 ? forced.Dequeue() : Array.IndexOf(bounds, bounds.Max());
            chosen.Add(pick);
            for (var i = 0; i < points.Length; i++) bounds[i] = Math.Min(bounds[i], Squared(points[i], points[pick]));
            bounds[pick] = double.NegativeInfinity;
        }
        return [.. chosen];
    }
}
