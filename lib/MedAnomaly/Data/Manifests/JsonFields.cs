using System.Text.Json;

namespace MedAnomaly.Data;

/// <summary>
/// Reads the fields of one JSON object and remembers which: a field that is missing, of another type, there twice or never asked for
/// is a fault that names the file and the field's path.
/// </summary>
sealed class JsonFields
{
    readonly string file;
    readonly string path;
    readonly Dictionary<string, JsonElement> fields = new(StringComparer.Ordinal);
    readonly HashSet<string> asked = new(StringComparer.Ordinal);

    internal JsonFields(string file, string path, JsonElement element)
    {
        (this.file, this.path) = (file, path);
        if (element.ValueKind != JsonValueKind.Object) throw Fault("", $"expected an object, got {Describe(element)}.");
        foreach (var property in element.EnumerateObject())
            if (!fields.TryAdd(property.Name, property.Value))
                throw Fault(property.Name, "the field is there twice. Remove one.");
    }

    internal DatasetException Fault(string name, string what, Exception? inner = null) =>
        new($"{file}: {(name.Length == 0 ? path : $"{path}.{name}")}: {what}", inner);

    internal bool Has(string name)
    {
        asked.Add(name);
        return fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    JsonElement Required(string name) => Has(name) ? fields[name] : throw Fault(name, "the field is missing.");

    internal string Text(string name)
    {
        var value = Required(name);
        if (value.ValueKind != JsonValueKind.String) throw Fault(name, $"expected text, got {Describe(value)}.");
        var text = value.GetString()!;
        if (text.Trim().Length != text.Length) throw Fault(name, $"'{text}' begins or ends with white space. Remove it.");
        if (text.Length == 0) throw Fault(name, "expected text, got nothing.");
        return text;
    }

    internal string? OptionalText(string name) => Has(name) ? Text(name) : null;

    internal long Whole(string name)
    {
        var value = Required(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0) return number;
        throw Fault(name, $"expected a whole number from 0, got {Describe(value)}.");
    }

    internal long? OptionalWhole(string name) => Has(name) ? Whole(name) : null;

    internal T OneOf<T>(string name, IReadOnlyDictionary<string, T> words)
    {
        var word = Text(name);
        return words.TryGetValue(word, out var value)
            ? value
            : throw Fault(name, $"'{word}' is not one of {string.Join(", ", words.Keys)}.{Spelling.Hint(word, words.Keys)}");
    }

    internal JsonFields Object(string name) => new(file, $"{path}.{name}", Required(name));

    internal IReadOnlyList<JsonFields> Objects(string name) =>
        [.. Array(name).Select((element, i) => new JsonFields(file, $"{path}.{name}[{i}]", element))];

    internal IReadOnlyList<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var element in Array(name))
        {
            if (element.ValueKind != JsonValueKind.String || string.IsNullOrWhiteSpace(element.GetString()))
                throw Fault($"{name}[{texts.Count}]", $"expected text, got {Describe(element)}.");
            texts.Add(element.GetString()!);
        }
        return texts;
    }

    internal IReadOnlyList<int> Wholes(string name)
    {
        var numbers = new List<int>();
        foreach (var element in Array(name))
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt32(out var number) || number < 0)
                throw Fault($"{name}[{numbers.Count}]", $"expected a whole number from 0, got {Describe(element)}.");
            numbers.Add(number);
        }
        return numbers;
    }

    internal IReadOnlyDictionary<string, string> TextByName(string name)
    {
        var inner = Object(name);
        return inner.fields.Keys.ToDictionary(key => key, inner.Text, StringComparer.Ordinal);
    }

    List<JsonElement> Array(string name)
    {
        if (!Has(name)) return [];
        var value = fields[name];
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()]
            : throw Fault(name, $"expected a list, got {Describe(value)}.");
    }

    /// <summary>To be called when all known fields have been asked for.</summary>
    internal void End()
    {
        foreach (var name in fields.Keys)
            if (!asked.Contains(name))
                throw Fault(name, $"the field is unknown.{Spelling.Hint(name, asked)}");
    }

    static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => $"the text '{element.GetString()}'",
        JsonValueKind.Number => $"the number {element.GetRawText()}",
        JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        _ => "null",
    };
}
