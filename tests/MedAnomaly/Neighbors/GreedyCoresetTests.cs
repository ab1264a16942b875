using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Neighbors;
using MedAnomaly.Progress;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Neighbors;

public sealed class GreedyCoresetTests
{
    [Fact]
    public void The_picks_are_those_of_the_plain_definition()
    {
        using var points = Formula.Noise(7, 300, 16);
        var golden = Repository.Golden("patchcore/coreset.json");

        var picks = new GreedyCoreset(0.2).Select(points, golden.GetProperty("first").GetInt64());

        Assert.Equal(golden.GetProperty("plain").EnumerateArray().Select(pick => pick.GetInt64()), picks);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(40)]
    [InlineData(1)]
    public void The_picks_from_ten_starting_points_are_patchcore_inspections_whatever_the_pool(int poolSize)
    {
        using var points = Formula.Noise(7, 300, 16);
        var golden = Repository.Golden("patchcore/coreset.json");
        long[] starts = [.. golden.GetProperty("starts").EnumerateArray().Select(start => start.GetInt64())];

        var picks = new GreedyCoreset(0.2).SelectFrom(points, starts, poolSize);

        Assert.Equal(golden.GetProperty("approximate").EnumerateArray().Select(pick => pick.GetInt64()), picks);
    }

    [Fact]
    public void One_seed_gives_one_coreset_and_another_seed_another()
    {
        using var points = Formula.Noise(7, 300, 16);

        var picks = new GreedyCoreset(0.1, Seed: 3).Select(points);

        Assert.Equal(picks, new GreedyCoreset(0.1, Seed: 3).Select(points));
        Assert.NotEqual(picks, new GreedyCoreset(0.1, Seed: 4).Select(points));
    }

    [Fact]
    public void The_first_point_given_is_picked()
    {
        using var points = Formula.Noise(7, 50, 3);

        Assert.Equal(42, new GreedyCoreset(0.1).Select(points, first: 42)[0]);
    }

