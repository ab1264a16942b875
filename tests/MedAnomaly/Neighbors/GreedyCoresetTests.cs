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

    [Fact]
    public void Every_pick_is_as_far_from_those_before_as_any_point()
    {
        var inputs = Gen.Choose(5, 60)
            .SelectMany(count => Gen.Choose(1, 6).SelectMany(width => Gen.Choose(0, 1000).Select(stream => (count, width, stream))));

        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            using var scope = NewDisposeScope();
            var points = Formula.Noise(input.stream, input.count, input.width);
            var picks = new GreedyCoreset(0.5).Select(points, first: 0);
            var distances = cdist(points.to(ScalarType.Float64), points.to(ScalarType.Float64));
            return Enumerable.Range(1, Math.Max(picks.Length - 1, 0)).All(i =>
            {
                var nearest = distances.index_select(1, tensor(picks[..i])).amin([1L]);
                return nearest[picks[i]].item<double>() >= nearest.max().item<double>() - 1e-5;
            });
        }).QuickCheckThrowOnFailure();
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
