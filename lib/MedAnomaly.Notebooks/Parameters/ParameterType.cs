using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>
/// A parameter's type. It turns what was written into a C# literal of that type; what is not of the type is refused, so that a value is
/// always data and never code.
/// </summary>
public abstract record ParameterType
{
    private protected ParameterType()
    {
    }

    /// <summary><paramref name="value"/> as a C# literal and as the notebook's metadata keeps it.</summary>
    /// <exception cref="FormatException">The value is not of this type.</exception>
    internal abstract (string Literal, JsonNode? Noted) Convert(ParameterValue value);

    private protected static string Shape(ParameterValue value) => value switch
    {
        ScalarValue scalar => $"\"{scalar.Text}\"",
        ListValue list => $"a list of {list.Items.Count}",
        _ => "a map",
    };

    // On a command line a list is one word: [1, 2, 3].
    private protected static ParameterValue Written(ParameterValue value) =>
        value is ScalarValue { IsQuoted: false, Text: var text } && text.TrimStart() is ['[' or '{', ..] ? YamlText.Parse(text) : value;

    private protected static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}

/// <summary>A type of the language's own that one word can write.</summary>
sealed partial record ScalarType(string Keyword) : ParameterType
{
    public static readonly string[] Keywords =
        ["string", "bool", "int", "long", "float", "double", "decimal", "short", "byte", "uint", "ulong", "char", "DateTime", "DateTimeOffset", "DateOnly", "TimeOnly", "TimeSpan"];

    static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public override string ToString() => Keyword;

    internal override (string, JsonNode?) Convert(ParameterValue value)
    {
        if (value is not ScalarValue { Text: var text } scalar) throw new FormatException($"{Shape(value)} was given, one value is expected.");
        if (Keyword == "string") return (Quote(text), text);
        text = text.Trim();
        return Keyword switch
        {
            "bool" when bool.TryParse(text, out var flag) => (flag ? "true" : "false", flag),
            "int" => Whole<int>(text, "", int.MinValue, int.MaxValue),
            "long" => Whole<long>(text, "L", long.MinValue, long.MaxValue),
            "short" => Whole<short>(text, "", short.MinValue, short.MaxValue),
            "byte" => Whole<byte>(text, "", byte.MinValue, byte.MaxValue),
            "uint" => Whole<uint>(text, "u", uint.MinValue, uint.MaxValue),
            "ulong" => Whole<ulong>(text, "ul", ulong.MinValue, ulong.MaxValue),
            "double" => Real(text, "double", "d"),
            "float" => Real(text, "float", "f"),
            "decimal" when decimal.TryParse(text, NumberStyles.Float, Invariant, out var number) => (number.ToString(Invariant) + "m", number.ToString(Invariant)),
            "char" when scalar.Text.Length == 1 => (SymbolDisplay.FormatLiteral(scalar.Text[0], quote: true), scalar.Text),
            "DateTime" when DateTime.TryParseExact(text, DateFormats, Invariant, DateTimeStyles.RoundtripKind, out var time) => Moment(time.ToString("o", Invariant)),
            // Without its offset a moment would be another one on another machine.
            "DateTimeOffset" when Offset().IsMatch(text) && DateTimeOffset.TryParseExact(text, DateFormats, Invariant, DateTimeStyles.None, out var moment) =>
                Moment(moment.ToString("o", Invariant)),
            "DateOnly" when DateOnly.TryParseExact(text, "yyyy-MM-dd", Invariant, DateTimeStyles.None, out var date) =>
                (string.Create(Invariant, $"new DateOnly({date.Year}, {date.Month}, {date.Day})"), text),
            "TimeOnly" when TimeOnly.TryParseExact(text, ["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"], Invariant, DateTimeStyles.None, out var hour) =>
                (string.Create(Invariant, $"new TimeOnly({hour.Ticks}L)"), hour.ToString("o", Invariant)),
            "TimeSpan" when TimeSpan.TryParse(text, Invariant, out var span) => (string.Create(Invariant, $"TimeSpan.FromTicks({span.Ticks}L)"), span.ToString("c", Invariant)),
            _ => throw new FormatException($"\"{text}\" is no {Keyword}; write {Example}."),
        };
    }

    static readonly string[] DateFormats =
        ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", "o"];

    string Example => Keyword switch
    {
        "bool" => "true or false",
        "char" => "one character",
        "DateTime" => "2026-01-31 or 2026-01-31T12:30:00Z",
        "DateTimeOffset" => "2026-01-31T12:30:00Z or 2026-01-31T12:30:00+01:00",
        "DateOnly" => "2026-01-31",
        "TimeOnly" => "12:30:00",
        "TimeSpan" => "hours:minutes:seconds",
        _ => "a number such as 0.5",
    };

