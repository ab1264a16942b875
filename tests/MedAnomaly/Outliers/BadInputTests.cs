using MedAnomaly.Outliers;
using MedAnomaly.Progress;

namespace MedAnomaly.Tests.Outliers;

/// <summary>What cannot be scored is refused with its place; what only looks odd has a defined score.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Names { get; } = [.. OutlierDetectors.Names];

    static OutlierDetector Fitted(string name, double[,] rows)
    {
        var detector = OutlierDetectors.Create(name);
        detector.Fit(rows);
        return detector;
    }

    static double[,] With(double[,] table, int row, int feature, double value)
    {
        table[row, feature] = value;
        return table;
    }

    static double[,] Equal(int rows) => Table.Of([.. Enumerable.Repeat<double[]>([0.1, 0.7, -2.3], rows)]);

    static void ShouldBeFinite(IEnumerable<double> scores) => Assert.All(scores, score => Assert.True(double.IsFinite(score)));

    [Theory, MemberData(nameof(Names))]
    public void NaN_and_infinities_are_refused_with_their_place(string name)
    {
        var detector = Fitted(name, Table.Noise(60, 3, 1));

        var fit = Assert.Throws<DatasetException>(() => detector.Fit(With(Table.Noise(60, 3, 1), 7, 2, double.NaN)));
        var score = Assert.Throws<DatasetException>(() => detector.Score(With(Table.Noise(5, 3, 2), 4, 0, double.NegativeInfinity)));

        Assert.Equal($"{name}: training row 7, feature 2 (from 0) is NaN. Expected finite numbers: leave the row out or find out what made it.", fit.Message);
        Assert.Equal($"{name}: test row 4, feature 0 (from 0) is -Infinity. Expected finite numbers: leave the row out or find out what made it.", score.Message);
        // What was learned before a refusal is still there.
        Assert.Equal(60, detector.TrainingScores.Count);
    }

    [Theory, MemberData(nameof(Names))]
    public void Rows_of_another_number_of_features_are_refused(string name)
    {
        var fault = Assert.Throws<DatasetException>(() => Fitted(name, Table.Noise(60, 3, 1)).Score(Table.Noise(5, 4, 2)));

        Assert.Equal($"{name} was fitted to rows of 3 features, but those to score have 4. Score what was made as the training rows were.", fault.Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void An_empty_matrix_is_refused(string name)
    {
        var detector = OutlierDetectors.Create(name);

        Assert.Equal($"{name}: the training matrix is 0 x 3. Expected at least one row and one feature.",
            Assert.Throws<DatasetException>(() => detector.Fit(new double[0, 3])).Message);
        Assert.Equal($"{name}: the training matrix is 3 x 0. Expected at least one row and one feature.",
            Assert.Throws<DatasetException>(() => detector.Fit(new double[3, 0])).Message);
        detector.Fit(Table.Noise(60, 3, 1));
        Assert.Equal($"{name}: the test matrix is 0 x 3. Expected at least one row and one feature.",
            Assert.Throws<DatasetException>(() => detector.Score(new double[0, 3])).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void Scoring_before_fitting_is_refused(string name)
    {
        Assert.Equal($"{name} has not been fitted: call Fit with training rows first.",
            Assert.Throws<InvalidOperationException>(() => OutlierDetectors.Create(name).Score(Table.Noise(5, 3, 1))).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_constant_feature_leaves_every_score_finite(string name)
    {
        double[,] train = Table.Noise(80, 3, 1), test = Table.Noise(30, 3, 2);
        for (var row = 0; row < 80; row++) train[row, 1] = 3;
        for (var row = 0; row < 30; row++) test[row, 1] = 3;

        ShouldBeFinite(Fitted(name, train).Score(test));
    }

    [Theory, MemberData(nameof(Names))]
    public void One_feature_will_do(string name)
    {
        var detector = Fitted(name, Table.Noise(80, 1, 1));

        var scores = detector.Score(new double[,] { { 0 }, { 0.1 }, { 50 } });

        ShouldBeFinite(scores);
        // LODA's only direction counts what is far away as in the outermost bin, and LMDD sees what is scored alone.
        if (name != "LODA") Assert.True(scores[2] >= scores[0] && scores[2] >= scores[1], string.Join(" ", scores));
    }

    [Theory]
    [InlineData("ABOD")]
    [InlineData("Sampling")]
    [InlineData("LMDD")]
    [InlineData("CBLOF")]
    [InlineData("IForest")]
    [InlineData("INNE")]
    [InlineData("LSCP")]
    public void Rows_that_are_all_equal_score_0(string name)
    {
        var equal = Equal(64);

        // A mean of equal numbers is rounded.
        Assert.All(Fitted(name, equal).Score(equal), score => Assert.Equal(0, score, 1e-14));
    }

    [Fact]
    public void Rows_that_are_all_equal_score_alike_along_random_directions()
    {
        var equal = Equal(64);

        var scores = Fitted("LODA", equal).Score(equal);

        ShouldBeFinite(scores);
        Assert.Single(scores.Distinct());
    }

    [Theory]
    [InlineData("Covariance")]
    [InlineData("MCD")]
    public void A_robust_covariance_of_equal_rows_is_refused(string name)
    {
        Assert.Equal("The covariance cannot be estimated: more than half of the 64 training rows are equal. "
            + "Leave duplicates out, or take a detector that needs no covariance, such as KNN or IForest.",
            Assert.Throws<DatasetException>(() => Fitted(name, Equal(64))).Message);
    }

    [Fact]
    public void A_covariance_without_an_inverse_is_refused_where_a_density_is_asked_for()
    {
        var twins = Table.Noise(64, 2, 1);
        for (var row = 0; row < 64; row++) twins[row, 0] = twins[row, 1] = 1e7 * twins[row, 1];

        Assert.Equal("GMM's covariance cannot be estimated: up to rounding, a feature of the training rows follows from others. "
            + "Leave such features out, divide large ones by their size, or take a detector that needs no covariance, such as KNN or IForest.",
            Assert.Throws<DatasetException>(() => Fitted("GMM", twins)).Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void Many_duplicates_leave_every_score_finite(string name)
    {
        // A third of the rows are one and the same: the covariance of the others is still that of more than half.
        var train = Table.Noise(120, 3, 1);
        for (var row = 0; row < 40; row++) (train[row, 0], train[row, 1], train[row, 2]) = (0.1, 0.2, 0.3);
        var test = Table.Noise(20, 3, 2);
        (test[0, 0], test[0, 1], test[0, 2]) = (0.1, 0.2, 0.3);

        var detector = Fitted(name, train);

        ShouldBeFinite(detector.Score(test));
        ShouldBeFinite(detector.TrainingScores);
    }

    [Theory]
    [InlineData("Covariance")]
    [InlineData("MCD")]
    [InlineData("GMM")]
    public void Fewer_rows_than_features_are_scored_along_the_directions_in_which_they_differ(string name)
    {
        var scores = Fitted(name, Table.Noise(10, 20, 1)).Score(Table.Noise(10, 20, 2, shift: 3));

        ShouldBeFinite(scores);
    }

    [Theory]
    [InlineData("KNN", 5, "KNN cannot be fitted to 5 rows of 2 features; expected at least 6 rows. A row is no neighbour of its own. Give it more training rows.")]
    [InlineData("CBLOF", 7, "CBLOF cannot be fitted to 7 rows of 2 features; expected at least 8 rows. There must be a row a cluster. Give it more training rows.")]
    [InlineData("Sampling", 19, "Sampling cannot be fitted to 19 rows of 2 features; expected at least 20 rows. So many are drawn, none twice. Give it more training rows.")]
    [InlineData("LSCP", 29, "LSCP cannot be fitted to 29 rows of 2 features; expected at least 30 rows. So many make a neighbourhood. Give it more training rows.")]
    [InlineData("ABOD", 2, "ABOD cannot be fitted to 2 rows of 2 features; expected at least 3 rows. An angle needs two neighbours. Give it more training rows.")]
    [InlineData("MCD", 1, "MCD cannot be fitted to 1 rows of 2 features; expected at least 2 rows. One row alone shows nothing of how rows differ. Give it more training rows.")]
    public void Fewer_rows_than_a_detector_needs_are_refused(string name, int rows, string message)
    {
        Assert.Equal(message, Assert.Throws<DatasetException>(() => OutlierDetectors.Create(name).Fit(Table.Noise(rows, 2, 1))).Message);
    }

    [Theory]
    [InlineData("LOF", 8)]
    [InlineData("ABOD", 4)]
    [InlineData("LSCP", 30)]
    [InlineData("IForest", 10)]
    [InlineData("INNE", 3)]
    public void Fewer_rows_than_neighbours_lower_the_number_of_neighbours_where_PyOD_does(string name, int rows)
    {
        var detector = Fitted(name, Table.Noise(rows, 2, 1));

        ShouldBeFinite(detector.Score(Table.Noise(9, 2, 2)));
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest_one()
    {
        var fault = Assert.Throws<UsageException>(() => OutlierDetectors.Create("IForrest"));

        Assert.Equal("There is no outlier detector 'IForrest'; expected one of Covariance, ECOD, ABOD, KDE, Sampling, GMM, MCD, OCSVM, LMDD, LOF, CBLOF, HBOS, "
            + "KNN, IForest, INNE, LSCP, LODA. Did you mean 'IForest'?", fault.Message);
    }

    [Fact]
    public void Parameters_out_of_range_are_refused_by_name()
    {
        Assert.Equal("neighbors is 0; expected at least 1.", Assert.Throws<UsageException>(() => new KNearestNeighbors(0)).Message);
        Assert.Equal("neighbors is -1; expected at least 1.", Assert.Throws<UsageException>(() => new LocalOutlierFactor(-1)).Message);
        Assert.Equal("neighbors is 1; expected at least 2.", Assert.Throws<UsageException>(() => new AngleBased(1)).Message);
        Assert.Equal("subset is 0; expected at least 1.", Assert.Throws<UsageException>(() => new Sampling(0)).Message);
        Assert.Equal("orders is 0; expected at least 1.", Assert.Throws<UsageException>(() => new LinearDeviation(orders: 0)).Message);
        Assert.Equal("clusters is 0; expected at least 1.", Assert.Throws<UsageException>(() => new ClusterBased(0)).Message);
        Assert.Equal("alpha is 1.5; expected above 0 and at most 1.", Assert.Throws<UsageException>(() => new ClusterBased(alpha: 1.5)).Message);
        Assert.Equal("beta is 0; expected at least 1.", Assert.Throws<UsageException>(() => new ClusterBased(beta: 0)).Message);
        Assert.Equal("bins is 0; expected at least 1.", Assert.Throws<UsageException>(() => new HistogramBased(0)).Message);
        Assert.Equal("alpha is 0; expected above 0.", Assert.Throws<UsageException>(() => new HistogramBased(alpha: 0)).Message);
        Assert.Equal("tolerance is NaN; expected at least 0.", Assert.Throws<UsageException>(() => new HistogramBased(tolerance: double.NaN)).Message);
        Assert.Equal("trees is 0; expected at least 1.", Assert.Throws<UsageException>(() => new IsolationForest(0)).Message);
        Assert.Equal("sample is 1; expected at least 2.", Assert.Throws<UsageException>(() => new IsolationForest(sample: 1)).Message);
        Assert.Equal("ensembles is 0; expected at least 1.", Assert.Throws<UsageException>(() => new IsolationByNeighbors(0)).Message);
        Assert.Equal("sample is 1; expected at least 2.", Assert.Throws<UsageException>(() => new IsolationByNeighbors(sample: 1)).Message);
        Assert.Equal("directions is 0; expected at least 1.", Assert.Throws<UsageException>(() => new RandomProjections(0)).Message);
        Assert.Equal("bins is 1; expected at least 2.", Assert.Throws<UsageException>(() => new RandomProjections(bins: 1)).Message);
        Assert.Equal("bandwidth is 0; expected above 0.", Assert.Throws<UsageException>(() => new KernelDensity(0)).Message);
        Assert.Equal("nu is 1.1; expected above 0 and at most 1.", Assert.Throws<UsageException>(() => new OneClassSvm(1.1)).Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.51)]
    [InlineData(double.NaN)]
    public void A_contamination_that_is_no_share_is_refused(double contamination)
    {
        var fault = Assert.Throws<UsageException>(() => OutlierDetectors.Create("KNN", contamination: contamination));

        Assert.Equal(FormattableString.Invariant($"The contamination is {contamination}; expected the share of training rows that may be abnormal, above 0 and at most 0.5."),
            fault.Message);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_cancelled_fit_leaves_the_detector_as_it_was(string name)
    {
        var rows = Table.Noise(60, 3, 1);
        var detector = Fitted(name, rows);
        double[] before = [.. detector.TrainingScores];
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => detector.Fit(Table.Noise(200, 3, 5), cancellationToken: cancellation.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => detector.Score(rows, cancellationToken: cancellation.Token));

        Assert.Equal(before, detector.TrainingScores);
    }

    [Theory, MemberData(nameof(Names))]
    public void Progress_ends_with_all_done(string name)
    {
        List<WorkProgress> told = [];
        var progress = new Listener(told);
        var detector = OutlierDetectors.Create(name);

        detector.Fit(Table.Noise(600, 3, 1), progress);
        detector.Score(Table.Noise(600, 3, 2), progress);

        Assert.Contains(told, report => report.Stage == $"{name}, fit" && report.Done == report.Total);
        Assert.Contains(told, report => report.Stage == $"{name}, score" && report.Done == report.Total);
    }

    sealed class Listener(List<WorkProgress> told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            lock (told) told.Add(value);
        }
    }
}
