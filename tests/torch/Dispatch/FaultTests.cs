using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Dispatch;

/// <summary>Nothing that C++ throws passes the C boundary: it becomes a managed exception and the process lives.</summary>
public sealed class FaultTests
{
    static string MessageOf(int kind) => Assert.Throws<ExternalException>(() => Native.Check(Native.mt_throw(kind))).Message;

    [Fact]
    public void Bad_alloc_becomes_a_managed_exception() => Assert.Equal("out of memory in native code (std::bad_alloc)", MessageOf(0));

    [Fact]
    public void A_logic_error_becomes_a_managed_exception() => Assert.Equal("a logic error, thrown on purpose", MessageOf(1));

    [Fact]
    public void A_thrown_int_becomes_a_managed_exception_that_names_its_type() =>
        Assert.Equal("a C++ exception of type 'int'", MessageOf(2));

    [Fact]
    public void A_torch_error_becomes_a_managed_exception() =>
        Assert.StartsWith("a torch error, thrown on purpose", MessageOf(3), StringComparison.Ordinal);

    [Fact]
    public void Shapes_that_do_not_fit_are_an_exception_with_libtorchs_message()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ExternalException>(() => zeros(2, 3).mm(zeros(2, 3)));
        Assert.Equal("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
    }

    [Fact]
    public void An_impossible_allocation_is_an_exception()
    {
        var error = Assert.Throws<ExternalException>(() => empty(1L << 50));
        Assert.Contains("memory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_operator_is_named()
    {
        var error = Assert.Throws<ExternalException>(() => TorchSharp.Dispatch.Call("no_such_operator"));
        Assert.Contains("aten::no_such_operator", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_argument_is_named_with_its_type()
    {
        using var x = ones(2);
        var error = Assert.Throws<ExternalException>(() => TorchSharp.Dispatch.Call("add.Tensor", x, "two"));
        Assert.StartsWith("aten::add.Tensor: argument 'other' is Tensor, got str", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_argument_is_named()
    {
        using var x = ones(2);
        var error = Assert.Throws<ExternalException>(() => TorchSharp.Dispatch.Call("add.Tensor", x));
        Assert.StartsWith("aten::add.Tensor: argument 'other' (Tensor) is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_libtorch_than_the_one_built_against_is_refused_with_both_versions()
    {
        var error = Assert.Throws<DllNotFoundException>(() => Shim.RequireSame("1.13.0", "2.6.0+cu124"));
        Assert.Contains("built against libtorch 1.13.0", error.Message, StringComparison.Ordinal);
        Assert.Contains("libtorch 2.6.0+cu124 is loaded", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.6.0", "2.6.0+cpu")]
    [InlineData("1.13.0a0", "1.13.0")]
    public void The_same_version_under_two_spellings_is_accepted(string built, string running) => Shim.RequireSame(built, running);

    [Fact]
    public void The_version_built_against_stands_in_the_file_and_is_the_one_that_runs()
    {
        var built = Shim.BuiltVersion(Path.Combine(AppContext.BaseDirectory, "libmedanomaly_torch.so"));
        Assert.NotNull(built);
        Assert.Equal(__version__, built);
    }
}
