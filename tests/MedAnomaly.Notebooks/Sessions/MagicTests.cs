using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Tests.Sessions;

[Collection("sessions")]
public sealed class MagicTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly RecordedOutput output = new();
    readonly CSharpSession session;

    public MagicTests() => session = new(folder.Path);

    public void Dispose() => folder.Dispose();

    CellResult Run(string code) => session.Execute(code, "In[1]", output);

    [Theory]
    [InlineData("#!share x --from python", "Line 1: #!share is not supported. All cells here are C# and see each other's variables: leave the line out.")]
    [InlineData("#!fsharp\nlet x = 1", "F# is not spoken here")]
    [InlineData("\n// note\n#!tiem\n1", "Line 3: there is no magic #!tiem. Did you mean #!time?")]
    [InlineData("#!frobnicate", "there is no magic #!frobnicate. These are: #!time")]
    [InlineData("#!/usr/bin/env dotnet", "there is no magic #!/usr/bin/env")]
    [InlineData("#!import", "#!import needs a file")]
    [InlineData("#!import \"none.ipynb\"", "#!import: there is no file")]
    [InlineData("#r \"none.dll\"", "#r: there is no file")]
    [InlineData("#r \"nuget: ../../etc\"", "names no package")]
    [InlineData("#i \"somewhere\"", "#i takes \"nuget: source\"")]
    public void A_magic_that_cannot_be_obeyed_says_what_to_do(string code, string message)
    {
        var result = Run(code);
        Assert.Equal("MagicException", result.Error?.Name);
        Assert.Contains(message, result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cell_may_be_prose_or_html()
    {
        Run("#!markdown\n# Title");
        Run("#!html\n<b>x</b>");
        Assert.Equal(["display:text/markdown,text/plain:# Title", "display:text/html,text/plain:<b>x</b>"], output.Events);
    }

    [Fact]
    public void Who_and_whos_list_the_variables()
    {
        Run("#!who");
        Run("var n = 3; var name = \"x\";");
        Run("var n = 4.5;");
        Run("#!who");
        Run("#!whos");
        Assert.Equal("display:text/plain:no variables yet", output.Events[0]);
        Assert.Equal("display:text/plain:name, n", output.Events[1]);
        Assert.Equal("display:text/html,text/plain:[{ name = \"name\", type = \"string\", value = \"x\" }, { name = \"n\", type = \"double\", value = \"4.5\" }]", output.Events[2]);
    }

    [Fact]
    public void About_names_runtime_and_libtorch_and_lsmagic_every_magic()
    {
        Run("#!about");
        Run("#!lsmagic");
        Assert.Contains($"\"runtime\": \"{System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}\"", output.Events[0], StringComparison.Ordinal);
        Assert.Contains("\"libtorch\": ", output.Events[0], StringComparison.Ordinal);
        foreach (var (name, _) in CellText.Known) Assert.Contains($"\"#!{name}\"", output.Events[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_dib_is_imported_like_a_notebook()
    {
        File.WriteAllText(folder.File("other.dib"), "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[{\"aliases\":[],\"name\":\"csharp\"}]}}\n\n#!markdown\n\n# Prose\n\n#!csharp\n\nvar imported = 42;\n");
        Assert.Equal("42", Run("#!import \"other.dib\"\nimported").Value?.Data[Mime.Text]?.GetValue<string>());
    }

    [Theory]
    [InlineData("/* What follows\n#!no_magic\nis timed. */\n\n// So:\n#!time\n1")]
    [InlineData("/* a */\n#!time\n1")]
    public void Comments_may_stand_above_magics(string code)
    {
        Assert.Equal("1", Run(code).Value?.Data[Mime.Text]?.GetValue<string>());
        Assert.StartsWith("display:text/plain:Wall time: ", output.Events.Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/* a */ var text = @\"\n#!time\n\"; text")]
    [InlineData("var text = @\"\n#!time\n\"; text")]
    public void A_string_that_looks_like_a_magic_is_a_string(string code) =>
        Assert.Equal("\n#!time\n", Run(code).Value?.Data[Mime.Text]?.GetValue<string>());

    [Fact]
    public void Time_is_told_after_the_cell_and_the_value_stays()
    {
        var result = Run("#!time\n#!csharp\n1 + 1");
        Assert.Equal("2", result.Value?.Data[Mime.Text]?.GetValue<string>());
        Assert.StartsWith("display:text/plain:Wall time: ", output.Events.Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_looks_like_a_magic_inside_a_string_is_text()
    {
        var result = Run("var s = \"\"\"\n#!time\n#r \"x\"\n\"\"\";\ns");
        Assert.True(result.Error is null, result.Error?.Message);
    }

    [Fact]
    public void Another_notebook_or_script_can_be_imported()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Markdown, "prose"));
        notebook.Cells.Add(new(CellKind.Code, "var fromNotebook = 1;"));
        NotebookFile.Save(notebook, folder.File("other.ipynb"));
        folder.File("more.csx", "int FromScript() => fromNotebook + 1;");
        folder.File("loaded.csx", "int loaded = 40;");
        Assert.Null(Run("#!import \"other.ipynb\"\n#!import \"more.csx\"").Error);
        Assert.Equal("42", Run("#load \"loaded.csx\"\nloaded + FromScript()").Value?.Data[Mime.Text]?.GetValue<string>());
    }

    [Fact]
    public void A_fault_in_an_imported_cell_names_its_file()
    {
        folder.File("broken.csx", "var a = 1;\nthrow new Exception(\"inside\");");
        var error = Run("#!import \"broken.csx\"").Error!;
        Assert.Equal("#!import \"broken.csx\": inside", error.Message);
        Assert.Contains(error.Traceback, line => line.Contains("broken.csx line 2", StringComparison.Ordinal));
    }

    [Fact]
    public void Referencing_the_library_again_changes_nothing() =>
        Assert.Null(Run($"#r \"{typeof(WorkbenchException).Assembly.Location}\"\n#r \"System.Text.Json\"\nIMimeBundle b = HTML(\"x\");").Error);
}
