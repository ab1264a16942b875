using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>How front ends learn of the kernel: a folder with a kernel.json under <c>share/jupyter/kernels</c>.</summary>
public static class KernelSpec
{
    /// <summary>The kernel's name in notebooks.</summary>
    public const string Name = "medanomaly";

    /// <summary>The name that notebooks of .NET Interactive ask for.</summary>
    public const string InteractiveName = ".net-csharp";

    const string FileName = "kernel.json";
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The user's own folder of kernels, where Jupyter looks first.</summary>
    public static string UserFolder
    {
        get
        {
            static string? Set(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
            var data = Set("JUPYTER_DATA_DIR") ?? Path.Combine(Set("XDG_DATA_HOME")
                ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share"), "jupyter");
            return Path.Combine(data, "kernels");
        }
    }

    /// <summary>The folder of kernels below an environment such as /usr/local or a Python virtual environment.</summary>
    public static string FolderBelow(string prefix) => Path.Combine(Path.GetFullPath(prefix), "share", "jupyter", "kernels");

    /// <summary>
    /// Writes the kernel into <paramref name="folder"/>, and once more under the name that notebooks of .NET Interactive ask for, unless
    /// that is another program's.
    /// </summary>
    /// <param name="folder">A folder of kernels.</param>
    /// <param name="command">The program and its arguments, to which the connection file is appended.</param>
    /// <param name="environment">Variables to set for it.</param>
    /// <returns>The folders written.</returns>
    /// <exception cref="OutputException">They cannot be written.</exception>
    public static IReadOnlyList<string> Install(string folder, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        var written = new List<string> { Write(folder, Name, "C# (MedAnomaly)", command, environment) };
        if (IsOurs(Path.Combine(folder, InteractiveName, FileName)))
            written.Add(Write(folder, InteractiveName, "C# (MedAnomaly, for .NET Interactive notebooks)", command, environment));
        return written;
    }

    static string Write(string folder, string name, string title, IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment)
    {
        var specification = new JsonObject
        {
            ["argv"] = new JsonArray([.. command.Append("{connection_file}").Select(word => JsonValue.Create(word))]),
            ["display_name"] = title,
            ["language"] = "C#",
            // By message, interrupts reach the kernel alone, and not every program that a cell has started.
            ["interrupt_mode"] = "message",
            ["env"] = new JsonObject(environment.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
            ["metadata"] = new JsonObject { ["debugger"] = false, ["program"] = Name },
        };
        var path = Path.Combine(folder, name);
        AtomicFile.WriteText(Path.Combine(path, FileName), specification.ToJsonString(Readable) + "\n");
        return path;
    }

    static bool IsOurs(string path)
    {
        if (!File.Exists(path)) return true;
        try
        {
            return (string?)JsonNode.Parse(File.ReadAllText(path))?["metadata"]?["program"] == Name;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return false; // What cannot be read is not ours to overwrite.
        }
    }
}
