namespace MedAnomaly.Outliers;

/// <summary>
/// ECOD: how far in the tails of the features' empirical distributions a row lies, Σ max(-log Fₗ, -log Fᵣ) (Li et al. 2022), in PyOD's form:
/// the paper's third candidate, the tail to which a feature is skewed, is never the greatest, but of a feature without skewness, a constant
/// one above all, PyOD adds both tails.
/// </summary>
/// <param name="inductive">
/// False as in PyOD: the rows to score join the training rows before the distributions are made, so a score depends on what else is scored
/// with it. True: each row joins them alone, which is PyOD's score of a set of one.
/// </param>
/// <param name="contamination">The share of abnormal training rows.</param>
public sealed class EmpiricalCumulative(bool inductive = false, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    /// <inheritdoc/>
    public override string Name => "ECOD";

    private protected override Model Learn(Points train, Work work)
    {
        var columns = new double[train.Width][];
        work.Over(columns.Length, feature => Array.Sort(columns[feature] = train.Column(feature)));
        return new(Sum(train, work, feature => Tails([], train.Column(feature), alone: false)),
            (samples, work) => Sum(samples, work, feature => Tails(columns[feature], samples.Column(feature), inductive)));
    }

    /// <summary>The sum over the features, in their order whichever is ready first; as many are in memory as there are cores.</summary>
    static double[] Sum(Points samples, Work work, Func<int, double[]> tails)
    {
        var sums = new double[samples.Count];
        for (var first = 0; first < samples.Width;)
        {
            var start = first;
            var several = new double[Math.Min(Environment.ProcessorCount, samples.Width - first)][];
            work.Quiet.Over(several.Length, i => several[i] = tails(start + i));
            foreach (var column in several)
            {
                for (var row = 0; row < sums.Length; row++) sums[row] += column[row];
            }
            first += several.Length;
            work.Step(first, samples.Width);
        }
        return sums;
    }

    /// <summary>The score of each value of a column among a sorted training column and, unless alone, the column itself.</summary>
    static double[] Tails(double[] train, double[] column, bool alone)
    {
        double count = train.Length + (alone ? 1 : column.Length);
        var moments = new Skewness(train);
        if (!alone) moments = moments.With(column);
        var scores = new double[column.Length];
        var values = column.ToArray();
        int[] rows = [.. Enumerable.Range(0, column.Length)];
        Array.Sort(values, rows);
        int below = 0, upTo = 0;
        for (int start = 0, end; start < values.Length; start = end)
        {
            var value = values[start];
            for (end = start + 1; end < values.Length && values[end] == value;) end++;
            while (below < train.Length && train[below] < value) below++;
            while (upTo < train.Length && train[upTo] <= value) upTo++;
            var left = -Math.Log((upTo + (alone ? 1 : end)) / count);
            var right = -Math.Log((count - below - (alone ? 0 : start)) / count);
            var skewed = (alone ? moments.With(value) : moments).IsSkewed;
            for (var i = start; i < end; i++) scores[rows[i]] = skewed ? Math.Max(left, right) : left + right;
        }
        return scores;
    }

    /// <summary>The sums that skewness is made of: the count, the mean, and powers of the differences from it.</summary>
    readonly record struct Skewness(long Count, double Mean, double Squares, double Cubes)
    {
        public Skewness(ReadOnlySpan<double> values) : this(values.Length, 0, 0, 0)
        {
            foreach (var value in values) Mean += value / Count;
            foreach (var value in values)
            {
                var difference = value - Mean;
                Squares += difference * difference;
                Cubes += difference * difference * difference;
            }
        }

        /// <summary>False of values that are all alike or lie symmetrically; SciPy too takes differences within the rounding of the mean for none.</summary>
        public bool IsSkewed => Cubes != 0 && Squares / Count > Mean * Mean * 1e-30;

        public Skewness With(double value) => Join(new(1, value, 0, 0));

        public Skewness With(ReadOnlySpan<double> values) => Join(new(values));

        Skewness Join(Skewness other)
        {
            if (Count == 0) return other;
            double n = Count, m = other.Count, all = n + m;
            var apart = other.Mean - Mean;
            return new(Count + other.Count, Mean + apart * m / all, Squares + other.Squares + apart * apart * n * m / all,
                Cubes + other.Cubes + apart * apart * apart * n * m * (n - m) / (all * all) + 3 * apart * (n * other.Squares - m * Squares) / all);
        }
    }
}
