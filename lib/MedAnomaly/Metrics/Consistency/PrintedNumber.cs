using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>A number as a paper prints it: its value and how far rounding may have moved it.</summary>
/// <param name="Value">On the scale of metrics: 0.9678 for "96.78 %".</param>
/// <param name="HalfUnit">Half of the last printed digit, on the same scale.</param>
public sealed record PrintedNumber(decimal Value, decimal HalfUnit)
{
    /// <summary>The least number that rounds to this, but not below 0.</summary>
    public decimal Low => Math.Max(0, Value - HalfUnit);

    /// <summary>The greatest number that rounds to this, but not above 1. Both ends belong: nobody says which way a tie was rounded.</summary>
    public decimal High => Math.Min(1, Value + HalfUnit);

    /// <summary>Reads "96.78" printed in percent.</summary>
    /// <exception cref="ArgumentException">It is no number in [0, 100].</exception>
    public static PrintedNumber Percent(string text) => Parse(text, 100);

    /// <summary>Reads ".76" or "0.760" printed as a fraction.</summary>
    /// <exception cref="ArgumentException">It is no number in [0, 1].</exception>
    public static PrintedNumber Fraction(string text) => Parse(text, 1);

    /// <summary>A number rounded to the digits of this one.</summary>
    public decimal Round(decimal number) => Math.Round(number / (2 * HalfUnit), MidpointRounding.AwayFromZero) * (2 * HalfUnit);

    /// <summary>Whether numerator / denominator rounds to this; without a denominator whether 0 was printed, as code does for 0 / 0.</summary>
    internal bool Fits(long numerator, long denominator) =>
        denominator == 0 ? Low == 0 : Math.Abs(numerator - Value * denominator) <= HalfUnit * denominator;

    static PrintedNumber Parse(string text, decimal whole)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) || value < 0 || value > whole)
            throw new ArgumentException($"'{text}' is no number from 0 to {whole} with a decimal point, as a table prints it.", nameof(text));
        // A decimal knows how many digits follow its point: "85.0" is more exact than "85".
        var unit = new decimal(1, 0, 0, false, value.Scale);
        return new(value / whole, unit / 2 / whole);
    }

    /// <summary>The value with its printed digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
