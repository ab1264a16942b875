using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MedAnomaly.Outliers;

/// <summary>
/// Squared distances of a row, or of an ellipse's mean, to all points in double precision, from differences. Points stand side by side, the
/// first feature of several, then their second and so on, so that one instruction serves several.
/// </summary>
sealed class DistancePanels
{
    /// <summary>Points in a panel: four registers' worth of 256 bits, which hides how long an addition takes.</summary>
    const int PanelPoints = 16;

    readonly int width;
    readonly double[] panels;

    public DistancePanels(Points points)
    {
        (Count, width) = (points.Count, points.Width);
        PaddedCount = (Count + PanelPoints - 1) / PanelPoints * PanelPoints;
        panels = new double[(long)PaddedCount * width];
        for (var number = 0; number < Count; number++)
        {
            var row = points[number];
            for (var i = 0; i < width; i++) panels[(number / PanelPoints * width + i) * PanelPoints + number % PanelPoints] = row[i];
        }
    }

    /// <summary>The points.</summary>
    public int Count { get; }

    /// <summary>What <see cref="SquaredDistances"/> writes: whole panels, what lies beyond <see cref="Count"/> meaning nothing.</summary>
    public int PaddedCount { get; }

    /// <summary>Writes the squared distance to each point.</summary>
    public void SquaredDistances(ReadOnlySpan<double> row, Span<double> distances)
    {
        ref var panel = ref MemoryMarshal.GetArrayDataReference(panels);
        ref var target = ref MemoryMarshal.GetReference(distances[..PaddedCount]);
        for (nuint number = 0; number < (nuint)PaddedCount; number += PanelPoints)
        {
            Vector256<double> a = default, b = default, c = default, d = default;
            ref var line = ref Unsafe.Add(ref panel, number * (nuint)width);
            foreach (var value in row)
            {
                var feature = Vector256.Create(value);
                Vector256<double> da = feature - Vector256.LoadUnsafe(ref line), db = feature - Vector256.LoadUnsafe(ref line, 4),
                    dc = feature - Vector256.LoadUnsafe(ref line, 8), dd = feature - Vector256.LoadUnsafe(ref line, 12);
                a = Vector256.FusedMultiplyAdd(da, da, a);
                b = Vector256.FusedMultiplyAdd(db, db, b);
                c = Vector256.FusedMultiplyAdd(dc, dc, c);
                d = Vector256.FusedMultiplyAdd(dd, dd, d);
                line = ref Unsafe.Add(ref line, PanelPoints);
            }
            a.StoreUnsafe(ref target, number);
            b.StoreUnsafe(ref target, number + 4);
            c.StoreUnsafe(ref target, number + 8);
            d.StoreUnsafe(ref target, number + 12);
        }
    }

    /// <summary>Writes each point's squared Mahalanobis distance.</summary>
    public void SquaredMahalanobisDistances(Ellipse ellipse, Span<double> distances)
    {
        ref var panel = ref MemoryMarshal.GetArrayDataReference(panels);
        ref var centered = ref MemoryMarshal.GetArrayDataReference(new double[width * PanelPoints]);
        ref var target = ref MemoryMarshal.GetReference(distances[..PaddedCount]);
        for (nuint number = 0; number < (nuint)PaddedCount; number += PanelPoints)
        {
            ref var line = ref Unsafe.Add(ref panel, number * (nuint)width);
            for (nuint i = 0; i < (nuint)width; i++)
            {
                var mean = Vector256.Create(ellipse.Mean[i]);
                for (nuint point = i * PanelPoints; point < (i + 1) * PanelPoints; point += 4)
                    (Vector256.LoadUnsafe(ref line, point) - mean).StoreUnsafe(ref centered, point);
            }
            Vector256<double> sumA = default, sumB = default, sumC = default, sumD = default;
            foreach (var axis in ellipse.Axes)
            {
                Vector256<double> a = default, b = default, c = default, d = default;
                nuint point = 0;
                foreach (var value in axis)
                {
                    var along = Vector256.Create(value);
                    a = Vector256.FusedMultiplyAdd(along, Vector256.LoadUnsafe(ref centered, point), a);
                    b = Vector256.FusedMultiplyAdd(along, Vector256.LoadUnsafe(ref centered, point + 4), b);
                    c = Vector256.FusedMultiplyAdd(along, Vector256.LoadUnsafe(ref centered, point + 8), c);
                    d = Vector256.FusedMultiplyAdd(along, Vector256.LoadUnsafe(ref centered, point + 12), d);
                    point += PanelPoints;
                }
                sumA = Vector256.FusedMultiplyAdd(a, a, sumA);
                sumB = Vector256.FusedMultiplyAdd(b, b, sumB);
                sumC = Vector256.FusedMultiplyAdd(c, c, sumC);
                sumD = Vector256.FusedMultiplyAdd(d, d, sumD);
            }
            sumA.StoreUnsafe(ref target, number);
            sumB.StoreUnsafe(ref target, number + 4);
            sumC.StoreUnsafe(ref target, number + 8);
            sumD.StoreUnsafe(ref target, number + 12);
        }
    }

    /// <summary>Σ wᵢ exp(-(dᵢ - from) factor) over all points, whose squared distances are d.</summary>
    /// <param name="distances">As <see cref="SquaredDistances"/> wrote them.</param>
    /// <param name="weights">One a point; 1 each where empty.</param>
    /// <param name="from">What is subtracted from each distance.</param>
    /// <param name="factor">1 / 2h² of a Gaussian.</param>
    public double SumOfExponentials(ReadOnlySpan<double> distances, ReadOnlySpan<double> weights, double from, double factor)
    {
        var sum = Vector256<double>.Zero;
        var number = 0;
        var (origin, scale) = (Vector256.Create(from), Vector256.Create(-factor));
        for (; number <= Count - 4; number += 4)
        {
            var term = Vector256.Exp((Vector256.Create(distances[number..]) - origin) * scale);
            sum += weights.IsEmpty ? term : term * Vector256.Create(weights[number..]);
        }
        var total = Vector256.Sum(sum);
        for (; number < Count; number++) total += Math.Exp((distances[number] - from) * -factor) * (weights.IsEmpty ? 1 : weights[number]);
        return total;
    }

    /// <summary>Scores rows from their distances to all points; <paramref name="score"/> gets the row's number and the distances.</summary>
    public double[] Score(Points samples, Work work, Func<int, double[], double> score)
    {
        var scores = new double[samples.Count];
        work.OverRows(samples.Count, (first, end) =>
        {
            var distances = new double[PaddedCount];
            for (var row = first; row < end; row++)
            {
                SquaredDistances(samples[row], distances);
                scores[row] = score(row, distances);
            }
        });
        return scores;
    }
}
