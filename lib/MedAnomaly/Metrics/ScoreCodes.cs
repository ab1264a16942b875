namespace MedAnomaly.Metrics;

/// <summary>
/// Carries double-precision scores through a ranking of single precision without losing their order: the i-th distinct score becomes the
/// i-th number from 0 up. Ranks are all that AUROC, average precision, PRO and the greatest Dice look at.
/// </summary>
sealed class ScoreCodes
{
    readonly double[] distinct;

    ScoreCodes(double[] distinct) => this.distinct = distinct;

    /// <summary>Codes for these scores; sorts them in place. NaN and infinities must not be among them.</summary>
    public static ScoreCodes Of(double[] scores)
    {
        RadixSort.Sort(scores);
        var count = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            if (count == 0 || scores[i] != scores[count - 1]) scores[count++] = scores[i];
        }
        return new(scores[..count]);
    }

    /// <summary>The code of a score that was among those of <see cref="Of"/>.</summary>
    public float Encode(double score)
    {
        var index = Array.BinarySearch(distinct, score + 0.0);
        return index >= 0 ? BitConverter.Int32BitsToSingle(index) : throw new ArgumentException("The score has no code.", nameof(score));
    }
}
