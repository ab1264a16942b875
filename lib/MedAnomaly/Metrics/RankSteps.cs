using System.Collections;

namespace MedAnomaly.Metrics;

/// <summary>What is called abnormal at one threshold: the scores at or above it. Equal scores are one step.</summary>
/// <param name="Threshold">A score of the sample.</param>
/// <param name="TruePositives">Abnormal samples with at least this score.</param>
/// <param name="FalsePositives">Normal samples with at least this score.</param>
public readonly record struct RankStep(double Threshold, long TruePositives, long FalsePositives);

/// <summary>The steps of a ranking from the highest score to the lowest; every curve and every metric of ranks is one walk over them.</summary>
public readonly struct RankSteps : IEnumerable<RankStep>
{
    readonly SortedScores positives;
    readonly SortedScores negatives;

    internal RankSteps(SortedScores positives, SortedScores negatives)
    {
        this.positives = positives;
        this.negatives = negatives;
    }

    /// <summary>Starts at the highest score.</summary>
    public Enumerator GetEnumerator() => new(positives, negatives);

    IEnumerator<RankStep> IEnumerable<RankStep>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Merges the two sorted classes from the top.</summary>
    public struct Enumerator : IEnumerator<RankStep>
    {
        readonly SortedScores positives;
        readonly SortedScores negatives;
        int positive;
        int negative;
        double threshold;

        internal Enumerator(SortedScores positives, SortedScores negatives)
        {
            this.positives = positives;
            this.negatives = negatives;
            Reset();
        }

        /// <inheritdoc/>
        public readonly RankStep Current => new(threshold, positives.Count - 1 - positive, negatives.Count - 1 - negative);

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            if (positive < 0 && negative < 0) return false;
            threshold = positive < 0 ? negatives[negative]
                : negative < 0 ? positives[positive]
                : Math.Max(positives[positive], negatives[negative]);
            while (positive >= 0 && positives[positive] == threshold) positive--;
            while (negative >= 0 && negatives[negative] == threshold) negative--;
            return true;
        }

        /// <inheritdoc/>
        public void Reset()
        {
            positive = positives.Count - 1;
            negative = negatives.Count - 1;
        }

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}

/// <summary>Scores in ascending order, in the precision that they came in: a pixel map keeps its four bytes a score.</summary>
readonly struct SortedScores
{
    readonly float[]? singles;
    readonly double[] doubles;

    public SortedScores(float[] sorted) => (singles, doubles) = (sorted, []);

    public SortedScores(double[] sorted) => doubles = sorted;

    public int Count => singles?.Length ?? doubles.Length;

    public double this[int index] => singles is null ? doubles[index] : singles[index];

    /// <summary>How many scores are at or above <paramref name="threshold"/>.</summary>
    public int AtLeast(double threshold)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            if (this[middle] >= threshold) high = middle;
            else low = middle + 1;
        }
        return Count - low;
    }
}
