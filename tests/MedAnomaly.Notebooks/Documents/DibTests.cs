using System.Text;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Tests.Documents;

public sealed class DibTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    const string AsNetInteractiveWrites = """
        #!meta

        {"kernelInfo":{"defaultKernelName":"csharp","items":[{"aliases":["c#"],"name":"csharp"},{"aliases":[],"name":"mine"}]}}

        #!markdown

        # Title

        text

        #!csharp

        var x = 1;

        #!time
        x

        #!html

        <b>x</b>

        #!mine

        other

        """;

    string Convert(string text, string from, params string[] through)
    {
        var path = folder.File("0" + from, text);
        for (var i = 0; i < through.Length; i++)
        {
            var next = folder.File($"{i + 1}{through[i]}");
            NotebookFile.Save(NotebookFile.Load(path), next);
            path = next;
        }
        // Not File.ReadAllText, which would take a byte order mark away.
        return Encoding.UTF8.GetString(File.ReadAllBytes(path));
    }

    [Fact]
    public void Cells_have_the_languages_that_their_lines_name()
    {
        var cells = NotebookFile.Load(folder.File("a.dib", AsNetInteractiveWrites)).Cells;
        Assert.Equal(
            ["Markdown markdown: # Title\n\ntext", "Code csharp: var x = 1;\n\n#!time\nx", "Code html: <b>x</b>", "Code mine: other"],
            cells.Select(cell => $"{cell.Kind} {cell.Language}: {cell.Source}"));
        Assert.All(cells.Take(2), cell => Assert.Empty(cell.Metadata));
    }

    [Theory]
    [InlineData(AsNetInteractiveWrites)]
    [InlineData("")]
    [InlineData("var x = 1;")]
    [InlineData("\n\n  \nvar x = 1;\n")]
    [InlineData("#!csharp")]
    [InlineData("#!csharp\n")]
    [InlineData("#!csharp\n\n#!csharp\n\n\n\n#!c#\n1\n#!markdown\n\n\n\n# a  \n   \n\n#!csharp\n\n2")]
    [InlineData("#!meta\n{ \"a\": 1 }\n#!csharp\n\n1\n")]
    [InlineData("\n#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"markdown\",\"items\":[]},\"other\":true}\n\n#!markdown\nprose\n")]
    [InlineData("#!csharp\r\n\r\nvar a = \"\"\"\r\n#!time\r\n\"\"\";\r\n\r\n#!md\r\n\r\nx\r\n")]
    [InlineData("#!csharp\r\n\nmixed\r\n\n#!csharp \n\n\tindented\n")]
    [InlineData("\ufeff#!meta\r\n\r\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\",\"items\":[]}}\r\n\r\n#!csharp\r\n\r\n1\r\n")]
    [InlineData("\ufeff1")]
    [InlineData("#!fsharp\n\nlet x = 1\n\n#!unknown\nstill fsharp\n")]
    public void A_dib_comes_back_byte_for_byte(string dib)
    {
        Assert.Equal(dib, Convert(dib, ".dib", ".dib"));
        Assert.Equal(dib, Convert(dib, ".dib", ".ipynb", ".dib"));
        Assert.Equal(dib, Convert(dib, ".dib", ".ipynb", ".dib", ".ipynb", ".dib"));
    }

    [Fact]
    public void Any_order_of_lines_comes_back_byte_for_byte()
    {
        string[] lines = ["#!csharp", "#!markdown", "#!html", "#!c#", "#!time", "", "  ", "var x = 1;", "\tindented ", "#!meta", "# title", "#!unknown words"];
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var dib = string.Join(i % 5 == 0 ? "\r\n" : "\n", Enumerable.Range(0, random.Next(1, 12)).Select(_ => lines[random.Next(lines.Length)]));
            if (dib.TrimStart().StartsWith("#!meta", StringComparison.Ordinal)) continue;
            Assert.Equal(dib, Convert(dib, ".dib", ".ipynb", ".dib"));
        }
    }

    [Fact]
    public void A_notebook_without_outputs_comes_back_byte_for_byte()
    {
        var notebook = new Notebook { Metadata = new() { ["kernelspec"] = new System.Text.Json.Nodes.JsonObject { ["name"] = "x" } } };
        notebook.Extra["mine"] = 1;
        notebook.Cells.Add(new(CellKind.Markdown, "# Title\n", "first-id"));
        notebook.Cells.Add(new(CellKind.Code, "\n\nint seed = 7; // x\n\n"));
        notebook.Cells[1].AddTag("parameters");
        notebook.Cells.Add(new(CellKind.Code, ""));
        notebook.Cells.Add(new(CellKind.Code, "  \n "));
        notebook.Cells.Add(new(CellKind.Raw, "raw"));
        notebook.Cells.Add(new(CellKind.Code, "#!html\n<b>x</b>"));
        notebook.Cells.Add(new(CellKind.Code, "#!csharp\n\nvar y = 2;"));
        notebook.Cells.Add(new(CellKind.Code, "#!markdown\n# t"));
        notebook.Cells.Add(new(CellKind.Code, "<i>y</i>") { Metadata = new() { ["dotnet_interactive"] = new System.Text.Json.Nodes.JsonObject { ["language"] = "html" } } });
        notebook.Cells.Add(new(CellKind.Code, "var z = 3;") { Metadata = new() { ["polyglot_notebook"] = new System.Text.Json.Nodes.JsonObject { ["kernelName"] = "csharp" } } });
        notebook.Cells.Add(new(CellKind.Markdown, "end") { Attachments = new() { ["a.png"] = new System.Text.Json.Nodes.JsonObject { ["image/png"] = "AAAA" } } });
        NotebookFile.Save(notebook, folder.File("a.ipynb"));
        var ipynb = File.ReadAllText(folder.File("a.ipynb"));
        Assert.Equal(ipynb, Convert(ipynb, ".ipynb", ".dib", ".ipynb"));
        Assert.Equal(ipynb, Convert(ipynb, ".ipynb", ".dib", ".dib", ".ipynb", ".dib", ".ipynb"));
    }

    [Fact]
    public void Tags_and_ids_survive_an_edit_of_the_text()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Markdown, "# Title", "title"));
        notebook.Cells.Add(new(CellKind.Code, "int seed = 7;", "params"));
        notebook.Cells[1].AddTag("parameters");
        notebook.Cells.Add(new(CellKind.Code, "seed", "use"));
        NotebookFile.Save(notebook, folder.File("a.dib"));
        var edited = File.ReadAllText(folder.File("a.dib")).Replace("int seed = 7;", "int seed = 8;", StringComparison.Ordinal) + "\n#!csharp\n\nseed + 1\n";
        var cells = NotebookFile.Load(folder.File("b.dib", edited)).Cells;
        Assert.Equal(["title", "params", "use", null], cells.Select(cell => cell.Id));
        Assert.True(cells[1].HasTag("parameters"));
    }

    [Fact]
    public void A_cell_that_a_dib_cannot_hold_is_refused_and_nothing_is_written()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Code, "1"));
        notebook.Cells.Add(new(CellKind.Code, "var text = \"\"\"\n#!markdown\n\"\"\";"));
        var fault = Assert.Throws<DataFormatException>(() => NotebookFile.Save(notebook, folder.File("a.dib")));
        Assert.Contains("cell 2 holds a line that a .dib file would take for the start of another cell", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.File("a.dib")));
    }

    [Fact]
    public void A_head_that_is_no_json_is_told()
    {
        var fault = Assert.Throws<DataFormatException>(() => NotebookFile.Load(folder.File("a.dib", "#!meta\n\n{\"kernelInfo\"\n\n#!csharp\n\n1\n")));
        Assert.Contains("has a #!meta whose JSON cannot be read", fault.Message, StringComparison.Ordinal);
    }
}
