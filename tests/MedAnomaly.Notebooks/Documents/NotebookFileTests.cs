using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Tests.Documents;

public sealed class NotebookFileTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // As Jupyter's own writer leaves it: sorted, one space of indentation, lines as a list.
    const string AsJupyterWrites = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "intro",
           "metadata": {},
           "source": [
            "# Title\n",
            "é \"quoted\" \\ back"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": 3,
           "id": "a_b-9",
           "metadata": {
            "tags": [
             "parameters"
            ]
           },
           "outputs": [
            {
             "name": "stdout",
             "output_type": "stream",
             "text": [
              "one\n",
              "two"
             ]
            },
            {
             "data": {
              "application/vnd.plotly.v1+json": {
               "data": [
                1.50,
                1e-05
               ]
              },
              "image/png": "iVBORw0KGgo=\n",
              "text/plain": [
               "3"
              ]
             },
             "execution_count": 3,
             "metadata": {},
             "output_type": "execute_result"
            },
            {
             "ename": "E",
             "evalue": "v",
             "output_type": "error",
             "traceback": [
              "line"
             ]
            }
           ],
           "source": [
            "int x = 1;"
           ]
          },
          {
           "cell_type": "raw",
           "id": "r",
           "metadata": {},
           "source": []
          }
         ],
         "metadata": {
          "custom": {
           "a": null,
           "b": []
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    [Fact]
    public void A_notebook_as_jupyter_writes_it_comes_back_byte_for_byte()
    {
        var path = folder.File("a.ipynb", AsJupyterWrites);
        NotebookFile.Save(NotebookFile.Load(path), path);
        Assert.Equal(AsJupyterWrites, File.ReadAllText(path));
    }

    [Fact]
    public void Unknown_fields_stay_where_they_were()
    {
        var path = folder.File("a.ipynb", """
            {"cells":[{"cell_type":"code","id":"a","metadata":{},"source":"1","outputs":[{"output_type":"stream","name":"stdout","text":"x","odd":[1]}],"execution_count":null,"strange":{"k":2}}],
             "metadata":{},"nbformat":4,"nbformat_minor":5,"mine":true}
            """);
        NotebookFile.Save(NotebookFile.Load(path), path);
        var root = JsonNode.Parse(File.ReadAllText(path))!;
        Assert.True(root["mine"]!.GetValue<bool>());
        Assert.Equal(2, root["cells"]![0]!["strange"]!["k"]!.GetValue<int>());
        Assert.Equal(1, root["cells"]![0]!["outputs"]![0]!["odd"]![0]!.GetValue<int>());
    }

    [Fact]
    public void Cells_without_ids_get_the_same_ones_at_every_write()
    {
        var path = folder.File("a.ipynb", """{"cells":[{"cell_type":"markdown","metadata":{},"source":"x"},{"cell_type":"markdown","metadata":{},"source":"x"}],"metadata":{},"nbformat":4,"nbformat_minor":0}""");
        NotebookFile.Save(NotebookFile.Load(path), folder.File("b.ipynb"));
        NotebookFile.Save(NotebookFile.Load(path), folder.File("c.ipynb"));
        Assert.Equal(File.ReadAllText(folder.File("b.ipynb")), File.ReadAllText(folder.File("c.ipynb")));
        var ids = NotebookFile.Load(folder.File("b.ipynb")).Cells.Select(cell => cell.Id).ToArray();
        Assert.Equal(2, ids.Distinct().Count());
    }

    [Fact]
    public void Half_a_surrogate_pair_and_controls_leave_valid_json()
    {
        var notebook = new Notebook();
        notebook.Cells.Add(new(CellKind.Code, "1") { Outputs = { new StreamOutput("stdout", "a\ud83d b \ud83d\ude00 \u0000 \u001b[31mred") } });
        NotebookFile.Save(notebook, folder.File("a.ipynb"));
        var text = ((StreamOutput)NotebookFile.Load(folder.File("a.ipynb")).Cells[0].Outputs[0]).Text;
        Assert.Equal("a\ufffd b \ud83d\ude00 \u0000 \u001b[31mred", text);
    }

    [Fact]
    public void Lines_are_cut_where_python_cuts_them()
    {
        var lines = Lines.Split("a\nb\r\nc\rd\u2028e\u0085f").Select(line => line!.GetValue<string>());
        Assert.Equal(["a\n", "b\r\n", "c\r", "d\u2028", "e\u0085", "f"], lines);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "", "is empty" },
        { "[]", "its top is not an object" },
        { "{\"a\": 1}", "no \"nbformat\" number: it is JSON, but no notebook" },
        { "{\"cells\": [], \"metadata\": {}, \"nbformat\": 4", "is cut off: its JSON breaks off at line 1" },
        { "{\"cells\": [], \"metadata\": {}, \"nbfor", "is cut off: its JSON breaks off at line 1" },
        { "{\"cells\": [], metadata: {}}", "is not JSON: line 1, byte 15" },
        { "{\"nbformat\": 3, \"nbformat_minor\": 0, \"worksheets\": []}", "is of nbformat 3.0, which IPython wrote until 2015; 4.0 to 4.5 are read. Convert it with 'jupyter nbconvert" },
        { "{\"nbformat\": 5, \"nbformat_minor\": 1, \"cells\": []}", "is of nbformat 5.1, which is newer than this program" },
        { "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}}", "has no \"cells\"" },
        { "{\"nbformat\": 4, \"cells\": {}, \"metadata\": {}}", "the notebook has a \"cells\" that is Object, not a list" },
        { Cells("{\"cell_type\": \"heading\", \"source\": \"\"}"), "cell 1 is of cell_type \"heading\"; code, markdown and raw are known" },
        { Cells("{\"cell_type\": \"code\", \"source\": 3}"), "cell 1 has no \"source\" that is text or a list of lines" },
        { Cells("{\"cell_type\": \"code\", \"source\": \"\", \"id\": \"a b\"}"), "cell 1 has the id \"a b\"; an id has 1 to 64 letters" },
        { Cells("{\"cell_type\": \"raw\", \"source\": \"\", \"id\": \"a\"},{\"cell_type\": \"raw\", \"source\": \"\", \"id\": \"a\"}"), "two cells with the id \"a\" (cells 1 and 2)" },
        { Cells("{\"cell_type\": \"code\", \"source\": \"\", \"outputs\": [{\"output_type\": \"pyout\"}]}"), "cell 1, output 1 is of output_type \"pyout\"" },
        { "{\"cells\": [], \"cells\": []}", "is ambiguous: an object names one property twice" },
        { "{\n<<<<<<< ours\n \"cells\": []\n=======\n}", "holds the marks of an unfinished merge (line 2: \"<<<<<<< ours\")" },
    };

    static string Cells(string cells) => $"{{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {{}}, \"cells\": [{cells}]}}";

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_no_notebook_is_refused_with_the_place_and_the_cure(string text, string message)
    {
        var path = folder.File("bad.ipynb", text);
        var fault = Assert.Throws<DataFormatException>(() => NotebookFile.Load(path));
        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_of_a_notebook_is_told_as_a_cut()
    {
        for (var length = 1; length < AsJupyterWrites.Length - 2; length += 7)
        {
            var path = folder.File("cut.ipynb", AsJupyterWrites[..length]);
            var message = Assert.Throws<DataFormatException>(() => NotebookFile.Load(path)).Message;
            Assert.True(message.Contains("is cut off", StringComparison.Ordinal), $"{length}: {message}");
        }
    }

    [Fact]
    public void A_byte_order_mark_is_refused_with_the_command_that_removes_it()
    {
        var path = folder.File("bom.ipynb");
        File.WriteAllText(path, AsJupyterWrites, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var fault = Assert.Throws<DataFormatException>(() => NotebookFile.Load(path));
        Assert.Contains("starts with a byte order mark (EF BB BF), which no Jupyter reads. Remove it: sed -i", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_encodings_are_refused_by_name()
    {
        var path = folder.File("wide.ipynb");
        File.WriteAllText(path, AsJupyterWrites, Encoding.Unicode);
        Assert.Contains("is UTF-16", Assert.Throws<DataFormatException>(() => NotebookFile.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. "{\"a\": \""u8, 0xE9, .. "\"}"u8]);
        Assert.Contains("is not UTF-8: the byte at offset 7", Assert.Throws<DataFormatException>(() => NotebookFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_notebook_is_a_slip_of_the_user()
    {
        var fault = Assert.Throws<UsageException>(() => NotebookFile.Load(folder.File("none.ipynb")));
        Assert.Contains("There is no notebook at", fault.Message, StringComparison.Ordinal);
    }
}