    [Fact]
    public void A_ratio_of_1_picks_everything()
    {
        using var points = Formula.Noise(7, 20, 3);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), new GreedyCoreset(1).Select(points));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_ratio_outside_0_to_1_is_refused(double ratio)
    {
        using var points = Formula.Noise(7, 20, 3);

        var fault = Assert.Throws<ArgumentException>(() => new GreedyCoreset(ratio).Select(points));

        Assert.Equal(FormattableString.Invariant($"The coreset ratio must lie in (0, 1]; got {ratio}."), fault.Message);
    }

    [Fact]
    public void Fewer_points_than_one_pick_still_give_one()
    {
        using var points = Formula.Noise(7, 20, 3);

        Assert.Single(new GreedyCoreset(0.01).Select(points));
        Assert.Equal(1, new GreedyCoreset(0.01).Count(20));
    }

    [Fact]
    public void Fewer_points_than_starting_points_are_enough()
    {
        using var points = Formula.Noise(7, 4, 3);

        Assert.Equal(2, new GreedyCoreset(0.5).Select(points).Distinct().Count());
    }

    [Fact]
    public void No_points_are_refused()
    {
        using var points = zeros(0, 3);

        Assert.StartsWith("A coreset needs at least one point.", Assert.Throws<ArgumentException>(() => new GreedyCoreset(0.5)
            .Select(points, first: 0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Equal_points_are_picked_once_each()
    {
        using var points = zeros(30, 2);

        Assert.Equal(15, new GreedyCoreset(0.5).Select(points).Distinct().Count());
    }

    [Fact]
    public void A_point_that_is_no_number_is_refused_with_its_row()
    {
        using var points = Formula.Noise(7, 20, 3);
        points[13, 1] = tensor(float.NaN);

        var fault = Assert.Throws<ArgumentException>(() => new GreedyCoreset(0.5).Select(points));

        Assert.StartsWith("1 of 20 rows hold NaN or an infinity, the first is row 13. Look for broken images or features and leave them "
            + "out.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_ends_with_the_last_pick()
    {
        using var points = Formula.Noise(7, 3000, 4);
        var progress = new Recorder(_ => { });

        new GreedyCoreset(0.5).Select(points, progress);

        Assert.Equal(new WorkProgress("coreset", 1500, 1500), progress.Last);
    }

    [Fact]
    public void Cancelling_stops_the_work()
    {
        using var points = Formula.Noise(7, 3000, 4);
        using var cancellation = new CancellationTokenSource();
        var progress = new Recorder(_ => cancellation.Cancel());

        Assert.Throws<OperationCanceledException>(() => new GreedyCoreset(0.5).Select(points, progress, cancellation.Token));

        Assert.InRange(progress.Last.Done, 1, 1499);
    }

    /// <summary>Both implementations; the device's runs on the CPU here.</summary>
    static IFarthestPoints Search(bool device, Tensor points, long picks, int poolSize) =>
        device ? new FarthestPointsOnDevice(points, picks, poolSize) : new FarthestPoints(points, picks, poolSize);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_picks_are_those_of_the_plain_loop_in_double_precision(bool device)
    {
        var inputs = Gen.Choose(2, 120).SelectMany(count => Gen.Choose(1, 20).SelectMany(width => Gen.Choose(1, 40)
            .SelectMany(pool => Gen.Choose(0, 1000).Select(stream => (count, width, pool, stream)))));
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            using var scope = NewDisposeScope();
            var points = Formula.Noise(input.stream, input.count, input.width);
            // Every other time on a lattice, where equal points and equal distances abound.
            if (input.stream % 2 == 0) points = (points * 2).round();
            var picks = input.count / 2;
            using var search = Search(device, points, picks, input.pool);
            search.Add(0);
            var bounds = Enumerable.Repeat(double.PositiveInfinity, input.count).ToArray();
            return search.Run(null, CancellationToken.None)
                .SequenceEqual(PlainNeighbors.Coreset(PlainNeighbors.Rows(points), bounds, picks, [0]));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void They_are_so_for_starting_points_and_far_from_the_origin(bool device)
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(5, 400, 30) * 0.01 + 50;
        using var search = Search(device, points, 200, 32);
        search.StartFrom([3, 77, 200]);
        var rows = PlainNeighbors.Rows(points);
        double[] bounds = [.. rows.Select(row => new[] { 3, 77, 200 }.Average(start => Math.Sqrt(PlainNeighbors.Squared(row, rows[start]))))
            .Select(mean => mean * mean)];

        Assert.Equal(PlainNeighbors.Coreset(rows, bounds, 200, []), search.Run(null, CancellationToken.None));
    }

    [Fact]
    public void They_are_so_where_squares_overflow_a_32_bit_float()
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(5, 100, 4) * 1e30;
        var bounds = Enumerable.Repeat(double.PositiveInfinity, 100).ToArray();

        Assert.Equal(PlainNeighbors.Coreset(PlainNeighbors.Rows(points), bounds, 50, [9]), new GreedyCoreset(0.5).Select(points, 9));
    }

    [Fact]
    public void Anomalibs_variant_starts_from_one_point_that_is_never_picked()
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(7, 100, 5);
        using var generator = new Generator(3);
        var start = randperm(100, generator: generator)[0].item<long>();
        var rows = PlainNeighbors.Rows(points);
        double[] bounds = [.. rows.Select(row => PlainNeighbors.Squared(row, rows[start]))];

        var picks = new GreedyCoreset(0.5, Seed: 3, CoresetVariant.Anomalib).Select(points);

        Assert.Equal(PlainNeighbors.Coreset(rows, bounds, 50, []), picks);
        Assert.DoesNotContain(start, picks);
    }

    [Fact]
    public void Points_of_another_type_or_shape_are_refused()
    {
        using var scope = NewDisposeScope();

        Assert.StartsWith("Points of 32-bit floats were expected; got Float64.", Assert.Throws<ArgumentException>(() =>
            new GreedyCoreset(0.5).Select(zeros([4, 2], ScalarType.Float64))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Points of shape [N, D] were expected; got [4].", Assert.Throws<ArgumentException>(() =>
            new GreedyCoreset(0.5).Select(zeros(4))).Message, StringComparison.Ordinal);
        Assert.StartsWith("The first pick 4 is none of the 4 points.", Assert.Throws<ArgumentException>(() =>
            new GreedyCoreset(0.5).Select(zeros(4, 2), first: 4)).Message, StringComparison.Ordinal);
    }

    sealed class Recorder(Action<WorkProgress> onReport) : IProgress<WorkProgress>
    {
        public WorkProgress Last { get; private set; }

        public void Report(WorkProgress value)
        {
            Last = value;
            onReport(value);
        }
    }
}
