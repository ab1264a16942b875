namespace MedAnomaly.Outliers;

/// <summary>
/// LSCP: of several detectors those are averaged whose training scores agree best with the greatest of all in the row's neighbourhood (Zhao et
/// al. 2019). PyOD leaves the detectors to its user and source 002 does not name them: here ten LOFs of 10, 15 to 55 neighbours.
/// </summary>
/// <remarks>A detector whose scores do not vary in a neighbourhood agrees by 0, as in PyOD.</remarks>
public sealed class SelectiveCombination(ulong seed = 0, double contamination = OutlierDetector.DefaultContamination) : OutlierDetector(contamination)
{
    /// <summary>Draws of features, the neighbours that each gives, and how many draws must agree on one.</summary>
    const int Draws = 20, Region = 30, Agreeing = Draws / 2;

    /// <summary>Bins of the detectors' correlations, of which the fullest is chosen.</summary>
    const int Bins = 10;

    const int BlockRows = 8192;

    static readonly int[] neighbors = [.. Enumerable.Range(2, 10).Select(number => 5 * number)];

    /// <inheritdoc/>
    public override string Name => "LSCP";

    private protected override int FewestRows => Region;

    private protected override string WhyRows => "So many make a neighbourhood.";

    private protected override Model Learn(Points train, Work work)
    {
        int[] sizes = [.. neighbors.Select(k => Math.Min(k, train.Count - 1))];
        var search = new NearestPoints(train);
        var own = search.OfThemselves(sizes[^1], work);
        LocalDensities[] factors = [.. sizes.Select(k => new LocalDensities(own, k, work))];
        StandardScores[] scales = [.. factors.Select(factor => new StandardScores(factor.TrainingFactors(work)))];
        double[] greatest = [.. Enumerable.Range(0, train.Count).Select(row => scales.Max(scale => scale.Training[row]))];
        var bags = new (int[] Features, NearestPoints Search)[Draws];
        for (var draw = 0; draw < bags.Length; draw++)
        {
            var features = Bag(train.Width, new SplitMix64(seed, (ulong)draw));
            bags[draw] = (features, new(train.Features(features)));
        }
        return ScoringAll(train, work, (samples, work) =>
        {
            var scores = new double[samples.Count];
            for (var start = 0; start < samples.Count; start += BlockRows)
            {
                var first = start;
                var block = samples.Rows([.. Enumerable.Range(start, Math.Min(BlockRows, samples.Count - start))]);
                var quiet = work.Quiet;
                NearestPoints.Table[] regions = [.. bags.Select(bag => bag.Search.Of(block.Features(bag.Features), Region, quiet))];
                var near = search.Of(block, sizes[^1], quiet);
                double[][] tests = [.. factors.Select((factor, i) => scales[i].Of(
                    quiet.Score(block.Count, row => factor.Factor(near.DistancesOf(row), near.NumbersOf(row)))))];
                quiet.OverRows(block.Count, (from, end) =>
                {
                    var counts = new int[train.Count];
                    for (var row = from; row < end; row++)
                        scores[first + row] = Combine(Agreed(regions, row, counts), scales, greatest, tests, row);
                });
                work.Step(start + block.Count, samples.Count);
            }
            return scores;
        });
    }

    /// <summary>Half of the features or more, but not all; the only one of one.</summary>
    static int[] Bag(int width, SplitMix64 random) =>
        width == 1 ? [0] : Points.Draw(random, width, width / 2 + random.Next(width - width / 2));

    /// <summary>The training rows that more than half of the draws name; of fewer than two such rows, those that fewer name.</summary>
    static int[] Agreed(NearestPoints.Table[] regions, int row, int[] counts)
    {
        List<int> named = [];
        foreach (var region in regions)
        {
            foreach (var number in region.NumbersOf(row))
            {
                if (counts[number]++ == 0) named.Add(number);
            }
        }
        int[] agreed = [];
        for (var more = Agreeing; agreed.Length < 2 && more >= 0; more--) agreed = [.. named.Where(number => counts[number] > more)];
        foreach (var number in named) counts[number] = 0;
        return agreed;
    }

    static double Combine(int[] region, StandardScores[] scales, double[] greatest, double[][] tests, int row)
    {
        double[] truth = [.. region.Select(number => greatest[number])];
        var correlations = new double[scales.Length];
        for (var i = 0; i < correlations.Length; i++) correlations[i] = Correlation(truth, [.. region.Select(number => scales[i].Training[number])]);
        var (edges, counts) = Histogram.Of(correlations, Bins);
        var fullest = counts.Max();
        var (sum, chosen) = (0.0, 0);
        for (var bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] < fullest) continue;
            for (var i = 0; i < correlations.Length; i++)
            {
                // An edge belongs to both its bins.
                if (correlations[i] >= edges[bin] && correlations[i] <= edges[bin + 1]) (sum, chosen) = (sum + tests[i][row], chosen + 1);
            }
        }
        return sum / chosen;
    }

    static double Correlation(double[] a, double[] b)
    {
        double meanA = a.Average(), meanB = b.Average(), product = 0, squareA = 0, squareB = 0;
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i] - meanA, b[i] - meanB);
            (product, squareA, squareB) = (product + x * y, squareA + x * x, squareB + y * y);
        }
        return squareA > 0 && squareB > 0 ? Math.Clamp(product / Math.Sqrt(squareA) / Math.Sqrt(squareB), -1, 1) : 0;
    }

    /// <summary>Scores less their mean over the training rows, in standard deviations.</summary>
    sealed class StandardScores
    {
        readonly double mean;
        readonly double deviation;

        public StandardScores(double[] training)
        {
            mean = training.Average();
            deviation = Math.Sqrt(training.Average(score => (score - mean) * (score - mean)));
            if (deviation == 0) deviation = 1;
            Training = Of(training);
        }

        public double[] Training { get; }

        public double[] Of(double[] scores) => Array.ConvertAll(scores, score => (score - mean) / deviation);
    }
}
