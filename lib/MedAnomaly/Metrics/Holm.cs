using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>
/// Holm's step-down adjustment (Holm 1979) of the p-values of several comparisons, such as one method against every baseline: the chance
/// that any true null hypothesis is rejected stays at the level, whatever the comparisons have in common.
/// </summary>
public static class Holm
{
    /// <summary>The adjusted p-values, in the order given; a hypothesis is rejected where its own is at most the level.</summary>
    /// <exception cref="ArgumentException">A p-value is NaN or outside [0, 1].</exception>
    public static double[] Adjust(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        for (var i = 0; i < pValues.Count; i++)
        {
            if (pValues[i] is not (>= 0 and <= 1))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The p-value at index {i} is {pValues[i]}; it lies in [0, 1]."), nameof(pValues));
        }
        var adjusted = new double[pValues.Count];
        var highest = 0.0;
        var left = pValues.Count;
        foreach (var i in Enumerable.Range(0, pValues.Count).OrderBy(i => pValues[i]))
        {
            highest = Math.Max(highest, Math.Min(1, pValues[i] * left--));
            adjusted[i] = highest;
        }
        return adjusted;
    }
}
