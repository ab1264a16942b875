using System.Runtime.InteropServices;

namespace MedAnomaly.Outliers;

/// <summary>The rows of a matrix [N, D].</summary>
sealed class Points(double[,] values)
{
    /// <summary>N.</summary>
    public int Count { get; } = values.GetLength(0);

    /// <summary>D.</summary>
    public int Width { get; } = values.GetLength(1);

    /// <summary>A row.</summary>
    public ReadOnlySpan<double> this[int row] => MemoryMarshal.CreateReadOnlySpan(ref values[row, 0], Width);

    /// <summary>A feature of all rows.</summary>
    public double[] Column(int feature)
    {
        var column = new double[Count];
        for (var row = 0; row < column.Length; row++) column[row] = values[row, feature];
        return column;
    }

    /// <summary>Rows by their numbers, copied.</summary>
    public Points Rows(ReadOnlySpan<int> numbers)
    {
        var chosen = new double[numbers.Length, Width];
        for (var i = 0; i < numbers.Length; i++) this[numbers[i]].CopyTo(MemoryMarshal.CreateSpan(ref chosen[i, 0], Width));
        return new(chosen);
    }

    /// <summary>Features by their numbers, copied.</summary>
    public Points Features(ReadOnlySpan<int> numbers)
    {
        var chosen = new double[Count, numbers.Length];
        for (var row = 0; row < Count; row++)
        {
            for (var i = 0; i < numbers.Length; i++) chosen[row, i] = values[row, numbers[i]];
        }
        return new(chosen);
    }

    /// <summary>Some of <paramref name="count"/> numbers in random order, none twice.</summary>
    public static int[] Draw(SplitMix64 random, int count, int draws)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        for (var i = 0; i < draws; i++)
        {
            var other = i + random.Next(count - i);
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }
        return numbers[..draws];
    }
}
