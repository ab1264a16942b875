using System.Globalization;
using System.Text;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>
/// A notebook and the values that its parameters are to take, as a YAML or JSON file says it: <c>notebook</c>, beside the file;
/// <c>parameters</c> that all runs share; <c>grids</c>, each a map from a parameter to its values, of which all combinations are run;
/// <c>cores</c> and <c>memory</c> (GiB) that one run may take.
/// </summary>
public sealed record SweepFile
{
    const string Keys = "notebook, parameters, grids, cores, memory";

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>The notebook that each run executes.</summary>
    public required string Notebook { get; init; }

    /// <summary>The runs, each combination once, in the order of the file.</summary>
    public required IReadOnlyList<SweepRun> Runs { get; init; }

    /// <summary>The parameters that the grids vary, in the order of the file.</summary>
    public required IReadOnlyList<string> Varied { get; init; }

    /// <summary>The ids and folders of the data that the runs read: the values of the parameter <c>dataset</c>.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>Cores that one run may use.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>Memory that one run may take, in bytes.</summary>
    public long Memory { get; init; } = 4L << 30;

    /// <summary>The sweep's name: the file's, without its extensions.</summary>
    public string Name => System.IO.Path.GetFileName(Path).Split('.')[0];

    /// <summary>Reads a file and checks every value against the notebook's parameters; nothing is run.</summary>
    /// <exception cref="UsageException">The file cannot be read, a key is unknown, or a value is not of its parameter's type.</exception>
    /// <exception cref="DataFormatException">The notebook is none.</exception>
    public static SweepFile Read(string path)
    {
        var entries = Entries(path);
        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
        var notebook = entries.TryGetValue("notebook", out var named) && named is ScalarValue { IsNull: false } text
            ? System.IO.Path.GetFullPath(text.Text, folder) : throw Wrong(path, "the key 'notebook' names no notebook");
        if (!File.Exists(notebook)) throw Wrong(path, $"there is no notebook {notebook}");
        var declared = NotebookParameters.Read(NotebookFile.Load(notebook));
        var common = entries.TryGetValue("parameters", out var given) ? Map(path, given, "parameters") : [];
        if (!(entries.TryGetValue("grids", out var grids) && grids is ListValue { Items.Count: > 0 } list))
            throw Wrong(path, "the key 'grids' holds no list of maps, such as '- {seed: [0, 1, 2]}'");
        var runs = new List<SweepRun>();
        foreach (var (index, grid) in list.Items.Index())
        {
            foreach (var varied in Combinations(path, Map(path, grid, $"grids[{index}]")))
                runs.Add(SweepRun.Of([.. common.Where(setting => varied.All(other => other.Name != setting.Name)), .. varied], declared));
        }
        return new()
        {
            Path = System.IO.Path.GetFullPath(path),
            Notebook = notebook,
            Runs = [.. runs.DistinctBy(run => run.Id)],
            Varied = [.. list.Items.OfType<MapValue>().SelectMany(grid => grid.Entries.Select(entry => entry.Key)).Distinct()],
            Data = [.. runs.Select(run => run.ValueOf("dataset", declared)).OfType<string>().Distinct()],
            Cores = (int)Number(path, entries, "cores", 1),
            Memory = (long)(Number(path, entries, "memory", 4) * (1L << 30)),
        };
    }

    static Dictionary<string, ParameterValue> Entries(string path)
    {
        try
        {
            var text = File.ReadAllText(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            if (YamlText.Parse(text) is not MapValue map) throw Wrong(path, $"it holds no map with the keys {Keys}");
            var unknown = map.Entries.FirstOrDefault(entry => !Keys.Split(", ").Contains(entry.Key)).Key;
            if (unknown is not null) throw Wrong(path, $"it has the unknown key '{unknown}'.{Spelling.Hint(unknown, Keys.Split(", "))} There are {Keys}");
            return map.Entries.ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DecoderFallbackException or FormatException)
        {
            throw new UsageException($"The sweep file {path} could not be read: {fault.Message.TrimEnd('.')}.", fault);
        }
    }

    static List<ParameterSetting> Map(string path, ParameterValue value, string key) => value is MapValue map
        ? [.. map.Entries.Select(entry => new ParameterSetting(entry.Key, entry.Value))]
        : throw Wrong(path, $"'{key}' is no map of parameters and their values");

    static IEnumerable<ParameterSetting[]> Combinations(string path, List<ParameterSetting> grid)
    {
        IEnumerable<ParameterSetting[]> combinations = [[]];
        foreach (var (name, value) in grid)
        {
            if (value is not ListValue { Items.Count: > 0 } values) throw Wrong(path, $"the grid's '{name}' is no list of values, such as [1, 2, 3]");
            combinations = [.. combinations.SelectMany(before => values.Items.Select(item => (ParameterSetting[])[.. before, new(name, item)]))];
        }
        return combinations;
    }

    static double Number(string path, Dictionary<string, ParameterValue> entries, string key, double byDefault)
    {
        if (!entries.TryGetValue(key, out var value)) return byDefault;
        return value is ScalarValue { Text: var text } && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1e6
            ? number : throw Wrong(path, $"'{key}' is no positive number");
    }

    static UsageException Wrong(string path, string what) => new($"The sweep file {path} cannot be used: {what}.");
}
