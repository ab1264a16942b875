using MedAnomaly.Outliers;

namespace MedAnomaly.Tests.Outliers;

/// <summary>Neighbours are those that looking at all points finds, however single precision rounds.</summary>
public sealed class NearestPointsTests
{
    static readonly Work work = new("test", null, default);

    /// <summary>What is hard: many equal points, few distances, a spread far below the size of the numbers, one point far out.</summary>
    public static TheoryData<string> Tables { get; } = ["noise", "binary", "all equal", "far from 0", "one far out", "few", "few equal"];

    static double[,] Made(string name, int rows, ulong seed)
    {
        var table = Table.Noise(name.StartsWith("few", StringComparison.Ordinal) ? 8 : rows, 4, seed);
        for (var row = 0; row < table.GetLength(0); row++)
        {
            for (var i = 0; i < 4; i++)
            {
                table[row, i] = name switch
                {
                    "binary" => table[row, i] > 0 ? 1 : 0,
                    "all equal" or "few equal" => 0.1,
                    "far from 0" => 1e6 + table[row, i] * 1e-3,
                    "one far out" => row == 0 ? 1e9 : table[row, i],
                    _ => table[row, i],
                };
            }
        }
        return table;
    }

    static double[] Distances(Points points, ReadOnlySpan<double> query, int leaveOut = -1)
    {
        var distances = new List<double>();
        for (var row = 0; row < points.Count; row++)
        {
            if (row != leaveOut) distances.Add(Math.Sqrt(Vectors.SquaredDistance(query, points[row])));
        }
        distances.Sort();
        return [.. distances];
    }

    [Theory, MemberData(nameof(Tables))]
    public void The_nearest_of_others_are_found(string name)
    {
        Points points = new(Made(name, 300, 1)), queries = new(Made(name, 90, 2));

        var table = new NearestPoints(points).Of(queries, 5, work);

        for (var row = 0; row < queries.Count; row++)
        {
            Assert.Equal(Distances(points, queries[row])[..5], table.DistancesOf(row).ToArray());
            for (var i = 0; i < 5; i++)
                Assert.Equal(table.DistancesOf(row)[i], Math.Sqrt(Vectors.SquaredDistance(queries[row], points[table.NumbersOf(row)[i]])));
        }
    }

    [Theory, MemberData(nameof(Tables))]
    public void A_point_is_no_neighbour_of_its_own(string name)
    {
        var points = new Points(Made(name, 300, 1));

        var table = new NearestPoints(points).OfThemselves(5, work);

        for (var row = 0; row < points.Count; row++)
        {
            Assert.Equal(Distances(points, points[row], leaveOut: row)[..5], table.DistancesOf(row).ToArray());
            if (!name.EndsWith("equal", StringComparison.Ordinal) && name != "binary") Assert.DoesNotContain(row, table.NumbersOf(row).ToArray());
        }
    }
}
