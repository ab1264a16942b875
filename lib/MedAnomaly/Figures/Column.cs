using System.Globalization;

namespace MedAnomaly.Figures;

/// <summary>The values along one axis of a trace: numbers, or categories in the order given.</summary>
public sealed class Column
{
    Column(double[] numbers, string[]? categories) => (Numbers, Categories) = (numbers, categories);

    /// <summary>The numbers; NaN where there is none. For categories, their places 0, 1, 2…</summary>
    public IReadOnlyList<double> Numbers { get; }

    /// <summary>The categories, or null where the values are numbers.</summary>
    public IReadOnlyList<string>? Categories { get; }

    /// <summary>How many values there are.</summary>
    public int Count => Numbers.Count;

    /// <summary>Strings become categories, everything else numbers. NaN is a gap.</summary>
    /// <exception cref="ArgumentException">A value is infinite: an axis cannot show it.</exception>
    public static Column From<T>(IEnumerable<T> values, string name = "values")
        where T : IConvertible
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values is IEnumerable<string?> texts)
        {
            var categories = texts.Select(text => text ?? "").ToArray();
            return new([.. Enumerable.Range(0, categories.Length).Select(i => (double)i)], categories);
        }
        var numbers = values.Select(value => value.ToDouble(CultureInfo.InvariantCulture)).ToArray();
        var infinite = Array.FindIndex(numbers, double.IsInfinity);
        if (infinite >= 0)
        {
            throw new ArgumentException($"{name}[{infinite}] is {numbers[infinite].ToString(CultureInfo.InvariantCulture)}; "
                + "a figure shows finite numbers, and NaN as a gap. Drop or clip the value first.", name);
        }
        return new(numbers, null);
    }

    /// <summary>0, 1, 2… up to <paramref name="count"/>, for values that have no other place.</summary>
    internal static Column Index(int count) => new([.. Enumerable.Range(0, count).Select(i => (double)i)], null);
}
