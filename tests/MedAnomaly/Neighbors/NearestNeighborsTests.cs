using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Neighbors;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Neighbors;

public sealed class NearestNeighborsTests
{
    static long[] Row(long[,] table, int row) => [.. Enumerable.Range(0, table.GetLength(1)).Select(i => table[row, i])];

    static float[] Row(float[,] table, int row) => [.. Enumerable.Range(0, table.GetLength(1)).Select(i => table[row, i])];

    static void AssertClose(IEnumerable<double> expected, float[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First * (1 - 1e-6), pair.First * (1 + 1e-6)));

    [Theory]
    [InlineData(128L << 20)]
    [InlineData(4096L)]
    public void Neighbours_and_distances_are_Pythons_whatever_the_block(long blockBytes)
    {
        using var scope = NewDisposeScope();
        var golden = Repository.Golden("patchcore/neighbors.json");
        using var index = new NearestNeighbors(Formula.Noise(8, 200, 24), blockBytes);

        var table = index.Search(Formula.Noise(9, 30, 24), 5);

        for (var query = 0; query < 30; query++)
        {
            Assert.Equal(golden.GetProperty("indices")[query].EnumerateArray().Select(value => value.GetInt64()),
                Row(table.Indices, query));
            AssertClose(golden.GetProperty("distances")[query].EnumerateArray().Select(value => value.GetDouble()),
                Row(table.Distances, query));
        }
    }

    [Fact]
    public void A_point_of_the_bank_is_its_own_neighbour_at_distance_0()
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(8, 200, 24) + 1000;
        using var index = new NearestNeighbors(points);

        var table = index.Search(points);

