using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>
/// Maps scores to [0, 1] by the range of those that it was fitted on. Fit it on training or validation scores: fitted on the test set, a
/// sample's score would depend on the others. Constant scores, whose range is 0, map to 0 and not to NaN.
/// </summary>
/// <param name="Minimum">The least score it was fitted on.</param>
/// <param name="Maximum">The greatest score it was fitted on.</param>
public sealed record MinMaxScaler(double Minimum, double Maximum)
{
    /// <summary>The range of finite scores.</summary>
    /// <exception cref="ArgumentException">There is none, or one is NaN or infinite.</exception>
    public static MinMaxScaler Fit(ReadOnlySpan<float> scores)
    {
        if (scores.IsEmpty) throw new ArgumentException("There is no score to fit a range to.");
        float minimum = scores[0], maximum = scores[0];
        for (var i = 0; i < scores.Length; i++)
        {
            if (!float.IsFinite(scores[i]))
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The score at index {i} is {scores[i]}; a range needs finite numbers."));
            minimum = Math.Min(minimum, scores[i]);
            maximum = Math.Max(maximum, scores[i]);
        }
        return new(minimum, maximum);
    }

    /// <summary>The score on the fitted scale; outside [0, 1] where it lies outside the fitted range, so that ranks survive.</summary>
    public double Transform(double score) => Maximum > Minimum ? (score - Minimum) / (Maximum - Minimum) : score - Minimum;

    /// <summary>Scales scores into a new array.</summary>
    public float[] Transform(ReadOnlySpan<float> scores)
    {
        var scaled = new float[scores.Length];
        for (var i = 0; i < scaled.Length; i++) scaled[i] = (float)Transform(scores[i]);
        return scaled;
    }
}