    (string, JsonNode?) Moment(string text) =>
        ($"{Keyword}.ParseExact({Quote(text)}, \"o\", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind)", text);

    [GeneratedRegex("(Z|[+-][0-9]{2}:[0-9]{2})$")]
    private static partial Regex Offset();

    (string, JsonNode?) Whole<T>(string text, string suffix, T minimum, T maximum)
        where T : System.Numerics.INumber<T>
    {
        if (T.TryParse(text, NumberStyles.AllowLeadingSign, Invariant, out var number)) return (number.ToString(null, Invariant) + suffix, JsonValue.Create(number));
        throw new FormatException($"\"{text}\" is no {Keyword}; write a whole number from {minimum.ToString(null, Invariant)} to {maximum.ToString(null, Invariant)}, in digits.");
    }

    (string, JsonNode?) Real(string text, string type, string suffix)
    {
        // JSON has no NaN and no infinity; the metadata keeps their names.
        switch (text.ToLowerInvariant())
        {
            case "nan" or ".nan": return ($"{type}.NaN", "NaN");
            case "infinity" or "+infinity" or "inf" or "+inf" or ".inf" or "+.inf": return ($"{type}.PositiveInfinity", "Infinity");
            case "-infinity" or "-inf" or "-.inf": return ($"{type}.NegativeInfinity", "-Infinity");
        }
        if (!double.TryParse(text, NumberStyles.Float, Invariant, out var number) || !double.IsFinite(type == "float" ? (float)number : number))
            throw new FormatException($"\"{text}\" is no {Keyword}; write {Example}, NaN or Infinity.");
        return ((type == "float" ? ((float)number).ToString("R", Invariant) : number.ToString("R", Invariant)) + suffix, number);
    }
}

/// <summary>A type that also has the value null.</summary>
sealed record NullableType(ParameterType Of) : ParameterType
{
    public override string ToString() => $"{Of}?";

    internal override (string, JsonNode?) Convert(ParameterValue value) => value is ScalarValue { IsNull: true } ? ("null", null) : Of.Convert(value);
}

/// <summary>An enumeration; its members are the values.</summary>
sealed record EnumType(string Name, IReadOnlyList<string> Members) : ParameterType
{
    public override string ToString() => Name;

    internal override (string, JsonNode?) Convert(ParameterValue value)
    {
        var text = value is ScalarValue scalar ? scalar.Text.Trim() : throw new FormatException($"{Shape(value)} was given, one value is expected.");
        if (text.StartsWith(Name + ".", StringComparison.Ordinal)) text = text[(Name.Length + 1)..];
        if (Members.FirstOrDefault(member => member.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } found) return ($"{Name}.{found}", found);
        var near = Spelling.Closest(text, Members);
        throw new FormatException($"\"{text}\" is no {Name}; there are {string.Join(", ", Members)}.{(near is null ? "" : $" Did you mean {near}?")}");
    }
}

/// <summary>An array or list.</summary>
sealed record ListType(string Name, ParameterType Item, bool IsArray) : ParameterType
{
    public override string ToString() => Name;

    internal override (string, JsonNode?) Convert(ParameterValue value)
    {
        if (Written(value) is not ListValue list) throw new FormatException($"{Shape(Written(value))} was given; write a list such as [1, 2, 3].");
        var items = list.Items.Select(Item.Convert).ToArray();
        var elements = string.Join(", ", items.Select(item => item.Literal));
        var noted = new JsonArray([.. items.Select(item => item.Noted)]);
        return (IsArray ? $"new {Name} {{ {elements} }}" : $"new List<{Item}> {{ {elements} }}", noted);
    }
}

/// <summary>A dictionary.</summary>
sealed record MapType(ParameterType Key, ParameterType Value) : ParameterType
{
    public override string ToString() => $"Dictionary<{Key}, {Value}>";

    internal override (string, JsonNode?) Convert(ParameterValue value)
    {
        if (Written(value) is not MapValue map) throw new FormatException($"{Shape(Written(value))} was given; write a map such as {{a: 1, b: 2}}.");
        var entries = map.Entries.Select(entry => (Key: Key.Convert(new ScalarValue(entry.Key, IsQuoted: true)), Value: Value.Convert(entry.Value), Name: entry.Key)).ToArray();
        return ($"new {this} {{ {string.Join(", ", entries.Select(entry => $"[{entry.Key.Literal}] = {entry.Value.Literal}"))} }}",
            new JsonObject(entries.Select(entry => KeyValuePair.Create(entry.Name, entry.Value.Noted))));
    }
}
