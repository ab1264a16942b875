using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Sessions;
using MedAnomaly.Notebooks.Tests.Sessions;

namespace MedAnomaly.Notebooks.Tests.Parameters;

[Collection("sessions")]
public sealed class NotebookParametersTests
{
    const string Declared = """
        // which images
        string dataset = "mni152";
        int seed = 7; // random start
        var rate = -0.5;
        long big = 1L; double x = 0, y = 1;
        float f = 1f;
        decimal price = 1.5m;
        bool deep = true;
        int? limit = null;
        string? note = null;
        DateTime day = new(2026, 1, 1);
        Interpolation how = Interpolation.Bilinear;
        enum Interpolation { Nearest, Bilinear }
        int[] sizes = { 1, 2 };
        List<double> ratios = new() { 0.1 };
        Dictionary<string, int[]> groups = new();
        var computed = seed * 2;
        const int fixedSize = 3;
        int[][] nested = { new[] { 1 } };
        var where = Interpolation.Nearest;
        var unset = double.NaN;
        var names = new[] { "a" };
        var found = new List<string>();
        DateTimeOffset moment = default;
        TimeOnly hour = default;
        TimeSpan span = default;
        char letter = 'x';
        Dictionary<string, List<double?>> curves = new();
        (int, int) pair = (1, 2);
        """;

