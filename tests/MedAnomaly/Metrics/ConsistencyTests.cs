using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Metrics;
using static MedAnomaly.Metrics.CountMetric;

namespace MedAnomaly.Tests.Metrics;

/// <summary>Printed tables that contradict themselves: the checker must find what is wrong with each.</summary>
public sealed class ConsistencyTests
{
    /// <summary>PatchCore on lung CT and brain MRI at three memory banks, then with four encoders: F1, precision, recall, specificity, accuracy.</summary>
    static readonly PrintedRow[] Lung =
    [
        Row("n = 1 %", "97.80", "98.85", "96.78", "89.80", "96.24"), Row("n = 10 %", "97.63", "99.01", "96.30", "92.88", "95.97"),
        Row("n = 25 %", "97.63", "99.17", "96.14", "94.90", "95.97"), Row("RN50_MedMN", "97.72", "98.69", "96.78", "91.84", "96.11"),
        Row("RN50_MSDec", "96.78", "99.16", "94.52", "94.90", "94.58"), Row("MedViT_MedMN", "98.30", "98.70", "97.91", "91.84", "97.08"),
        Row("MedViT_MSDec", "98.46", "98.86", "98.07", "92.86", "97.36"),
    ];

    static readonly PrintedRow[] Brain =
    [
        Row("n = 1 %", "94.65", "99.40", "90.33", "85", "90.14"), Row("n = 10 %", "97.98", "99.59", "96.41", "89", "96.16"),
        Row("n = 25 %", "98.05", "99.78", "96.38", "94", "96.30"), Row("RN50_MedMN", "96.30", "99.88", "92.97", "97", "93.11"),
        Row("RN50_MSDec", "95.22", "99.98", "90.87", "99.98", "91.19"), Row("MedViT_MedMN", "98.59", "99.81", "97.39", "95", "97.31"),
        Row("MedViT_MSDec", "97.87", "99.92", "95.91", "98", "95.98"),
    ];

    /// <summary>Twelve methods on slices: F1, then what is printed under "Spec", "ACC" and "Prec".</summary>
    static readonly PrintedRow[] Slices =
    [
        Slice("SimpleNet", "78.87", "65.82", "65.81", "5.69"), Slice("BGAD w/o", "78.68", "64.86", "64.86", "0"),
        Slice("BGAD 100", "78.7", "64.88", "64.89", "0.15"), Slice("CFLOW_AD", "78.03", "63.98", "63.98", "0.09"),
        Slice("EDC", "81.45", "76.46", "74.26", "50.48"), Slice("DAE", "78.86", "66.92", "66.62", "12.42"),
        Slice("AE_FLOW", "78.72", "65.3", "65.26", "2.84"), Slice("Cut_Paste", "78.73", "64.92", "64.92", "0"),
        Slice("PatchCore", "79.1", "68.03", "67.79", "19.26"), Slice("RD++", "79.94", "70.34", "70.02", "29.01"),
        Slice("3D_AE", "79.44", "68.43", "68.22", "19.42"), Slice("SimpleSliceNet", "79.5", "69.05", "68.67", "22.48"),
    ];

    static PrintedRow Row(string name, string f1, string precision, string recall, string specificity, string accuracy) =>
        PrintedRow.Percent(name, (F1, f1), (Precision, precision), (Recall, recall), (Specificity, specificity), (Accuracy, accuracy));

    static PrintedRow Slice(string name, string f1, string specificity, string accuracy, string precision) =>
        PrintedRow.Percent(name, (F1, f1), (Specificity, specificity), (Accuracy, accuracy), (Precision, precision));

