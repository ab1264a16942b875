using System.Runtime.InteropServices;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Tells by 32-bit products which of many vectors may be nearer to a row than a bound, and never misses one: what the products may be off
/// by is subtracted from the limit that they are compared with. Distances themselves are made in double precision by <see cref="Rows"/>.
/// </summary>
/// <remarks>
/// With x the row, m the mean, c a vector less m: |x - m - c|² / 2 = |x - m|² / 2 - (x·c - (|c|² / 2 + m·c)). With unit vectors c in place
/// of centred ones, 1 - cos(x, c) = 1 - x·c / |x|. In both cases a vector is near where a product exceeds a limit of the row's. A sum of
/// D + 1 products loses in any order at most D + 1 units of the sum of their sizes, which is at most the product of the norms (Cauchy and
/// Schwarz); twice that covers the rounding of the vectors themselves.
/// </remarks>
sealed unsafe class Screen : IDisposable
{
    const double Unit = 1.0 / (1 << 24);

    /// <summary>
    /// A projection is off by a unit, and its last coordinate, a root of a difference of squares in double precision, by some five where
    /// the difference is least; a squared distance is off by at most twice that of both, times the square of the norms' sum.
    /// </summary>
    const double RowRounding = 16 * Unit;

    /// <summary>Beyond this a product may overflow, and nothing is screened out: no value is at most NaN.</summary>
    const double Largest = float.MaxValue / 8;

    readonly NeighborMetric metric;
    readonly float* mean;
    double largest;

    /// <summary>Takes memory for so many vectors at once.</summary>
    /// <param name="metric">Which distance.</param>
    /// <param name="mean">What the vectors are centred by; any vector will do, and a near one saves work. Not used by the cosine.</param>
    /// <param name="vectors">How many.</param>
    public Screen(NeighborMetric metric, ReadOnlySpan<float> mean, long vectors)
    {
        this.metric = metric;
        Panels = Panels.Create(mean.Length, vectors);
        this.mean = (float*)NativeMemory.AllocZeroed((nuint)mean.Length, sizeof(float));
        if (metric == NeighborMetric.Euclidean) mean.CopyTo(new Span<float>(this.mean, mean.Length));
    }

    /// <summary>The vectors, for the kernel.</summary>
    public Panels Panels { get; }

    /// <summary>Puts a vector in a place.</summary>
    public void Set(long place, float* vector)
    {
        var norm = Math.Sqrt(metric == NeighborMetric.Euclidean ? Rows.SquaredDistance(vector, mean, Panels.Dimension)
            : Rows.Product(vector, vector, Panels.Dimension));
        if (metric == NeighborMetric.Euclidean)
        {
            var half = norm * norm / 2 + Rows.Product(mean, vector, Panels.Dimension) - Rows.Product(mean, mean, Panels.Dimension);
            Panels.Set(place, vector, mean, 1, (float)half);
            Enlarge(norm);
        }
        else
        {
            Panels.Set(place, vector, mean, norm > 0 ? (float)(1 / norm) : 0, 0);
        }
    }

    void Enlarge(double norm)
    {
        // Several threads may set vectors; the largest norm is what remains whatever their order.
        for (var seen = largest; norm > seen;)
        {
            var before = Interlocked.CompareExchange(ref largest, norm, seen);
            if (before == seen) return;
            seen = before;
        }
    }

    /// <summary>The part of a row's limit that its bound does not change; to be asked for again after a vector was set.</summary>
    public double Base(float* row)
    {
        var norm = Math.Sqrt(Rows.Product(row, row, Panels.Dimension));
        if (metric == NeighborMetric.Cosine) return norm < Largest ? norm : double.NaN;
        var shifted = Rows.SquaredDistance(row, mean, Panels.Dimension);
        var shift = Math.Sqrt(Rows.Product(mean, mean, Panels.Dimension));
        var terms = (norm + Math.Sqrt(shifted) + shift + largest) * largest;
        // The row itself may have been rounded, as projections are.
        return terms < Largest ? shifted / 2 - Error(terms) - RowRounding * (norm + largest) * (norm + largest) : double.NaN;
    }

    /// <summary>Vectors whose product stays at or below this are no nearer than the bound: a squared distance, or a cosine distance.</summary>
    public float Limit(double rowBase, double bound)
    {
        // No vector is nearer than 0, and a row without direction is as far from all.
        if (bound == 0 || (rowBase == 0 && metric == NeighborMetric.Cosine && bound <= 1)) return float.PositiveInfinity;
        return MathF.BitDecrement((float)(metric == NeighborMetric.Euclidean ? rowBase - bound / 2 : rowBase * (1 - bound) - Error(rowBase)));
    }

    /// <summary>What products may be off by, whose factors' norms multiply to so much; what is too small for a float is lost too.</summary>
    double Error(double terms) => 2 * (Panels.Dimension + 16) * (Unit * terms + float.Epsilon);

    /// <summary>The distance to compare bounds with: squared Euclidean, or cosine.</summary>
    public double Distance(float* a, float* b) => metric == NeighborMetric.Euclidean
        ? Rows.SquaredDistance(a, b, Panels.Dimension) : Rows.CosineDistance(a, b, Panels.Dimension);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Panels.Dispose();
        NativeMemory.Free(mean);
    }
}
