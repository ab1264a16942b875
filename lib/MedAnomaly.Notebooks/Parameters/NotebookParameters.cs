using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>A value given to a notebook's parameter, before its type is known.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Value">What was written, parsed no further than its shape.</param>
public sealed record ParameterSetting(string Name, ParameterValue Value)
{
    /// <summary>A setting from a command line: <c>-p name value</c>.</summary>
    public static ParameterSetting Of(string name, string text) => new(name, new ScalarValue(text, IsQuoted: false));

    /// <summary>A setting whose text means itself, also where it reads <c>null</c>: <c>-r name value</c>.</summary>
    public static ParameterSetting Raw(string name, string text) => new(name, new ScalarValue(text, IsQuoted: true));

    /// <summary>The settings that a map in YAML or JSON holds.</summary>
    /// <param name="text">The map.</param>
    /// <param name="origin">What to call it in messages, such as the file's name.</param>
    /// <exception cref="UsageException">It is no map, or cannot be read.</exception>
    public static IReadOnlyList<ParameterSetting> OfYaml(string text, string origin)
    {
        try
        {
            return YamlText.Parse(text) switch
            {
                MapValue map => [.. map.Entries.Select(entry => new ParameterSetting(entry.Key, entry.Value))],
                ScalarValue { IsNull: true } => [],
                _ => throw new FormatException("holds no map of names and values, such as 'seed: 7'"),
            };
        }
        catch (FormatException fault)
        {
            throw new UsageException($"{origin}: {fault.Message}.", fault);
        }
    }
}

/// <summary>
/// The parameters of a notebook: the declarations in the cell tagged <c>parameters</c>. Their C# types are the schema, their values the
/// defaults, their comments the help. Nothing is run to find them.
/// </summary>
public sealed class NotebookParameters
{
    readonly Cell? cell;
    readonly Declarations? declared;

    NotebookParameters(Cell? cell, Declarations? declared)
    {
        this.cell = cell;
        this.declared = declared;
    }

    /// <summary>The parameters in the order of their declaration; none where the notebook has no tagged cell.</summary>
    public IReadOnlyList<Parameter> All => declared?.Parameters ?? [];

    /// <summary>The parameters that <paramref name="notebook"/> declares.</summary>
    /// <exception cref="UsageException">Two cells carry the tag, or a declaration cannot be a parameter.</exception>
    public static NotebookParameters Read(Notebook notebook)
    {
        var tagged = notebook.Cells.Index().Where(pair => pair.Item.HasTag(CellTags.Parameters)).ToArray();
        if (tagged.Length > 1)
            throw new UsageException($"Cells {string.Join(" and ", tagged.Select(pair => pair.Index + 1))} are both tagged \"{CellTags.Parameters}\"; one cell declares the parameters. Remove the tag from the others.");
        if (tagged is not [var (_, cell)]) return new(null, null);
        return new(cell, Declarations.Read(cell.Source));
    }

    /// <summary>The parameters of <paramref name="notebook"/> with their types, defaults and comments, a line each; for people.</summary>
    /// <exception cref="UsageException">They cannot be read.</exception>
    public static string Describe(Notebook notebook, string path)
    {
        var all = Read(notebook).All;
        if (all.Count == 0) return "This notebook declares no parameters.\n";
        var small = (SmallForm.Of(notebook, path) ?? []).ToDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        var text = new StringBuilder();
        foreach (var parameter in all)
        {
            text.Append("  ").Append(parameter.Name).Append(": ").Append(parameter.Type).Append(" = ").Append(parameter.Default);
            if (small.TryGetValue(parameter.Name, out var value)) text.Append(" (--small: ").Append(parameter.Convert(value).Literal).Append(')');
            text.Append('\n');
            if (parameter.Help.Length > 0) text.Append("      ").Append(parameter.Help).Append('\n');
        }
        return text.ToString();
    }

    /// <summary>
    /// Checks <paramref name="settings"/> against the declarations and puts a cell tagged <c>injected-parameters</c> below the one that
    /// declares them, in place of an earlier one.
    /// </summary>
    /// <returns>The values as a notebook's metadata keeps them.</returns>
    /// <exception cref="UsageException">A name is unknown or a value is not of its type; the message says what is.</exception>
    public JsonObject Inject(Notebook notebook, IReadOnlyList<ParameterSetting> settings)
    {
        var metadata = new JsonObject();
        if (settings.Count == 0) return metadata;
        if (cell is null)
            throw new UsageException($"The notebook declares no parameters, so {string.Join(", ", settings.Select(setting => setting.Name))} cannot be set. Tag the cell that declares them \"{CellTags.Parameters}\".");
        var code = new StringBuilder("// Parameters of this run\n");
        foreach (var setting in settings.GroupBy(setting => setting.Name, StringComparer.Ordinal).Select(group => group.Last()))
        {
            var parameter = Find(setting.Name);
            var (literal, noted) = parameter.Convert(setting.Value);
            code.Append(parameter.Name).Append(" = ").Append(literal).Append(";\n");
            metadata[parameter.Name] = noted;
        }
        Place(notebook, code.ToString().TrimEnd('\n'));
        return metadata;
    }

    Parameter Find(string name)
    {
        if (All.FirstOrDefault(parameter => parameter.Name == name) is { } found) return found;
        if (declared?.Others.GetValueOrDefault(name) is { } reason) throw new UsageException($"\"{name}\" is declared, but it cannot be set: {reason}.");
        var near = Spelling.Closest(name, All.Select(parameter => parameter.Name));
        throw new UsageException($"There is no parameter \"{name}\". " + (near is null ? "" : $"Did you mean \"{near}\"? ")
            + (All.Count == 0 ? $"The cell tagged \"{CellTags.Parameters}\" declares none." : $"The notebook has {string.Join(", ", All.Select(parameter => $"{parameter.Name} ({parameter.Type})"))}."));
    }

    void Place(Notebook notebook, string code)
    {
        notebook.Cells.RemoveAll(other => other.HasTag(CellTags.InjectedParameters));
        var injected = new Cell(CellKind.Code, code);
        injected.AddTag(CellTags.InjectedParameters);
        notebook.Cells.Insert(notebook.Cells.IndexOf(cell!) + 1, injected);
    }
}