    static Notebook Tagged(string code)
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Markdown, "# Title"));
        notebook.Cells.Add(new(CellKind.Code, code));
        notebook.Cells[1].AddTag("parameters");
        notebook.Cells.Add(new(CellKind.Code, "1"));
        return notebook;
    }

    static JsonObject Inject(Notebook notebook, params (string Name, string Text)[] settings) =>
        NotebookParameters.Read(notebook).Inject(notebook, [.. settings.Select(setting => ParameterSetting.Of(setting.Name, setting.Text))]);

    static readonly CSharpSession session = new();

    // The value that a later cell sees, written by C# itself.
    static string? Seen(string name, string text, string expression)
    {
        var notebook = Tagged(Declared);
        Inject(notebook, (name, text));
        foreach (var cell in notebook.CodeCells.Take(2))
            Assert.True(session.Execute(cell.Source, "In[1]", new RecordedOutput()).Error is null, cell.Source);
        var result = session.Execute(expression, "In[2]", new RecordedOutput());
        return result.Value?.Data[Mime.Text]?.GetValue<string>();
    }

    [Fact]
    public void Declarations_are_the_schema_their_values_the_defaults_their_comments_the_help()
    {
        var all = NotebookParameters.Read(Tagged(Declared)).All;
        Assert.Equal(
            ["dataset: string = \"mni152\" // which images", "seed: int = 7 // random start", "rate: double = -0.5 // ", "big: long = 1L // ", "x: double = 0 // ", "y: double = 1 // ",
                "f: float = 1f // ", "price: decimal = 1.5m // ", "deep: bool = true // ", "limit: int? = null // ", "note: string? = null // ", "day: DateTime = new(2026, 1, 1) // ",
                "how: Interpolation = Interpolation.Bilinear // ", "sizes: int[] = { 1, 2 } // ", "ratios: List<double> = new() { 0.1 } // ", "groups: Dictionary<string, int[]> = new() // ",
                "nested: int[][] = { new[] { 1 } } // ", "where: Interpolation = Interpolation.Nearest // ", "unset: double = double.NaN // ",
                "names: string[] = new[] { \"a\" } // ", "found: List<string> = new List<string>() // ", "moment: DateTimeOffset = default // ",
                "hour: TimeOnly = default // ", "span: TimeSpan = default // ", "letter: char = 'x' // ", "curves: Dictionary<string, List<double?>> = new() // "],
            all.Select(parameter => $"{parameter.Name}: {parameter.Type} = {parameter.Default} // {parameter.Help}"));
    }

    [Theory]
    [InlineData("dataset", "a \"quoted\" \\ text\nwith lines é \u2028 {x}", "dataset == \"a \\\"quoted\\\" \\\\ text\\nwith lines \\u00e9 \\u2028 {x}\"", "true")]
    [InlineData("dataset", "007", "dataset", "007")]
    [InlineData("dataset", "1e5", "dataset", "1e5")]
    [InlineData("dataset", "null", "dataset", "null")]
    [InlineData("dataset", "\"; System.Diagnostics.Process.Start(\"touch\", \"owned\"); //", "dataset.Length", "57")]
    [InlineData("dataset", "\\u0022; Environment.Exit(1); //", "dataset.Length", "31")]
    [InlineData("seed", "007", "seed", "7")]
    [InlineData("seed", "-2147483648", "seed", "-2147483648")]
    [InlineData("big", "9223372036854775807", "big == long.MaxValue", "true")]
    [InlineData("rate", "1e-300", "rate", "1E-300")]
    [InlineData("rate", "NaN", "double.IsNaN(rate)", "true")]
    [InlineData("rate", "-Infinity", "double.IsNegativeInfinity(rate)", "true")]
    [InlineData("x", "inf", "double.IsPositiveInfinity(x)", "true")]
    [InlineData("f", "0.1", "f == 0.1f", "true")]
    [InlineData("f", "nan", "float.IsNaN(f)", "true")]
    [InlineData("price", "0.10000000000000000000000000001", "price", "0.1000000000000000000000000000")]
    [InlineData("deep", "False", "deep", "false")]
    [InlineData("limit", "5", "limit", "5")]
    [InlineData("limit", "null", "limit is null", "true")]
    [InlineData("note", "null", "note is null", "true")]
    [InlineData("note", "text", "note", "text")]
    [InlineData("day", "2026-01-31", "day", "2026-01-31")]
    [InlineData("day", "2026-01-31T12:30:00Z", "day.Kind == DateTimeKind.Utc && day.Hour == 12", "true")]
    [InlineData("how", "nearest", "how == Interpolation.Nearest", "true")]
    [InlineData("sizes", "[3, 007]", "sizes", "[3, 7]")]
    [InlineData("sizes", "[]", "sizes.Length", "0")]
    [InlineData("ratios", "[1e-3, NaN]", "ratios[0] == 0.001 && double.IsNaN(ratios[1])", "true")]
    [InlineData("groups", "{a: [1, 2], \"b c\": []}", "groups[\"a\"][1] + groups[\"b c\"].Length", "2")]
    [InlineData("groups", "{\"\\\"; Environment.Exit(1); //\": [1]}", "groups.Keys.Single()", "\"; Environment.Exit(1); //")]
    [InlineData("nested", "[[1], [], [2, 3]]", "nested.Length + nested[2][1]", "6")]
    [InlineData("where", "bilinear", "where == Interpolation.Bilinear", "true")]
    [InlineData("unset", "-.inf", "double.IsNegativeInfinity(unset)", "true")]
    [InlineData("names", "[x, \"null\", 007]", "string.Join(\"|\", names)", "x|null|007")]
    [InlineData("found", "[]", "found.Count", "0")]
    [InlineData("moment", "2026-01-31T12:30:00+02:00", "moment.Offset.Hours == 2 && moment.UtcDateTime.Hour == 10", "true")]
    [InlineData("hour", "23:59:58.5", "hour.Hour == 23 && hour.Millisecond == 500", "true")]
    [InlineData("span", "1.02:03:04", "span.TotalDays > 1 && span.Seconds == 4", "true")]
    [InlineData("letter", "'", "letter == (char)39", "true")]
    [InlineData("curves", "{a: [1, null, .nan], b: []}", "curves[\"a\"][1] is null && double.IsNaN(curves[\"a\"][2]!.Value) && curves[\"b\"].Count == 0", "true")]
    public void Values_arrive_as_they_left(string name, string text, string expression, string value) => Assert.Equal(value, Seen(name, text, expression));

    [Theory]
    [InlineData("sead", "1", "There is no parameter \"sead\". Did you mean \"seed\"?")]
    [InlineData("computed", "1", "\"computed\" is declared, but it cannot be set: its type cannot be told from \"seed * 2\". Declare it with its type")]
    [InlineData("fixedSize", "1", "\"fixedSize\" is declared, but it cannot be set: it is a constant.")]
    [InlineData("pair", "[1, 2]", "\"pair\" is declared, but it cannot be set: no command line can write a (int, int).")]
    [InlineData("moment", "2026-01-31T12:30:00", "Parameter moment (DateTimeOffset): \"2026-01-31T12:30:00\" is no DateTimeOffset; write 2026-01-31T12:30:00Z")]
    [InlineData("letter", "ab", "Parameter letter (char): \"ab\" is no char; write one character.")]
    [InlineData("nested", "[1]", "Parameter nested (int[][]): \"1\" was given; write a list")]
    [InlineData("seed", "1e5", "Parameter seed (int): \"1e5\" is no int; write a whole number from -2147483648 to 2147483647, in digits.")]
    [InlineData("seed", "2147483648", "Parameter seed (int): \"2147483648\" is no int")]
    [InlineData("seed", "null", "Parameter seed (int): \"null\" is no int")]
    [InlineData("seed", "1; Environment.Exit(0)", "Parameter seed (int): \"1; Environment.Exit(0)\" is no int")]
    [InlineData("rate", "1,5", "Parameter rate (double): \"1,5\" is no double; write a number such as 0.5, NaN or Infinity.")]
    [InlineData("deep", "yes", "Parameter deep (bool): \"yes\" is no bool; write true or false.")]
    [InlineData("day", "31.1.2026", "Parameter day (DateTime): \"31.1.2026\" is no DateTime; write 2026-01-31")]
    [InlineData("how", "bilinaer", "Parameter how (Interpolation): \"bilinaer\" is no Interpolation; there are Nearest, Bilinear. Did you mean Bilinear?")]
    [InlineData("sizes", "3", "Parameter sizes (int[]): \"3\" was given; write a list such as [1, 2, 3].")]
    [InlineData("sizes", "[1, x]", "Parameter sizes (int[]): \"x\" is no int")]
    [InlineData("sizes", "[1", "Parameter sizes (int[]): not readable as YAML or JSON")]
    [InlineData("groups", "[1]", "Parameter groups (Dictionary<string, int[]>): a list of 1 was given; write a map such as {a: 1, b: 2}.")]
    public void What_is_not_of_the_type_is_refused(string name, string text, string message)
    {
        var fault = Assert.Throws<UsageException>(() => Inject(Tagged(Declared), (name, text)));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, fault.ExitCode);
    }

    [Fact]
    public void A_notebook_without_a_tagged_cell_takes_no_parameters()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Code, "int seed = 1;"));
        Assert.Empty(Inject(notebook));
        Assert.StartsWith("The notebook declares no parameters, so seed cannot be set.", Assert.Throws<UsageException>(() => Inject(notebook, ("seed", "1"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_tagged_cells_are_refused()
    {
        var notebook = Tagged("int a = 1;");
        notebook.Cells[2].AddTag("parameters");
        Assert.StartsWith("Cells 2 and 3 are both tagged \"parameters\"", Assert.Throws<UsageException>(() => NotebookParameters.Read(notebook)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Injected_values_stand_below_the_declarations_and_replace_earlier_ones()
    {
        var notebook = Tagged("int seed = 1;\nstring name = \"\";");
        Inject(notebook, ("seed", "2"));
        Inject(notebook, ("seed", "3"), ("name", "x"), ("seed", "4"));
        Assert.Equal(4, notebook.Cells.Count);
        Assert.True(notebook.Cells[2].HasTag("injected-parameters"));
        Assert.Equal("// Parameters of this run\nseed = 4;\nname = \"x\";", notebook.Cells[2].Source);
    }

    [Fact]
    public void The_metadata_keep_values_in_json_and_what_json_lacks_by_name()
    {
        var noted = Inject(Tagged(Declared), ("seed", "3"), ("rate", "nan"), ("limit", "null"), ("sizes", "[1]"), ("how", "nearest"));
        Assert.Equal("""{"seed":3,"rate":"NaN","limit":null,"sizes":[1],"how":"Nearest"}""", noted.ToJsonString());
    }

    [Fact]
    public void Declarations_that_do_not_parse_are_told_by_line() =>
        Assert.Contains("does not compile, line 2", Assert.Throws<UsageException>(() => NotebookParameters.Read(Tagged("int a = 1;\nint b = ;"))).Message, StringComparison.Ordinal);

    [Fact]
    public void Yaml_aliases_are_refused() =>
        Assert.Contains("is not taken here", Assert.Throws<FormatException>(() => YamlText.Parse("a: &x [1]\nb: *x")).Message, StringComparison.Ordinal);
}
