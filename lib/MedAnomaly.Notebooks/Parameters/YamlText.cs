using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>Reads YAML, of which JSON is a part, no further than its shape: what a word means is the parameter's type to say.</summary>
public static class YamlText
{
    const int MaximumDepth = 64;

    /// <summary>The value that <paramref name="text"/> writes.</summary>
    /// <exception cref="FormatException">The text is no YAML; the message says where.</exception>
    public static ParameterValue Parse(string text)
    {
        try
        {
            var parser = new Parser(new StringReader(text));
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out _)) return new ScalarValue("", IsQuoted: false);
            parser.Consume<DocumentStart>();
            var value = Read(parser, 0);
            parser.Consume<DocumentEnd>();
            parser.Consume<StreamEnd>();
            return value;
        }
        catch (YamlException fault)
        {
            throw new FormatException($"not readable as YAML or JSON (line {fault.Start.Line}, column {fault.Start.Column}): {fault.Message}", fault);
        }
    }

    static ParameterValue Read(Parser parser, int depth)
    {
        if (depth > MaximumDepth) throw new FormatException($"nested deeper than {MaximumDepth} levels");
        if (parser.TryConsume<Scalar>(out var scalar)) return new ScalarValue(scalar.Value, scalar.Style is not ScalarStyle.Plain);
        if (parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<ParameterValue>();
            while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Read(parser, depth + 1));
            return new ListValue(items);
        }
        if (parser.TryConsume<MappingStart>(out _))
        {
            var entries = new List<KeyValuePair<string, ParameterValue>>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var key = parser.Consume<Scalar>();
                if (entries.Exists(entry => entry.Key == key.Value)) throw new FormatException($"the name \"{key.Value}\" stands twice (line {key.Start.Line})");
                entries.Add(KeyValuePair.Create(key.Value, Read(parser, depth + 1)));
            }
            return new MapValue(entries);
        }
        // Aliases make a few bytes into gigabytes, and parameters do not need them.
        throw new FormatException($"line {parser.Current?.Start.Line}: {parser.Current?.GetType().Name} is not taken here; write values, lists and maps");
    }
}