        for (var query = 0; query < 200; query++) Assert.Equal((query, 0f), (table.Indices[query, 0], table.Distances[query, 0]));
    }

    [Fact]
    public void Points_far_from_the_origin_and_close_together_are_told_apart()
    {
        using var scope = NewDisposeScope();
        // Squared norms of 24 million against squared distances of one: 32-bit products alone would confuse them.
        var points = Formula.Noise(8, 300, 24) * 0.25 + 1000;
        var queries = Formula.Noise(9, 20, 24) * 0.25 + 1000;
        using var index = new NearestNeighbors(points);

        var table = index.Search(queries, 4);

        var distances = (queries.to(ScalarType.Float64).unsqueeze(1) - points.to(ScalarType.Float64).unsqueeze(0)).square().sum(2).sqrt();
        var (values, indices) = distances.topk(4, 1, largest: false);
        for (var query = 0; query < 20; query++)
        {
            Assert.Equal(indices[query].data<long>().ToArray(), Row(table.Indices, query));
            AssertClose(values[query].data<double>().ToArray(), Row(table.Distances, query));
        }
    }

    [Fact]
    public void Equal_points_come_in_the_order_of_their_rows()
    {
        using var scope = NewDisposeScope();
        // Rows 0 to 2 and 3 to 99 are equal, and both groups are as far from the query.
        var points = cat([full([3, 2], 1f), full([97, 2], -1f)], 0);
        points[50] = tensor(new float[] { 1, 1 });
        using var index = new NearestNeighbors(points);

        Assert.Equal([0L, 1L, 2L, 3L, 4L], Row(index.Search(zeros(1, 2), 5).Indices, 0));
        Assert.Equal([0L, 1L, 2L, 50L, 3L], Row(index.Search(ones(1, 2), 5).Indices, 0));
    }

    [Fact]
    public void Squared_distances_are_given_on_request()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(zeros(1, 2));

        Assert.Equal(5, index.Search(tensor(new float[] { 3, 4 }).reshape(1, 2)).Distances[0, 0]);
        Assert.Equal(25, index.Search(tensor(new float[] { 3, 4 }).reshape(1, 2), squared: true).Distances[0, 0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void More_neighbours_than_points_are_refused(int k)
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(zeros(3, 2));

        var fault = Assert.Throws<ArgumentException>(() => index.Search(zeros(1, 2), k));

        Assert.StartsWith($"{k} neighbours were asked of 3 points; ask for 1 to 3.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_points_can_be_asked_for()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(tensor(new float[] { 3, 1, 1, 2 }).reshape(4, 1));

        Assert.Equal([1L, 2L, 3L, 0L], Row(index.Search(zeros(1, 1), 4).Indices, 0));
    }

    [Fact]
    public void Queries_of_another_dimension_are_refused()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(zeros(3, 2));

        var fault = Assert.Throws<ArgumentException>(() => index.Search(zeros(1, 3)));

        Assert.StartsWith("Queries of shape [Q, 2] were expected; got [1, 3].", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_infinite_feature_is_refused_with_its_row()
    {
        using var scope = NewDisposeScope();
        var points = zeros(3, 2);
        points[2, 1] = tensor(float.PositiveInfinity);

        var fault = Assert.Throws<ArgumentException>(() => new NearestNeighbors(points));

        Assert.StartsWith("1 of 3 rows hold NaN or an infinity, the first is row 2. Look for broken images or features and leave them "
            + "out.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_equal_those_of_the_plain_definition()
    {
        var inputs = Gen.Choose(1, 80)
            .SelectMany(count => Gen.Choose(1, 5).SelectMany(width => Gen.Choose(0, 1000).Select(stream => (count, width, stream))));

        Prop.ForAll(inputs.ToArbitrary(), input =>
        {
            using var scope = NewDisposeScope();
            // Rounded to a coarse lattice, so that equal points and equal distances abound.
            var points = (Formula.Noise(input.stream, input.count, input.width) * 2).round();
            var queries = (Formula.Noise(input.stream + 1, 7, input.width) * 2).round();
            using var index = new NearestNeighbors(points);
            var k = Math.Min(4, input.count);
            var table = index.Search(queries, k);
            float[] p = points.data<float>().ToArray(), q = queries.data<float>().ToArray();
            return Enumerable.Range(0, 7).All(query =>
            {
                var expected = Enumerable.Range(0, input.count)
                    .OrderBy(point => Enumerable.Range(0, input.width)
                    .Sum(i => Math.Pow(p[point * input.width + i] - q[query * input.width + i], 2))).ThenBy(point => point);
                return Row(table.Indices, query).SequenceEqual(expected.Take(k).Select(point => (long)point));
            });
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_query_is_answered_alike_alone_and_among_others_on_one_thread_and_on_many()
    {
        using var scope = NewDisposeScope();
        var queries = Formula.Noise(9, 64, 24);
        using var index = new NearestNeighbors(Formula.Noise(8, 500, 24));
        var together = index.Search(queries, 5);

        for (var query = 0; query < 64; query++)
        {
            var alone = index.Search(queries.narrow(0, query, 1), 5);
            Assert.Equal(Row(together.Indices, query), Row(alone.Indices, 0));
            Assert.Equal(Row(together.Distances, query), Row(alone.Distances, 0));
        }
        var order = randperm(64, generator: new Generator(1));
        var permuted = index.Search(queries.index_select(0, order), 5);
        for (var query = 0; query < 64; query++)
            Assert.Equal(Row(together.Distances, (int)order[query].item<long>()), Row(permuted.Distances, query));
    }

    [Fact]
    public void A_zero_vector_is_as_far_from_every_direction()
    {
        using var scope = NewDisposeScope();
        var points = tensor(new float[] { 0, 0, 1, 0, 0, 2, -1, 0 }).reshape(4, 2);
        using var index = new NearestNeighbors(points, metric: NeighborMetric.Cosine);

        var table = index.Search(tensor(new float[] { 3, 0, 0, 0 }).reshape(2, 2), 4);

        Assert.Equal([1L, 0L, 2L, 3L], Row(table.Indices, 0));
        Assert.Equal([0f, 1f, 1f, 2f], Row(table.Distances, 0));
        Assert.Equal([0L, 1L, 2L, 3L], Row(table.Indices, 1));
        Assert.Equal([1f, 1f, 1f, 1f], Row(table.Distances, 1));
    }

    [Fact]
    public void Squared_cosine_distances_are_refused()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(ones(3, 2), metric: NeighborMetric.Cosine);

        var fault = Assert.Throws<ArgumentException>(() => index.Search(ones(1, 2), squared: true));

        Assert.StartsWith("Squared distances are of the Euclidean distance only; the cosine's are as they are.", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Points_and_queries_of_another_type_are_refused()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(zeros(3, 2));

        Assert.StartsWith("Points of shape [M, D] with M > 0 and 32-bit floats were expected; got [3, 2] of Float64.",
            Assert.Throws<ArgumentException>(() => new NearestNeighbors(zeros([3, 2], ScalarType.Float64))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Points of shape [M, D] with M > 0 and 32-bit floats were expected; got [0, 2] of Float32.",
            Assert.Throws<ArgumentException>(() => new NearestNeighbors(zeros(0, 2))).Message, StringComparison.Ordinal);
        Assert.StartsWith("Queries of 32-bit floats were expected; got BFloat16.",
            Assert.Throws<ArgumentException>(() => index.Search(zeros([1, 2], ScalarType.BFloat16))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_is_no_number_is_refused_with_its_row()
    {
        using var scope = NewDisposeScope();
        var queries = zeros(3, 2);
        queries[1, 0] = tensor(float.NaN);
        using var index = new NearestNeighbors(zeros(3, 2));

        var fault = Assert.Throws<ArgumentException>(() => index.Search(queries));

        Assert.StartsWith("1 of 3 rows hold NaN or an infinity, the first is row 1. ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_queries_get_an_empty_answer()
    {
        using var scope = NewDisposeScope();
        using var index = new NearestNeighbors(zeros(3, 2));

        Assert.Empty(index.Search(zeros(0, 2), 2).Indices);
    }

    [Theory]
    [InlineData(NeighborMetric.Euclidean)]
    [InlineData(NeighborMetric.Cosine)]
    public void A_saved_index_answers_as_before(NeighborMetric metric)
    {
        using var scope = NewDisposeScope();
        var points = Formula.Noise(8, 50, 6);
        points[7] = points[3];
        using var index = new NearestNeighbors(points, metric: metric);
        var path = Path.Combine(Path.GetTempPath(), $"medanomaly-{Guid.NewGuid():N}.safetensors");
        try
        {
            index.Save(path);
            using var loaded = NearestNeighbors.Load(path);

            Assert.Equal((50, metric), (loaded.Count, loaded.Metric));
            var (before, after) = (index.Search(points, 3), loaded.Search(points, 3));
            Assert.Equal(before.Indices.Cast<long>(), after.Indices.Cast<long>());
            Assert.Equal(before.Distances.Cast<float>(), after.Distances.Cast<float>());
            Assert.Equal([3L, 7L], Row(after.Indices, 7)[..2]);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_is_no_index_or_a_damaged_one_is_refused()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(Path.GetTempPath(), $"medanomaly-{Guid.NewGuid():N}.safetensors");
        var points = new Dictionary<string, Tensor> { ["points.0"] = Formula.Noise(8, 5, 2) };
        try
        {
            Safetensors.Save(path, points);
            Assert.Equal($"{path} is no saved index: its 'neighbors' header is missing; expected one of Euclidean, Cosine. "
                + "Make the index anew and save it.",
                Assert.Throws<DataFormatException>(() => NearestNeighbors.Load(path)).Message);
            Safetensors.Save(path, points, new Dictionary<string, string> { ["neighbors"] = "Manhattan" });
            Assert.Equal($"{path} is no saved index: its 'neighbors' header is 'Manhattan'; expected one of Euclidean, Cosine. "
                + "Make the index anew and save it.",
                Assert.Throws<DataFormatException>(() => NearestNeighbors.Load(path)).Message);
            points["points.0"][2, 1] = tensor(float.NaN);
            Safetensors.Save(path, points, new Dictionary<string, string> { ["neighbors"] = "Cosine" });
            Assert.StartsWith($"{path} has damaged points: 1 of 5 rows hold NaN or an infinity, the first is row 2. ",
                Assert.Throws<DataFormatException>(() => NearestNeighbors.Load(path)).Message, StringComparison.Ordinal);
            Safetensors.Save(path, new Dictionary<string, Tensor> { ["rows"] = ones(2, 2) },
                new Dictionary<string, string> { ["neighbors"] = "Cosine" });
            Assert.Equal($"{path} has damaged points: it has no 'points.0'. Make the index anew and save it.",
                Assert.Throws<DataFormatException>(() => NearestNeighbors.Load(path)).Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    sealed class FullException(string message) : System.Runtime.InteropServices.ExternalException(message);

    /// <summary>A search on a device that has room for blocks of so many bytes.</summary>
    sealed class Cramped(Tensor rows, long blockBytes, long room) : ISearch
    {
        readonly HostSearch search = new(rows, NeighborMetric.Euclidean, blockBytes);

        public NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken) => blockBytes <= room
            ? search.Find(queries, k, cancellationToken)
            : throw new FullException("CUDA out of memory. Tried to allocate 128.00 MiB.");

        public void Dispose() => search.Dispose();
    }

    [Fact]
    public void A_device_that_is_short_of_memory_is_asked_in_smaller_blocks()
    {
        using var scope = NewDisposeScope();
        var (points, queries) = (Formula.Noise(1, 500, 6), Formula.Noise(2, 40, 6));
        using var roomy = new NearestNeighbors(points);
        using var cramped = new NearestNeighbors(points, NeighborMetric.Euclidean, 128L << 20, (rows, bytes) => new Cramped(rows, bytes, 3L << 20));

        Assert.Equal(roomy.Search(queries, 3).Indices, cramped.Search(queries, 3).Indices);
    }

    [Fact]
    public void A_device_without_memory_says_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var full = new NearestNeighbors(Formula.Noise(1, 50, 6), NeighborMetric.Euclidean, 128L << 20, (rows, bytes) => new Cramped(rows, bytes, 0));

        Assert.Equal("The memory of cpu does not suffice to search 50 points of 6 numbers, not even in blocks of 1048576 bytes. "
            + "End what else uses it, take a smaller coreset, or move the points to the CPU.",
            Assert.Throws<MachineException>(() => full.Search(ones(1, 6))).Message);
    }
}
