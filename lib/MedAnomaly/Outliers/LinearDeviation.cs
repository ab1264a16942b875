namespace MedAnomaly.Outliers;

/// <summary>
/// LMDD, sequential exceptions (Arning, Agrawal and Raghavan 1996): rows come in random orders, and one scores by how much the dissimilarity of
/// the rows before it, the mean absolute deviation of all their numbers, would fall without it; times the number of rows that are no exceptions.
/// The greatest of several orders counts.
/// </summary>
/// <param name="inductive">
/// False as in PyOD, which looks at the scored rows alone and ignores what it was fitted to. True: the orders are those of the training rows,
/// and each scored row comes after the greatest exception among them.
/// </param>
/// <param name="orders">How many.</param>
/// <param name="seed">Of the orders.</param>
/// <param name="contamination">The share of abnormal training rows.</param>
public sealed class LinearDeviation(bool inductive = false, int orders = 50, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination)
    : OutlierDetector(contamination)
{
    readonly int orders = Parameter(orders, orders >= 1, "at least 1");

    /// <inheritdoc/>
    public override string Name => "LMDD";

    private protected override Model Learn(Points train, Work work)
    {
        if (!inductive) return ScoringAll(train, work, (samples, work) => Sequences(samples, work, null));
        var exceptions = new List<DeviationException>();
        return new(Sequences(train, work, exceptions), (samples, work) => work.Score(samples.Count, row =>
        {
            var (greatest, rest) = (0.0, 0);
            foreach (var exception in exceptions)
            {
                if (exception.Score(samples[row]) is var score && score > greatest) (greatest, rest) = (score, exception.Rest);
            }
            return greatest * rest;
        }));
    }

    /// <summary>The scores of rows among themselves; tells the exceptions, in the order of the sequences, where they are asked for.</summary>
    double[] Sequences(Points samples, Work work, List<DeviationException>? exceptions)
    {
        var ranks = Ranks(samples, out var sorted);
        var greatest = new double[samples.Count];
        var rest = new int[samples.Count];
        var wave = Environment.ProcessorCount;
        var deviations = new AbsoluteDeviation[wave];
        for (var first = 0; first < orders; first += wave)
        {
            var results = new (double[] Scores, DeviationException? Exception)[Math.Min(wave, orders - first)];
            var start = first;
            work.Quiet.Over(results.Length, i =>
            {
                int[] order = [.. Enumerable.Range(0, samples.Count)];
                new SplitMix64(seed, (ulong)(start + i)).Shuffle(order.AsSpan());
                results[i] = Sequence(samples, order, ranks, sorted, deviations[i] ??= new(sorted), work);
            });
            foreach (var (scores, exception) in results)
            {
                if (exception is not null) exceptions?.Add(exception);
                for (var row = 0; row < scores.Length; row++)
                {
                    if (scores[row] > greatest[row]) (greatest[row], rest[row]) = (scores[row], exception!.Rest);
                }
            }
            work.Step(first + results.Length, orders);
        }
        return [.. greatest.Select((score, row) => score * rest[row])];
    }

    /// <summary>The scores of one sequence, and its exception; none where the dissimilarity never rises.</summary>
    static (double[] Scores, DeviationException? Exception) Sequence(Points samples, int[] order, int[] ranks, double[] sorted,
        AbsoluteDeviation deviation, Work work)
    {
        var width = samples.Width;
        var scores = new double[order.Length];
        deviation.Clear();
        var (before, rise, place) = (0.0, 0.0, 0);
        for (var i = 0; i < order.Length; i++)
        {
            if (i % 4096 == 0) work.Token.ThrowIfCancellationRequested();
            for (var feature = 0; feature < width; feature++) deviation.Add(ranks[order[i] * width + feature]);
            var after = deviation.Value;
            if (i > 0 && after - before > rise) (rise, place) = (after - before, i);
            before = after;
        }
        if (place == 0) return (scores, null);
        var exception = new DeviationException(samples, order.AsSpan(0, place + 1), rise);
        scores[order[place]] = rise;
        foreach (var row in order.AsSpan(place + 1)) scores[row] = exception.Score(samples[row]);
        return (scores, exception with { Rest = scores.Count(score => !(score > 0)) });
    }

    /// <summary>The rank of every number, and all of them in order, less the middle one: then what is all alike has no deviation from rounding.</summary>
    static int[] Ranks(Points samples, out double[] sorted)
    {
        sorted = new double[samples.Count * samples.Width];
        for (var row = 0; row < samples.Count; row++) samples[row].CopyTo(sorted.AsSpan(row * samples.Width));
        int[] places = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, places);
        var middle = sorted[sorted.Length / 2];
        for (var i = 0; i < sorted.Length; i++) sorted[i] -= middle;
        var ranks = new int[sorted.Length];
        for (var rank = 0; rank < places.Length; rank++) ranks[places[rank]] = rank;
        return ranks;
    }
}
