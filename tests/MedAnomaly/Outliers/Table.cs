using System.Text.Json;

namespace MedAnomaly.Tests.Outliers;

/// <summary>Matrices for detectors: from golden files, and made here.</summary>
static class Table
{
    public static double[,] Of(JsonElement rows)
    {
        double[][] values = [.. rows.EnumerateArray().Select(Numbers)];
        return Of(values);
    }

    public static double[,] Of(double[][] rows)
    {
        var table = new double[rows.Length, rows[0].Length];
        for (var row = 0; row < rows.Length; row++)
        {
            for (var i = 0; i < rows[0].Length; i++) table[row, i] = rows[row][i];
        }
        return table;
    }

    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];

    /// <summary>About normally distributed numbers, some rows of them moved.</summary>
    public static double[,] Noise(int rows, int features, ulong seed, double shift = 0)
    {
        var random = new SplitMix64(seed);
        var table = new double[rows, features];
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < features; i++)
                table[row, i] = random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2 + shift;
        }
        return table;
    }

    public static double[,] Row(double[,] table, int row)
    {
        var one = new double[1, table.GetLength(1)];
        for (var i = 0; i < one.Length; i++) one[0, i] = table[row, i];
        return one;
    }
}
