using System.Globalization;

namespace MedAnomaly.Figures.Rendering;

/// <summary>One tick: its value on the axis and its label, which is empty for a minor tick.</summary>
readonly record struct Tick(double Value, Label Label)
{
    public bool Minor => Label.Text.Length == 0;
}

/// <summary>The ticks of an axis, the power of ten that all labels share (0: none), and every how many decades a logarithmic axis has one.</summary>
sealed record Ticks(IReadOnlyList<Tick> Marks, int Exponent, int Decades = 1)
{
    const double Gap = 14, RowsApart = 26, MinorApart = 5;
    const int MostMarks = 9;

    /// <summary>The factor that stands at the axis' end, or null.</summary>
    public Label? Factor => Exponent == 0 ? null : new("×10", Signed(Exponent));

    /// <summary>The widest label.</summary>
    public double Width => Marks.Max(mark => (double?)mark.Label.Width(Style.TickSize)) ?? 0;

    /// <summary>The width of the last label, which may stand over the axis' end.</summary>
    public double LastWidth => Marks.Count == 0 ? 0 : Marks[^1].Label.Width(Style.TickSize);

    /// <summary>Ticks at round values, as many as fit into <paramref name="length"/> pixels without their labels touching.</summary>
    public static Ticks Of(AxisDomain domain, double length, bool vertical)
    {
        if (domain.Categories is { } categories)
            return new([.. categories.Select((name, i) => new Tick(i, new(name)))], 0);
        return domain.Log ? Logarithmic(domain, length, vertical) : Linear(domain, length, vertical);
    }

    static Ticks Linear(AxisDomain domain, double length, bool vertical)
    {
        var span = domain.Max - domain.Min;
        var power = Math.Max((int)Math.Floor(Math.Log10(span / MostMarks)), domain.Whole ? 0 : int.MinValue);
        for (; ; power++)
        {
            foreach (var digit in (int[])[1, 2, 5])
            {
                var ticks = Every(digit, power, domain);
                if (ticks.Marks.Count <= MostMarks && ticks.Fit(length * digit * Math.Pow(10, power) / span, vertical) || ticks.Marks.Count <= 1)
                    return ticks;
            }
        }
    }

    static Ticks Every(int digit, int power, AxisDomain domain)
    {
        var step = digit * Math.Pow(10, power);
        var first = (long)Math.Ceiling(domain.Min / step - 1e-9);
        var last = (long)Math.Floor(domain.Max / step + 1e-9);
        if (last - first > 4 * MostMarks)
            return new([.. Enumerable.Range(0, 4 * MostMarks).Select(i => new Tick(i, new("0")))], 0);
        // Labels share a power of ten where they would have many zeros: 0.00002 or 2,000,000.
        var largest = Math.Max(Math.Abs(first), Math.Abs(last)) * step;
        var magnitude = largest > 0 ? (int)Math.Floor(Math.Log10(largest * (1 + 1e-9))) : 0;
        var exponent = magnitude is < -3 or > 5 ? magnitude : 0;
        var decimals = Math.Clamp(exponent - power, 0, 15);
        var format = $"#,0.{new string('0', decimals)}";
        var marks = new List<Tick>();
        for (var k = first; k <= last; k++)
        {
            // Whole multiples, so that 3 x 0.1 reads 0.3; in units of the exponent they are short decimals.
            var value = power >= 0 ? k * step : k * digit / Math.Pow(10, -power);
            var shown = (decimal)(k * digit) * Ten(power - exponent);
            marks.Add(new(value, new(Minus(shown.ToString(format, CultureInfo.InvariantCulture)))));
        }
        return new(marks, exponent);
    }

    static decimal Ten(int power)
    {
        var value = 1m;
        for (var i = 0; i < Math.Min(Math.Abs(power), 27); i++)
            value = power > 0 ? value * 10 : value / 10;
        return value;
    }

    static Ticks Logarithmic(AxisDomain domain, double length, bool vertical)
    {
        var (first, last) = ((int)Math.Ceiling(domain.Min - 1e-9), (int)Math.Floor(domain.Max + 1e-9));
        var decade = length / (domain.Max - domain.Min);
        // Less than a decade reads like a linear axis, at its own round values.
        if (last - first < 1)
            return WithinDecade(domain, length, vertical);
        var every = 1;
        while (!new Ticks([.. WholeDecades(first, last, every)], 0).Fit(decade * every, vertical))
            every++;
        var marks = new List<Tick>(WholeDecades(first, last, every));
        if (every == 1 && decade > 8 * MinorApart)
        {
            for (var power = first - 1; power <= last; power++)
            {
                for (var digit = 2; digit <= 9; digit++)
                {
                    var at = power + Math.Log10(digit);
                    if (at >= domain.Min && at <= domain.Max)
                        marks.Add(new(Math.Pow(10, at), new("")));
                }
            }
        }
        return new(marks, 0, every);
    }

    static IEnumerable<Tick> WholeDecades(int first, int last, int every)
    {
        var plain = first >= -3 && last <= 4;
        for (var power = first; power <= last; power += every)
        {
            var value = Math.Pow(10, power);
            yield return new(value, plain
                ? new(Ten(power).ToString("#,0.####", CultureInfo.InvariantCulture))
                : new("10", Signed(power)));
        }
    }

    static Ticks WithinDecade(AxisDomain domain, double length, bool vertical)
    {
        var (min, max) = (Math.Pow(10, domain.Min), Math.Pow(10, domain.Max));
        var linear = Linear(domain with { Min = min, Max = max, Log = false }, length, vertical);
        var marks = new List<Tick>();
        var free = double.NegativeInfinity;
        foreach (var mark in linear.Marks.Where(mark => mark.Value > 0))
        {
            // Towards the upper end the values crowd together: those without room for a label keep their tick only.
            var at = (Math.Log10(mark.Value) - domain.Min) / (domain.Max - domain.Min) * length;
            var half = vertical ? RowsApart / 2 : (mark.Label.Width(Style.TickSize) + Gap) / 2;
            marks.Add(at - half >= free ? mark : mark with { Label = new("") });
            free = at - half >= free ? at + half : free;
        }
        return linear with { Marks = marks };
    }

    bool Fit(double apart, bool vertical) => apart >= (vertical ? RowsApart : Width + Gap);

    static string Signed(int power) => Minus(power.ToString(CultureInfo.InvariantCulture));

    static string Minus(string number) => number.Replace('-', '−');
}
