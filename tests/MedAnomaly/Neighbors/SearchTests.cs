using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Neighbors;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Neighbors;

/// <summary>Every way to search finds what the definition says, to the last tie.</summary>
public sealed class SearchTests
{
    /// <summary>The ways that this library has; the device's runs on the CPU here.</summary>
    public enum Way { Host, HostAxes, HostBFloat16, Device, DeviceBFloat16 }

    public static TheoryData<Way, NeighborMetric> Ways { get; } = new(
        from way in Enum.GetValues<Way>() from metric in Enum.GetValues<NeighborMetric>() select (way, metric));

    static ISearch Search(Way way, Tensor rows, NeighborMetric metric, long blockBytes = 1 << 20) => way switch
    {
        Way.Host => new HostSearch(rows, metric, blockBytes),
        Way.HostAxes => new HostSearch(rows, metric, blockBytes, worthAxes: 0),
        Way.HostBFloat16 => new HostProductSearch(rows, metric, blockBytes),
        Way.Device => new DeviceSearch(rows, metric, blockBytes, ProductPrecision.Float32),
        _ => new DeviceSearch(rows, metric, blockBytes, ProductPrecision.BFloat16),
    };

    static void AssertPlain(Way way, NeighborMetric metric, Tensor points, Tensor queries, int k, long blockBytes = 1 << 20)
    {
        using var search = Search(way, points, metric, blockBytes);
        var found = search.Find(queries, k, CancellationToken.None);
        var (rows, asked) = (PlainNeighbors.Rows(points), PlainNeighbors.Rows(queries));
        Func<double[], double[], double> distance = metric == NeighborMetric.Euclidean ? PlainNeighbors.Squared : PlainNeighbors.Cosine;
        for (var query = 0; query < asked.Length; query++)
        {
            Assert.Equal(PlainNeighbors.Nearest(rows, asked[query], k, distance), found.Rows(query).ToArray());
            for (var i = 0; i < k; i++)
                Assert.Equal(distance(asked[query], rows[found.Rows(query)[i]]), found.Distances(query)[i], 1e-12 * (1 + found.Distances(query)[i]));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_nearest_rows_are_those_of_the_definition(Way way, NeighborMetric metric)
    {
        using var scope = NewDisposeScope();

        AssertPlain(way, metric, Formula.Noise(1, 700, 40), Formula.Noise(2, 33, 40), 9);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_are_so_for_points_close_together_and_far_from_the_origin(Way way, NeighborMetric metric)
    {
        using var scope = NewDisposeScope();

        AssertPlain(way, metric, Formula.Noise(1, 300, 24) * 0.01 + 100, Formula.Noise(2, 20, 24) * 0.01 + 100, 5);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_are_so_whatever_the_size_of_a_block(Way way, NeighborMetric metric)
    {
        using var scope = NewDisposeScope();

        AssertPlain(way, metric, Formula.Noise(1, 150, 7), Formula.Noise(2, 40, 7), 3, blockBytes: 1);
    }

    [Theory]
    [InlineData(0.0, 1.0, 0.01)]
    [InlineData(0.0, 1.0, 1.0)]
    [InlineData(100.0, 0.01, 0.0001)]
    [InlineData(0.0, 1e-20, 0.0)]
    [InlineData(0.0, 1e25, 1e23)]
    public void They_are_so_by_principal_axes_whatever_the_axes_leave(double origin, double along, double across)
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(1, 1300, 6).mm(Formula.Noise(2, 6, 300)) * along + Formula.Noise(3, 1300, 300) * across + origin;
        var queries = points.narrow(0, 0, 50) + Formula.Noise(4, 50, 300) * (along * 0.01);

        AssertPlain(Way.HostAxes, NeighborMetric.Euclidean, points, queries, 5, blockBytes: 64 << 20);
        AssertPlain(Way.HostAxes, NeighborMetric.Euclidean, points, points.narrow(0, 100, 20), 2, blockBytes: 64 << 20);
    }

    [Theory]
    [InlineData(64 << 20, true)]
    [InlineData(1 << 20, false)]
    public void Principal_axes_are_tried_where_the_memory_allows(long blockBytes, bool expected)
    {
        using var scope = NewDisposeScope();
        using var search = new HostSearch(Formula.Noise(1, 1300, 300), NeighborMetric.Euclidean, blockBytes, worthAxes: 0);

        search.Find(Formula.Noise(2, 50, 300), 1, CancellationToken.None);

        Assert.Equal(expected, search.HasAxes);
    }

    [Theory]
    [InlineData(Way.Host)]
    [InlineData(Way.Device)]
    public void They_are_so_where_squares_overflow_a_32_bit_float_or_vanish_in_one(Way way)
    {
        using var scope = NewDisposeScope();

        AssertPlain(way, NeighborMetric.Euclidean, Formula.Noise(1, 60, 5) * 1e30, Formula.Noise(2, 9, 5) * 1e30, 4);
        AssertPlain(way, NeighborMetric.Euclidean, Formula.Noise(1, 60, 5) * 1e-30, Formula.Noise(2, 9, 5) * 1e-30, 4);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Equally_near_rows_come_in_their_order(Way way, NeighborMetric metric)
    {
        // On a lattice, where exact ties abound; a power of two keeps the cosines of equal directions equal.
        var inputs = Gen.Choose(1, 90).SelectMany(count => Gen.Choose(1, 3).SelectMany(width => Gen.Choose(0, 1000)
            .Select(stream => (count, width, stream))));
        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            using var scope = NewDisposeScope();
            var points = (Formula.Noise(input.stream, input.count, input.width) * 2).round();
            if (metric == NeighborMetric.Cosine) points = points.sign();
            AssertPlain(way, metric, points, (Formula.Noise(input.stream + 1, 8, input.width) * 2).round().sign(), Math.Min(4, input.count));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Cancelling_stops_the_search(Way way, NeighborMetric metric)
    {
        using var scope = NewDisposeScope();
        using var search = Search(way, Formula.Noise(1, 50, 4), metric);

        Assert.Throws<OperationCanceledException>(() => search.Find(Formula.Noise(2, 50, 4), 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Wide_registers_find_the_same()
    {
        using var scope = NewDisposeScope();
        var rows = Formula.Noise(1, 6, 300);
        var vectors = Formula.Noise(2, 70, 300);
        unsafe
        {
            using var narrow = Panels.Create(300, 70);
            using var wide = Panels.CreateWide(300, 70);
            var (a, b) = (new Rows(rows), new Rows(vectors));
            var zero = stackalloc float[300];
            new Span<float>(zero, 300).Clear();
            for (var i = 0; i < 70; i++)
            {
                narrow.Set(i, b[i], zero, 1, 0.5f);
                wide.Set(i, b[i], zero, 1, 0.5f);
            }
            Assert.Equal(Found(narrow, a), Found(wide, a));
        }

        static unsafe List<(int, long)> Found(Panels panels, Rows rows)
        {
            var addresses = stackalloc float*[6];
            var limits = stackalloc float[6];
            var exceeding = stackalloc uint[6];
            var sums = stackalloc float[6 * panels.Width];
            for (var row = 0; row < 6; row++)
            {
                addresses[row] = rows[row];
                limits[row] = 1;
            }
            var found = new List<(int, long)>();
            for (var panel = 0L; panel * panels.Width < 70; panel++)
            {
                panels.FindExceeding(panel, addresses, 1, limits, exceeding, sums);
                for (var row = 0; row < 6; row++)
                {
                    for (var i = 0; i < panels.Width; i++)
                    {
                        if ((exceeding[row] >> i & 1) == 1) found.Add((row, panel * panels.Width + i));
                    }
                }
            }
            found.Sort();
            Assert.InRange(found.Count, 20, 400);
            return found;
        }
    }
}
