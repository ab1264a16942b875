using System.Globalization;
using MedAnomaly.Progress;

namespace MedAnomaly.Metrics;

/// <summary>A metric with an interval.</summary>
/// <param name="Value">The metric of the sample.</param>
/// <param name="Low">The interval's lower end; undefined where no interval can be had.</param>
/// <param name="High">The interval's upper end.</param>
/// <param name="Level">The interval's nominal coverage, such as 0.95.</param>
/// <param name="Resamples">How many resamples the interval rests on.</param>
/// <param name="Excluded">How many resamples left the metric undefined and were left out.</param>
public sealed record Estimate(Metric Value, Metric Low, Metric High, double Level, int Resamples, int Excluded)
{
    /// <summary>"0.9669 [0.9532, 0.9781]".</summary>
    public override string ToString() => Low.IsDefined ? $"{Value} [{Low}, {High}]" : Value.ToString();
}

/// <summary>
/// The stratified bootstrap: resamples each class alone, so that every resample has the prevalence of the sample; or, where samples of
/// one patient or volume hang together, whole groups, those with an abnormal sample apart from the others.
/// </summary>
/// <remarks>
/// The samples are sorted once: a resample is how often each rank is drawn. Resample r has a generator of its own, made from the seed and
/// r, so the interval is the same for any number of threads, and for any order of the samples.
/// </remarks>
public sealed class Bootstrap
{
    readonly Stratum positives;
    readonly Stratum negatives;
    readonly int[] groupCounts;
    readonly bool grouped;

    /// <summary>The sorted scores of a class, the group of each, and its number of groups.</summary>
    sealed record Stratum(double[] Scores, int[] Groups);

    Bootstrap(Stratum positives, Stratum negatives, int[] groupCounts, bool grouped)
    {
        this.positives = positives;
        this.negatives = negatives;
        this.groupCounts = groupCounts;
        this.grouped = grouped;
        Sample = new(new(positives.Scores), new(negatives.Scores));
    }

    /// <summary>The sample itself, ranked.</summary>
    public RankedScores Sample { get; }

    /// <summary>A bootstrap of independent samples.</summary>
    /// <param name="scores">Finite scores; higher is more abnormal.</param>
    /// <param name="labels">False normal, true abnormal.</param>
    /// <exception cref="ArgumentException">As <see cref="RankedScores.Of(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>.</exception>
    public static Bootstrap Stratified(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels)
    {
        var (normal, abnormal) = RankedScores.Split(scores, RankedScores.AsBytes(labels));
        Array.Sort(normal);
        Array.Sort(abnormal);
        return new(new(abnormal, Identity(abnormal.Length)), new(normal, Identity(normal.Length)), [abnormal.Length, normal.Length], false);
    }

    /// <summary>As <see cref="Stratified(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>.</summary>
    public static Bootstrap Stratified(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels) => Stratified(Widened(scores), labels);

    /// <summary>As <see cref="ByGroup(ReadOnlySpan{double}, ReadOnlySpan{bool}, IReadOnlyList{string})"/>.</summary>
    public static Bootstrap ByGroup(ReadOnlySpan<float> scores, ReadOnlySpan<bool> labels, IReadOnlyList<string> groups) =>
        ByGroup(Widened(scores), labels, groups);

    /// <summary>A bootstrap of groups: the samples of one patient, volume or case are drawn together.</summary>
    /// <param name="scores">Finite scores; higher is more abnormal.</param>
    /// <param name="labels">False normal, true abnormal.</param>
    /// <param name="groups">The group of each sample.</param>
    /// <exception cref="ArgumentException">As <see cref="RankedScores.Of(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>, or there are not as many groups as scores.</exception>
    public static Bootstrap ByGroup(ReadOnlySpan<double> scores, ReadOnlySpan<bool> labels, IReadOnlyList<string> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (groups.Count != scores.Length)
            throw new ArgumentException($"There are {groups.Count} groups for {scores.Length} scores; there must be one a score.", nameof(groups));
        var (normal, abnormal) = RankedScores.Split(scores, RankedScores.AsBytes(labels));

        // Groups with an abnormal sample come first, each kind in the order of its names: the draws depend on neither order nor spelling of the input's.
        HashSet<string> withAbnormal = new(StringComparer.Ordinal);
        for (var i = 0; i < labels.Length; i++)
        {
            if (labels[i]) withAbnormal.Add(groups[i]);
        }
        string[] names = [.. groups.Distinct(StringComparer.Ordinal).OrderBy(name => !withAbnormal.Contains(name)).ThenBy(name => name, StringComparer.Ordinal)];
        var numbers = names.Select((name, number) => (name, number)).ToDictionary(pair => pair.name, pair => pair.number, StringComparer.Ordinal);
        List<int> normalGroups = [], abnormalGroups = [];
        for (var i = 0; i < labels.Length; i++) (labels[i] ? abnormalGroups : normalGroups).Add(numbers[groups[i]]);
        int[] normalGroup = [.. normalGroups], abnormalGroup = [.. abnormalGroups];
        Array.Sort(normal, normalGroup);
        Array.Sort(abnormal, abnormalGroup);
        return new(new(abnormal, abnormalGroup), new(normal, normalGroup), [withAbnormal.Count, names.Length - withAbnormal.Count], true);
    }

