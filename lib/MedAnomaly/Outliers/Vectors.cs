using System.Numerics;
using System.Runtime.InteropServices;

namespace MedAnomaly.Outliers;

/// <summary>Sums over the components of vectors, in one order on every machine with registers of the same width.</summary>
static class Vectors
{
    /// <summary>The scalar product.</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        var i = 0;
        if (a.Length >= Vector<double>.Count)
        {
            ReadOnlySpan<Vector<double>> lanesA = MemoryMarshal.Cast<double, Vector<double>>(a), lanesB = MemoryMarshal.Cast<double, Vector<double>>(b);
            var total = Vector<double>.Zero;
            for (var lane = 0; lane < lanesA.Length; lane++) total += lanesA[lane] * lanesB[lane];
            sum = Vector.Sum(total);
            i = lanesA.Length * Vector<double>.Count;
        }
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The squared Euclidean distance, from differences, so that equal vectors have 0.</summary>
    public static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sum = 0.0;
        var i = 0;
        if (a.Length >= Vector<double>.Count)
        {
            ReadOnlySpan<Vector<double>> lanesA = MemoryMarshal.Cast<double, Vector<double>>(a), lanesB = MemoryMarshal.Cast<double, Vector<double>>(b);
            var total = Vector<double>.Zero;
            for (var lane = 0; lane < lanesA.Length; lane++)
            {
                var difference = lanesA[lane] - lanesB[lane];
                total += difference * difference;
            }
            sum = Vector.Sum(total);
            i = lanesA.Length * Vector<double>.Count;
        }
        for (; i < a.Length; i++)
        {
            var difference = a[i] - b[i];
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The least component.</summary>
    public static double Min(ReadOnlySpan<double> values)
    {
        var least = double.PositiveInfinity;
        var lanes = MemoryMarshal.Cast<double, Vector<double>>(values);
        var all = new Vector<double>(least);
        foreach (var lane in lanes) all = Vector.Min(all, lane);
        for (var i = 0; i < Vector<double>.Count; i++) least = Math.Min(least, all[i]);
        foreach (var value in values[(lanes.Length * Vector<double>.Count)..]) least = Math.Min(least, value);
        return least;
    }

    /// <summary>Adds a multiple of a vector to another.</summary>
    public static void AddScaled(Span<double> target, ReadOnlySpan<double> source, double factor)
    {
        var lanesTo = MemoryMarshal.Cast<double, Vector<double>>(target);
        var lanesFrom = MemoryMarshal.Cast<double, Vector<double>>(source);
        var all = new Vector<double>(factor);
        for (var lane = 0; lane < lanesTo.Length; lane++) lanesTo[lane] += lanesFrom[lane] * all;
        for (var i = lanesTo.Length * Vector<double>.Count; i < target.Length; i++) target[i] += source[i] * factor;
    }
}
