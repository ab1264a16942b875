using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Running;

public sealed class CellNamesTests
{
    [Theory]
    [InlineData("int a = 1, b; string P => \"\"; void F() { var local = 1; } class C { int field; } enum E { X } delegate void D();", "a b P F C E D")]
    [InlineData("var (x, (y, _)) = (1, (2, 3)); int.TryParse(\"1\", out var z); if (o is string s) { }", "x y z s")]
    [InlineData("for (var i = 0; i < 3; i++) { var inner = i; } Console.WriteLine(1);", "")]
    public void What_later_cells_can_name_is_declared(string source, string names) =>
        Assert.Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(), CellNames.Read(source)!.Declared.Where(name => name != "_").Order());

    [Theory]
    [InlineData("seed = 2;", "seed")]
    [InlineData("seed++;", "seed")]
    [InlineData("list[0] = 1;", "list")]
    [InlineData("model.Options.Depth += 1;", "model")]
    [InlineData("Read(ref seed);", "seed")]
    [InlineData("int.TryParse(\"1\", out seed);", "seed")]
    [InlineData("(var a, seed) = (1, 2);", "seed")]
    [InlineData("foreach (var row in rows) { var n = 0; n++; } total -= 1;", "total")]
    [InlineData("var n = 0; n++; var c = new Options { Depth = 3 }; foreach (var r in rows) { r.Value = 1; } _ = c;", null)]
    [InlineData("int Twice(int x) { x *= 2; return x; } try { } catch (Exception e) { e.Data[1] = 2; }", null)]
    public void A_variable_of_another_cell_that_is_written_to_is_found(string source, string? name) => Assert.Equal(name, CellNames.Read(source)!.Changes);

    [Theory]
    [InlineData("using System.Xml;", true, false)]
    [InlineData("#r \"a.dll\"", true, false)]
    [InlineData("#r \"nuget: A, 1.0\"", true, false)]
    [InlineData("#load \"a.csx\"", true, true)]
    [InlineData("#!import \"a.ipynb\"", true, true)]
    [InlineData("#!time\nvar x = 1;", false, false)]
    public void What_opens_something_to_later_cells_is_found(string source, bool opens, bool runsOthers)
    {
        var names = CellNames.Read(source)!;
        Assert.Equal((opens, runsOthers), (names.OpensSomething, names.RunsOthers));
    }

    [Fact]
    public void What_no_compiler_reads_has_no_names()
    {
        Assert.Null(CellNames.Read("#!html\n<b>x</b>"));
        Assert.Null(CellNames.Read("#!nonsense"));
    }
}