    /// <summary>A metric of the sample with the percentile interval of its resamples.</summary>
    /// <param name="metric">The metric, of any ranked scores: <c>s => s.Auroc</c>, <c>s => s.At(threshold).F1</c>. Called on several threads.</param>
    /// <param name="level">Nominal coverage, in (0, 1).</param>
    /// <param name="resamples">How many resamples to draw.</param>
    /// <param name="seed">The same seed gives the same interval.</param>
    /// <param name="progress">Told now and then.</param>
    /// <param name="cancellationToken">Stops between resamples.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="level"/> is outside (0, 1), or <paramref name="resamples"/> is not positive.</exception>
    public Estimate Percentile(Func<RankedScores, Metric> metric, double level = 0.95, int resamples = 2000, ulong seed = 0,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return Intervals([metric], (_, _, _) => new((1 - level) / 2, (1 + level) / 2, null), level, resamples, seed, progress, cancellationToken)[0];
    }

    /// <summary>
    /// A metric of the sample with the bias-corrected and accelerated interval (BCa; Efron 1987): the quantiles of the resamples are
    /// shifted by how far their median lies from the metric and by how its variance changes with its value, which a jackknife tells.
    /// Near 1, where most metrics of detectors lie, it covers better than <see cref="Percentile"/>.
    /// </summary>
    /// <remarks>
    /// The jackknife leaves out one sample, or group, at a time, each class a stratum as in SciPy's bootstrap of several samples; of more
    /// than 1,000 in a stratum it leaves out as many random blocks. Undefined where the metric cannot do without one of them.
    /// </remarks>
    /// <inheritdoc cref="Percentile"/>
    public Estimate BiasCorrected(Func<RankedScores, Metric> metric, double level = 0.95, int resamples = 2000, ulong seed = 0,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metric);
        return BiasCorrected([metric], level, resamples, seed, progress, cancellationToken)[0];
    }

    /// <summary>As above for several metrics, which share the resamples.</summary>
    /// <inheritdoc cref="Percentile"/>
    public IReadOnlyList<Estimate> BiasCorrected(IReadOnlyList<Func<RankedScores, Metric>> metrics, double level = 0.95, int resamples = 2000, ulong seed = 0,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var jackknife = new Lazy<double[][][]>(() => Jackknife(metrics, seed, cancellationToken));
        return Intervals(metrics, (number, value, replicates) =>
            BiasCorrection.Quantiles(value, replicates, Array.ConvertAll(jackknife.Value, stratum => Array.ConvertAll(stratum, without => without[number])), level),
            level, resamples, seed, progress, cancellationToken);
    }

    /// <summary>Draws the resamples; <paramref name="ends"/> goes from the number, value and sorted resamples of a metric to the quantiles that end its interval.</summary>
    Estimate[] Intervals(IReadOnlyList<Func<RankedScores, Metric>> metrics, Func<int, double, double[], IntervalQuantiles> ends, double level, int resamples, ulong seed,
        IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        if (level is not (> 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(level), level, "The level of an interval lies between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(resamples);
        if (TooFew() is { } reason)
            return [.. metrics.Select(metric => new Estimate(metric(Sample), Metric.Undefined(reason), Metric.Undefined(reason), level, 0, 0))];

        var replicates = new double[resamples][];
        var done = 0;
        Parallel.For(0, resamples, new ParallelOptions { CancellationToken = cancellationToken }, r =>
        {
            replicates[r] = Values(metrics, Resample(seed, r));
            var count = Interlocked.Increment(ref done);
            if (count % 256 == 0 || count == resamples) progress?.Report(new("bootstrap", count, resamples));
        });
        return [.. metrics.Select((metric, number) => Interval(metric(Sample), Array.ConvertAll(replicates, values => values[number]),
            (value, defined) => ends(number, value, defined), level))];
    }

    static Estimate Interval(Metric value, double[] replicates, Func<double, double[], IntervalQuantiles> ends, double level)
    {
        var defined = Array.FindAll(replicates, replicate => !double.IsNaN(replicate));
        var excluded = replicates.Length - defined.Length;
        if (!value.IsDefined || defined.Length == 0) return None(value.Reason ?? "the metric is undefined on every resample");
        Array.Sort(defined);
        var quantiles = ends(value.Value, defined);
        return quantiles.Obstacle is { } obstacle ? None(obstacle)
            : new(value, Quantile(defined, quantiles.Low), Quantile(defined, quantiles.High), level, replicates.Length, excluded);

        Estimate None(string why) => new(value, Metric.Undefined(why), Metric.Undefined(why), level, replicates.Length, excluded);
    }

    /// <summary>The metrics of ranked scores; NaN marks what is undefined until it is counted or refused.</summary>
    static double[] Values(IReadOnlyList<Func<RankedScores, Metric>> metrics, RankedScores scores)
    {
        var values = new double[metrics.Count];
        for (var i = 0; i < values.Length; i++) values[i] = metrics[i](scores).ValueOrNull ?? double.NaN;
        return values;
    }

    /// <summary>One resample: how often each unit is drawn, and each sorted score that many times.</summary>
    RankedScores Resample(ulong seed, int number)
    {
        var generator = new SplitMix64(seed, (ulong)number);
        var drawn = new int[groupCounts[0] + groupCounts[1]];
        Draw(generator, drawn.AsSpan(0, groupCounts[0]));
        Draw(generator, drawn.AsSpan(groupCounts[0]));
        return Drawn(drawn);
    }

    /// <summary>
    /// The sample with each unit that many times: the units are the groups, or without groups the samples, the abnormal ones first.
    /// </summary>
    RankedScores Drawn(int[] drawn) =>
        new(new(Repeat(positives, drawn)), new(Repeat(negatives, grouped ? drawn : drawn.AsSpan(groupCounts[0]))));

    /// <summary>The metrics without each unit, a stratum an array; NaN where one is undefined. A stratum of one unit is never left without it.</summary>
    double[][][] Jackknife(IReadOnlyList<Func<RankedScores, Metric>> metrics, ulong seed, CancellationToken cancellationToken)
    {
        const int MostBlocks = 1000;
        List<double[][]> strata = [];
        for (var stratum = 0; stratum < groupCounts.Length; stratum++)
        {
            var units = groupCounts[stratum];
            if (units < 2) continue;
            var start = stratum == 0 ? 0 : groupCounts[0];
            var order = Identity(units);
            // Blocks of neighbours in rank would differ too much or too little from one another, so they are made of random units.
            if (units > MostBlocks) new SplitMix64(seed, ulong.MaxValue - (ulong)stratum).Shuffle(order.AsSpan());
            var without = new double[Math.Min(units, MostBlocks)][];
            Parallel.For(0, without.Length, new ParallelOptions { CancellationToken = cancellationToken }, block =>
            {
                var drawn = new int[groupCounts[0] + groupCounts[1]];
                Array.Fill(drawn, 1);
                for (var i = block; i < units; i += without.Length) drawn[start + order[i]] = 0;
                without[block] = Values(metrics, Drawn(drawn));
            });
            strata.Add(without);
        }
        return [.. strata];
    }

    static void Draw(SplitMix64 generator, Span<int> counts)
    {
        for (var i = 0; i < counts.Length; i++) counts[generator.Next(counts.Length)]++;
    }

    static double[] Repeat(Stratum stratum, ReadOnlySpan<int> drawn)
    {
        var (scores, groups) = stratum;
        long total = 0;
        foreach (var group in groups) total += drawn[group];
        var repeated = new double[total];
        for (int i = 0, at = 0; i < scores.Length; i++)
        {
            for (var times = drawn[groups[i]]; times > 0; times--) repeated[at++] = scores[i];
        }
        return repeated;
    }

    /// <summary>Why no interval can be had: a class drawn from one unit never varies, and its interval would look certain.</summary>
    string? TooFew()
    {
        var unit = grouped ? "group with abnormal samples" : "abnormal sample";
        if (groupCounts[0] < 2) return string.Create(CultureInfo.InvariantCulture, $"{groupCounts[0]} {unit}");
        // Groups with abnormal samples may hold all normal ones too; without groups, normal samples are a stratum of their own.
        return !grouped && groupCounts[1] < 2 ? string.Create(CultureInfo.InvariantCulture, $"{groupCounts[1]} normal sample") : null;
    }

    static double[] Widened(ReadOnlySpan<float> scores)
    {
        var wide = new double[scores.Length];
        for (var i = 0; i < wide.Length; i++) wide[i] = scores[i];
        return wide;
    }

    static int[] Identity(int count) => [.. Enumerable.Range(0, count)];

    /// <summary>A quantile of sorted values, linear between them (NumPy's default).</summary>
    internal static double Quantile(double[] sorted, double quantile)
    {
        var place = quantile * (sorted.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
    }
}
