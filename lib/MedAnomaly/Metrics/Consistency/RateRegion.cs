namespace MedAnomaly.Metrics;

/// <summary>
/// All shares of hits, false alarms, misses and cleared samples that a printed row allows when nobody says how large the test set was.
/// Every printed number bounds a ratio of sums of the four, so the region is a convex polyhedron: it is empty, and the row impossible on
/// any test set, where it has no corner, and every metric has its extremes at corners.
/// </summary>
public sealed class RateRegion
{
    // Counts per hit: a prevalence between about 1e-6 and 1 - 1e-6 and a recall above 1e-6 are told; a table beyond is no table.
    const double Most = 1e6;
    const double Tolerance = 1e-9;

    readonly List<Corner> corners = [];

    /// <summary>Alarms, cleared and missed samples per hit.</summary>
    readonly record struct Corner(double Alarms, double Cleared, double Missed);

    /// <summary>a x alarms + b x cleared + c x missed + d >= 0, scaled so that the greatest of a, b and c is 1.</summary>
    readonly record struct HalfSpace(double A, double B, double C, double D)
    {
        public static HalfSpace Of(double a, double b, double c, double d)
        {
            var steepest = Math.Max(Math.Max(Math.Abs(a), Math.Abs(b)), Math.Abs(c));
            var scale = steepest > 0 ? steepest : 1;
            return new(a / scale, b / scale, c / scale, d / scale);
        }

        public bool Contains(Corner corner)
        {
            var (alarms, cleared, missed) = corner;
            var size = 1 + Math.Abs(A * alarms) + Math.Abs(B * cleared) + Math.Abs(C * missed);
            return A * alarms + B * cleared + C * missed + D >= -Tolerance * size;
        }
    }

    RateRegion(IReadOnlyList<HalfSpace> sides)
    {
        for (var i = 0; i < sides.Count; i++)
        {
            for (var j = i + 1; j < sides.Count; j++)
            {
                for (var k = j + 1; k < sides.Count; k++)
                {
                    if (Meet(sides[i], sides[j], sides[k]) is { } corner && sides.All(side => side.Contains(corner))) corners.Add(corner);
                }
            }
        }
    }

    /// <summary>The region that a printed row allows.</summary>
    public static RateRegion Of(PrintedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        List<HalfSpace> sides =
        [
            HalfSpace.Of(1, 0, 0, 0), HalfSpace.Of(0, 1, 0, 0), HalfSpace.Of(0, 0, 1, 0),
            HalfSpace.Of(-1, 0, 0, Most), HalfSpace.Of(0, -1, 0, Most), HalfSpace.Of(0, 0, -1, Most),
            // A test set has normal samples: without this side a row could hide in there being none.
            HalfSpace.Of(1, 1, 0, -1 / Most),
        ];
        foreach (var (metric, number) in row.Numbers)
        {
            var (top, bottom) = Coefficients(metric);
            sides.Add(Side(top, bottom, (double)number.Low, 1));
            sides.Add(Side(top, bottom, (double)number.High, -1));
        }
        return new(sides);
    }

    /// <summary>Whether no test set of any size and prevalence gives the row.</summary>
    public bool IsEmpty => corners.Count == 0;

    /// <summary>The least and greatest share of abnormal samples.</summary>
    /// <exception cref="InvalidOperationException">The region is empty.</exception>
    public (double Low, double High) Prevalence => Extremes((0, 0, 1, 1), (1, 1, 1, 1));

    /// <summary>The least and greatest value of a metric, printed or not.</summary>
    /// <exception cref="InvalidOperationException">The region is empty.</exception>
    public (double Low, double High) Range(CountMetric metric)
    {
        var (top, bottom) = Coefficients(metric);
        return Extremes(top, bottom);
    }

    (double Low, double High) Extremes((double A, double B, double C, double D) top, (double A, double B, double C, double D) bottom)
    {
        if (IsEmpty) throw new InvalidOperationException("The printed row is impossible: no rates give it.");
        var values = corners.ConvertAll(corner => Sum(top, corner) / Sum(bottom, corner));
        return (values.Min(), values.Max());
    }

    static double Sum((double A, double B, double C, double D) weights, Corner corner) =>
        weights.A * corner.Alarms + weights.B * corner.Cleared + weights.C * corner.Missed + weights.D;

    /// <summary>sign x (top - bound x bottom) >= 0.</summary>
    static HalfSpace Side((double A, double B, double C, double D) top, (double A, double B, double C, double D) bottom, double bound, int sign) => HalfSpace.Of(
        sign * (top.A - bound * bottom.A), sign * (top.B - bound * bottom.B), sign * (top.C - bound * bottom.C), sign * (top.D - bound * bottom.D));

    /// <summary>Numerator and denominator as weights of alarms, cleared, missed, and of the one hit.</summary>
    static ((double A, double B, double C, double D) Top, (double A, double B, double C, double D) Bottom) Coefficients(CountMetric metric)
    {
        // The metric of a lone count tells that count's weight.
        var (alarms, cleared, missed, hit) = (metric.Of(new(0, 1, 0, 0)), metric.Of(new(0, 0, 1, 0)), metric.Of(new(0, 0, 0, 1)), metric.Of(new(1, 0, 0, 0)));
        return ((alarms.Numerator, cleared.Numerator, missed.Numerator, hit.Numerator),
            (alarms.Denominator, cleared.Denominator, missed.Denominator, hit.Denominator));
    }

    /// <summary>Where three planes meet (Cramer's rule); null where they are parallel or share a line.</summary>
    static Corner? Meet(HalfSpace p, HalfSpace q, HalfSpace r)
    {
        var determinant = Determinant(p.A, p.B, p.C, q.A, q.B, q.C, r.A, r.B, r.C);
        if (Math.Abs(determinant) < 1e-15) return null;
        return new(
            -Determinant(p.D, p.B, p.C, q.D, q.B, q.C, r.D, r.B, r.C) / determinant,
            -Determinant(p.A, p.D, p.C, q.A, q.D, q.C, r.A, r.D, r.C) / determinant,
            -Determinant(p.A, p.B, p.D, q.A, q.B, q.D, r.A, r.B, r.D) / determinant);
    }

    static double Determinant(double a, double b, double c, double d, double e, double f, double g, double h, double i) =>
        a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
