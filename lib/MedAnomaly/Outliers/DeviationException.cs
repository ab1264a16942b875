namespace MedAnomaly.Outliers;

/// <summary>The row at which the dissimilarity of a sequence rises most, with all before it, and what rows after it score.</summary>
sealed record DeviationException
{
    readonly double rise;
    readonly double origin;
    readonly Sums without;
    readonly Sums with;

    /// <param name="samples">The rows.</param>
    /// <param name="sequence">Those up to the exception, which is the last.</param>
    /// <param name="rise">By how much the dissimilarity rises there.</param>
    public DeviationException(Points samples, ReadOnlySpan<int> sequence, double rise)
    {
        this.rise = rise;
        origin = samples[sequence[0]][0];
        without = new(samples, sequence[..^1], origin);
        with = new(samples, sequence, origin);
    }

    /// <summary>How many rows of the sequence are no exceptions.</summary>
    public int Rest { get; init; }

    /// <summary>The rise, and by how much the exception raises the dissimilarity less when the row is there; 0 where it lowers it.</summary>
    public double Score(ReadOnlySpan<double> row)
    {
        var difference = without.DeviationWith(row, origin) - with.DeviationWith(row, origin);
        return difference >= 0 ? difference + rise : 0;
    }

    /// <summary>Numbers in order, with their sums from the first on.</summary>
    sealed class Sums
    {
        readonly double[] sorted;
        readonly double[] upTo;

        public Sums(Points samples, ReadOnlySpan<int> rows, double origin)
        {
            sorted = new double[rows.Length * samples.Width];
            var place = 0;
            foreach (var row in rows)
            {
                foreach (var value in samples[row]) sorted[place++] = value - origin;
            }
            Array.Sort(sorted);
            upTo = new double[sorted.Length + 1];
            for (var i = 0; i < sorted.Length; i++) upTo[i + 1] = upTo[i] + sorted[i];
        }

        /// <summary>The mean absolute deviation of these numbers and a row's.</summary>
        public double DeviationWith(ReadOnlySpan<double> row, double origin)
        {
            var sum = upTo[^1];
            foreach (var value in row) sum += value - origin;
            var count = sorted.Length + row.Length;
            var mean = sum / count;
            var below = AbsoluteDeviation.UpTo(sorted, mean);
            var sumBelow = upTo[below];
            foreach (var value in row)
            {
                if (value - origin <= mean) (below, sumBelow) = (below + 1, sumBelow + value - origin);
            }
            return AbsoluteDeviation.Of(mean, count, sum, below, sumBelow);
        }
    }
}