    [Theory]
    [InlineData(0, "0.9286", 601, 7)]
    [InlineData(1, "0.9388", 598, 6)]
    public void A_misprinted_specificity_is_found_with_what_it_must_be(int row, string instead, long hits, long alarms)
    {
        var check = RowCheck.Of(Lung[row], 621, 98);

        Assert.False(check.IsPossible);
        var misprint = Assert.Single(check.Misprints);
        Assert.Equal(Specificity, misprint.Metric);
        var expected = decimal.Parse(instead, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((expected, expected), misprint.Instead);
        Assert.Equal(new ConfusionMatrix(hits, alarms, 98 - alarms, 621 - hits), Assert.Single(CountSolver.Solve(Lung[row].Without(Specificity), 621, 98)));
    }

    [Fact]
    public void A_row_without_a_misprint_has_one_confusion_matrix()
    {
        var check = RowCheck.Of(Lung[2], 621, 98);

        Assert.True(check.IsPossible);
        Assert.Equal(new ConfusionMatrix(597, 5, 93, 24), Assert.Single(check.Matrices));
        Assert.Empty(check.Misprints);
    }

    [Fact]
    public void The_size_of_a_test_set_that_nobody_states_follows_from_its_rows()
    {
        var lung = CountSolver.FindCounts(Lung, (500, 750), (50, 150));
        Assert.Equal(new TrivialClassifier(621, 98), Assert.Single(lung.Counts));
        Assert.Equal(5, lung.FittingRows);

        var brain = CountSolver.FindCounts(Brain, (2000, 3500), (100, 100));
        Assert.Equal(new TrivialClassifier(2761, 100), Assert.Single(brain.Counts));
        Assert.Equal(6, brain.FittingRows);
    }

    [Fact]
    public void Each_brain_row_alone_allows_several_sizes_and_one_row_none()
    {
        Assert.Equal([2759, 2760, 2761, 2762], CountSolver.FindCounts([Brain[5]], (2759, 2762), (100, 100)).Counts.Select(counts => counts.Positives));
        Assert.Equal([2761], CountSolver.FindCounts([Brain[1]], (2700, 2780), (100, 100)).Counts.Select(counts => counts.Positives));
        Assert.Empty(CountSolver.FindCounts([Brain[4]], (2700, 2800), (100, 100)).Counts);
    }

    [Fact]
    public void Calling_every_image_abnormal_beats_the_headline_of_the_brain_table()
    {
        var headline = RowCheck.Of(Brain[2], 2761, 100);

        Assert.Equal(0.9822, headline.TrivialF1.Value, 0.00005);
        Assert.Equal(0.9650, headline.TrivialAccuracy.Value, 0.00005);
        Assert.True(headline.IsF1BelowTrivial);
        Assert.True(headline.IsAccuracyBelowTrivial);
        Assert.Equal(0.9269, RowCheck.Of(Lung[2], 621, 98).TrivialF1.Value, 0.00005);
        Assert.False(RowCheck.Of(Lung[2], 621, 98).IsF1BelowTrivial);
    }

    [Fact]
    public void Exchanged_column_headings_are_found_without_knowing_a_count()
    {
        Assert.False(RowCheck.Of(Slices[4]).IsPossible);
        Assert.Equal([new ColumnSwap(Precision, Specificity)], RowCheck.FindSwaps(Slices));
        Assert.Empty(RowCheck.FindSwaps([.. Slices.Select(row => row.Swapped(Precision, Specificity))]));
    }

    [Fact]
    public void Means_over_volumes_are_no_ratios_of_counts_and_no_exchange_explains_them()
    {
        // The voxels' table of the same paper: its headings are exchanged too, but each number is a mean over volumes.
        PrintedRow[] voxels =
        [
            Slice("SimpleNet", "28.06", "24.27", "91.84", "93.09"), Slice("EDC", "37.74", "34.6", "90.57", "91.35"),
            Slice("PatchCore", "48.52", "44.26", "96.52", "97.42"), Slice("SimpleSliceNet", "51.07", "48.5", "95.67", "96.48"),
        ];

        Assert.All(voxels, row => Assert.False(RowCheck.Of(row).IsPossible));
        Assert.Empty(RowCheck.FindSwaps(voxels));
    }

    [Fact]
    public void The_rates_behind_a_row_follow_once_the_headings_are_right()
    {
        var region = RateRegion.Of(Slices[4].Swapped(Precision, Specificity));

        Assert.InRange(0.8714, region.Range(Recall).Low, region.Range(Recall).High);
        Assert.InRange(region.Range(Recall).High - region.Range(Recall).Low, 0, 0.001);
        Assert.InRange(0.6486, region.Prevalence.Low, region.Prevalence.High);
        Assert.InRange(region.Prevalence.High - region.Prevalence.Low, 0, 0.002);
    }

    [Fact]
    public void Methods_that_were_scored_on_different_slices_imply_different_prevalences()
    {
        var prevalences = Slices.ToDictionary(row => row.Name, row => RateRegion.Of(row.Swapped(Precision, Specificity)).Prevalence);

        Assert.True(prevalences["CFLOW_AD"].High < prevalences["EDC"].Low);
        Assert.True(prevalences["CFLOW_AD"].High < prevalences["BGAD w/o"].Low);
        // 78.03 is the F1 of calling all of these slices abnormal, and less than that at the prevalence of the others.
        Assert.Equal(0.7803, RowCheck.Of(Slices[3].Swapped(Precision, Specificity)).TrivialF1.Value, 0.0002);
        Assert.True(2 * prevalences["EDC"].Low / (1 + prevalences["EDC"].Low) > 0.7804);
    }

    [Fact]
    public void The_test_fold_of_head_CT_closes_its_row()
    {
        var cae = PrintedRow.Fraction("CAE", (Accuracy, ".74"), (Recall, ".93"), (Precision, ".77"), (F1, ".84"));
        var check = RowCheck.Of(cae, 50, 20);

        Assert.Empty(check.Matrices);
        // Means over folds are no ratios of integers, so the row is checked by its rates: 50 of 70 is allowed, and of the normal ones three in ten.
        var region = RateRegion.Of(cae);
        Assert.InRange(50 / 70.0, region.Prevalence.Low, region.Prevalence.High);
        Assert.InRange(0.30, region.Range(Specificity).Low, region.Range(Specificity).High);
        Assert.Equal(0.833, check.TrivialF1.Value, 0.0005);
    }

    [Fact]
    public void An_F1_that_is_not_the_mean_of_precision_and_recall_is_impossible_at_every_size()
    {
        PrintedRow Covid(string f1) => PrintedRow.Fraction("COVID", (Precision, ".76"), (Recall, ".76"), (Specificity, ".76"), (F1, f1));

        Assert.False(RowCheck.Of(Covid(".80")).IsPossible);
        Assert.Contains(RowCheck.Of(Covid(".80")).Misprints, misprint => misprint.Metric == F1 && misprint.Instead == (0.76m, 0.76m)
            || misprint.Metric == F1 && misprint.Instead.Low <= 0.76m && misprint.Instead.High >= 0.76m);
        Assert.True(RowCheck.Of(Covid(".76")).IsPossible);
        Assert.Equal(new ConfusionMatrix(76, 24, 76, 24), Assert.Single(CountSolver.Solve(Covid(".76"), 100, 100)));
    }

    [Fact]
    public void An_accuracy_below_both_recall_and_specificity_is_impossible()
    {
        var migraine = PrintedRow.Fraction("migraine", (Recall, ".79"), (Accuracy, ".71"), (Specificity, ".81"), (F1, ".74"));
        var reread = PrintedRow.Fraction("migraine", (Precision, ".79"), (Recall, ".71"), (Specificity, ".81"), (F1, ".74"));

        Assert.False(RowCheck.Of(migraine).IsPossible);
        Assert.True(RowCheck.Of(reread).IsPossible);
    }

    [Fact]
    public void No_ranking_falls_below_the_worst_one()
    {
        // 7000 anomalies against 700 normals: .749 and .666 were printed, and cannot have been measured there.
        var least = new TrivialClassifier(7000, 700).LeastAveragePrecision.Value;
        Assert.Equal(0.760, least, 0.0005);
        Assert.True(new TrivialClassifier(700, 700).LeastAveragePrecision.Value < 0.666);
        Assert.Equal("undefined (no normal sample)", new TrivialClassifier(5, 0).LeastAveragePrecision.ToString());

        double[] worst = [.. Enumerable.Range(0, 77).Select(i => (double)i)];
        byte[] labels = [.. Enumerable.Range(0, 77).Select(i => (byte)(i < 70 ? 1 : 0))];
        Assert.Equal(new TrivialClassifier(70, 7).LeastAveragePrecision.Value, RankedScores.Of<byte>(worst, labels).AveragePrecision.Value, 1e-14);
    }

    [Fact]
    public void Whatever_a_matrix_prints_is_possible_and_solved_for()
    {
        var counts = Gen.Choose(0, 60).Four().Where(c => c.Item1 > 0 && c.Item2 + c.Item3 > 0)
            .Select(c => new ConfusionMatrix(c.Item1, c.Item2, c.Item3, c.Item4));

        Prop.ForAll(counts.ToArbitrary(), matrix =>
        {
            var row = Printed(matrix);
            return CountSolver.Solve(row, matrix.Positives, matrix.Negatives).Contains(matrix) && !RateRegion.Of(row).IsEmpty
                && RateRegion.Of(row).Prevalence is var (low, high) && low <= Prevalence(matrix) + 1e-7 && high >= Prevalence(matrix) - 1e-7;
        }).QuickCheckThrowOnFailure();

        static double Prevalence(ConfusionMatrix matrix) => (double)matrix.Positives / matrix.Count;
    }

    [Fact]
    public void Solving_finds_all_matrices_that_trying_each_one_finds()
    {
        var random = new SplitMix64(4);
        for (var trial = 0; trial < 40; trial++)
        {
            var matrix = new ConfusionMatrix(1 + random.Next(20), random.Next(15), 1 + random.Next(15), random.Next(20));
            var row = Printed(matrix);
            foreach (var dropped in Enum.GetValues<CountMetric>()) row = random.Next(2) == 0 ? row.Without(dropped) : row;

            var tried = from hits in Range(matrix.Positives)
                        from alarms in Range(matrix.Negatives)
                        let candidate = new ConfusionMatrix(hits, alarms, matrix.Negatives - alarms, matrix.Positives - hits)
                        where row.Fits(candidate)
                        select candidate;
            Assert.Equal(tried, CountSolver.Solve(row, matrix.Positives, matrix.Negatives));
        }

        static IEnumerable<long> Range(long most) => Enumerable.Range(0, (int)most + 1).Select(i => (long)i);
    }

    static PrintedRow Printed(ConfusionMatrix matrix) => new("made",
        new (CountMetric Name, Metric Value)[] { (Precision, matrix.Precision), (Recall, matrix.Recall), (Specificity, matrix.Specificity), (Accuracy, matrix.Accuracy), (F1, matrix.F1) }
            .ToDictionary(pair => pair.Name, pair => PrintedNumber.Percent(Math.Round(pair.Value.Value * 100, 2).ToString("F2", System.Globalization.CultureInfo.InvariantCulture))));

    [Fact]
    public void A_number_is_as_exact_as_its_digits()
    {
        var number = PrintedNumber.Percent("85.0");

        Assert.Equal((0.850m, 0.0005m), (number.Value, number.HalfUnit));
        Assert.Equal((0.845m, 0.855m), (PrintedNumber.Percent("85").Low, PrintedNumber.Percent("85").High));
        Assert.Equal(1, PrintedNumber.Percent("100").High);
        Assert.Equal((0.76m, 0.005m), (PrintedNumber.Fraction(".76").Value, PrintedNumber.Fraction(".76").HalfUnit));
        foreach (var wrong in new[] { "", "12,5", "-1", "101", "x", "NaN" })
        {
            Assert.StartsWith($"'{wrong}' is no number from 0 to 100 with a decimal point, as a table prints it.",
                Assert.Throws<ArgumentException>(() => PrintedNumber.Percent(wrong)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CountSolver.Solve(Lung[0], -1, 5));
        Assert.Throws<ArgumentException>(() => CountSolver.FindCounts([], (1, 2), (1, 2)));
        Assert.Equal("3 to 2 is no range of counts.", Assert.Throws<ArgumentException>(() => CountSolver.FindCounts(Lung, (3, 2), (1, 2))).Message);
        Assert.Equal("The row 'x' does not print both Precision and F1.",
            Assert.Throws<ArgumentException>(() => PrintedRow.Percent("x", (F1, "50")).Swapped(Precision, F1)).Message);
        Assert.Throws<InvalidOperationException>(() => RateRegion.Of(Slices[4]).Prevalence);
    }
}
