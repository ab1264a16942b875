using System.Text;
using System.Text.RegularExpressions;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>A cell's text, taken apart: the magics at its top, and the code below them with its line numbers kept.</summary>
sealed partial class CellText
{
    /// <summary>The magics, without <c>#!</c>, and what each does.</summary>
    public static readonly IReadOnlyList<(string Name, string Does)> Known =
    [
        ("time", "tell how long the cell took"), ("who", "list the variables"), ("whos", "list the variables with their types and values"),
        ("about", "tell what runs the cells"), ("lsmagic", "list the magics"), ("import", "run the cells of another notebook or script"),
        ("csharp", "the cell is C#, as it is without"), ("c#", "the same"), ("markdown", "the cell is prose"), ("md", "the same"), ("html", "the cell is HTML"),
        ("javascript", "the cell is a script for the page"), ("js", "the same"),
    ];

    static readonly Dictionary<string, string> Foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        ["share"] = "All cells here are C# and see each other's variables: leave the line out",
        ["set"] = "All cells here are C# and see each other's variables: assign the variable in C#",
        ["value"] = "Put the text into a C# string",
        ["connect"] = "Open the connection in C# with the library of the service, through #r \"nuget: ...\"",
        ["fsharp"] = "F# is not spoken here: write the cell in C#, or reference a compiled F# library with #r",
        ["f#"] = "F# is not spoken here: write the cell in C#, or reference a compiled F# library with #r",
        ["pwsh"] = "Run a program from C#: Process.Start(\"pwsh\", ...)",
        ["powershell"] = "Run a program from C#: Process.Start(\"pwsh\", ...)",
        ["python"] = "Run a program from C#: Process.Start(\"python3\", ...)",
        ["http"] = "Use HttpClient in C#",
        ["sql"] = "Use a database library in C#, through #r \"nuget: ...\"",
        ["kql"] = "Use the Kusto client library in C#, through #r \"nuget: ...\"",
        ["mermaid"] = "Draw the diagram elsewhere and show it as an image, or describe it in a Markdown cell",
        ["r"] = "Write #r \"nuget: Package, Version\" without the exclamation mark",
        ["i"] = "Write #i \"nuget: source\" without the exclamation mark",
        ["load"] = "Write #load \"file.csx\" without the exclamation mark",
    };

    readonly List<Magic> magics = [];

    CellText(string source) => Source = source;

    /// <summary>All of the cell.</summary>
    public string Source { get; }

    /// <summary>The code or content below the magics, which are blank lines here.</summary>
    public string Code { get; private set; } = "";

    /// <summary>What is to be done before the code runs, in order.</summary>
    public IReadOnlyList<Magic> Magics => magics;

    /// <summary>The MIME type of a cell that is shown and not run; null for code.</summary>
    public string? ContentType { get; private set; }

    /// <summary>True where the cell wants to know how long it took.</summary>
    public bool IsTimed { get; private set; }

    /// <summary>Takes <paramref name="source"/> apart.</summary>
    /// <exception cref="MagicException">A magic is unknown, in the wrong place or misspelt; the message says what to do.</exception>
    public static CellText Parse(string source)
    {
        var cell = new CellText(source);
        var code = new StringBuilder();
        var lines = source.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        var head = new CellHead();
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            // A #! below code is the compiler's to refuse: it may stand in a string that spans lines.
            var isMagic = cell.ContentType is null && head.HasMagic(line);
            if (isMagic && line.StartsWith("#!", StringComparison.Ordinal)) cell.Read(line, i + 1);
            else if (isMagic && Directive().Match(line) is { Success: true } match) cell.Read(match, i + 1);
            else code.Append(lines[i]);
            if (i < lines.Length - 1) code.Append('\n');
        }
        cell.Code = cell.ContentType is null ? code.ToString() : code.ToString().Trim('\n');
        return cell;
    }

    void Read(string line, int number)
    {
        var words = line[2..].Split((char[])[' ', '\t'], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var name = words.Length > 0 ? words[0] : "";
        switch (name.ToLowerInvariant())
        {
            case "csharp" or "c#": break;
            case "time": IsTimed = true; break;
            case "markdown" or "md": ContentType = Mime.Markdown; break;
            case "html": ContentType = Mime.Html; break;
            case "javascript" or "js": ContentType = Mime.JavaScript; break;
            case "who" or "whos" or "about" or "lsmagic": magics.Add(new ListingMagic(name.ToLowerInvariant())); break;
            case "import": magics.Add(new ImportMagic(Argument(words, number))); break;
            default: throw Unknown(name, number);
        }
    }

    void Read(Match directive, int number)
    {
        var argument = directive.Groups["argument"].Value;
        if (!argument.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            if (directive.Groups["name"].Value == "i") throw new MagicException($"Line {number}: #i takes \"nuget: source\", not \"{argument}\".");
            magics.Add(new ReferenceMagic(argument));
            return;
        }
        var parts = argument["nuget:".Length..].Split(',', StringSplitOptions.TrimEntries);
        if (directive.Groups["name"].Value == "i")
        {
            magics.Add(new SourceMagic(parts[0]));
            return;
        }
        if (parts.Length > 2 || !PackageId().IsMatch(parts[0]) || parts.Length == 2 && !PackageVersion().IsMatch(parts[1]))
            throw new MagicException($"Line {number}: \"{argument}\" names no package. Write #r \"nuget: Id, Version\", such as #r \"nuget: MathNet.Numerics, 5.0.0\".");
        magics.Add(new PackageMagic(parts[0], parts.Length == 2 ? parts[1] : null));
    }

    static string Argument(string[] words, int number)
    {
        var argument = words.Length > 1 ? words[1].Trim().Trim('"') : "";
        return argument.Length > 0 ? argument : throw new MagicException($"Line {number}: #!{words[0]} needs a file: #!{words[0]} \"other.ipynb\".");
    }

    static MagicException Unknown(string name, int number)
    {
        if (Foreign.TryGetValue(name, out var advice)) return new($"Line {number}: #!{name} is not supported. {advice}.");
        var names = Known.Select(known => known.Name);
        var near = Spelling.Closest(name, names);
        return new($"Line {number}: there is no magic #!{name}. "
            + (near is null ? $"These are: {string.Join(", ", names.Select(known => "#!" + known))}." : $"Did you mean #!{near}?"));
    }

    [GeneratedRegex("^#(?<name>[ri])\\s+\"(?<argument>[^\"]*)\"\\s*(//.*)?$")]
    private static partial Regex Directive();

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,100}$")]
    private static partial Regex PackageId();

    [GeneratedRegex("^[A-Za-z0-9.*+\\[\\](), -]{1,64}$")]
    private static partial Regex PackageVersion();
}

/// <summary>A magic cannot be obeyed.</summary>
public sealed class MagicException(string message, Exception? inner = null) : Exception(message, inner);
