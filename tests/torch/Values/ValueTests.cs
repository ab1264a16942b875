using System.Reflection;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Values;

/// <summary>The binding's values against Python's torch, bit for bit where libtorch, instruction set and processor are the same.</summary>
public sealed class ValueTests(ITestOutputHelper output)
{
    static readonly Dictionary<string, MethodInfo> cases = new[]
        { typeof(LayerCases), typeof(PointwiseCases), typeof(ReductionCases), typeof(ProductCases), typeof(RandomCases),
            typeof(TrainingCases) }
        .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        .Where(m => m.ReturnType == typeof(Tensor[]) && m.GetParameters().Length == 0 && char.IsAsciiLetterLower(m.Name[0]))
        .ToDictionary(m => m.Name, StringComparer.Ordinal);

    /// <summary>What PyTorch composes in Python, and composes differently since 2.0: Adam's running mean by lerp. TorchSharp does
    /// not.</summary>
    static readonly HashSet<string> composed = new(StringComparer.Ordinal) { "training_adam", "training_adam_amsgrad", "training_adamw" };

    public static TheoryData<string> Names => [.. cases.Keys.Order(StringComparer.Ordinal)];

    [Fact]
    public void Every_value_that_Python_computed_is_computed_here() =>
        Assert.Equal(Golden.File.Names.Order(StringComparer.Ordinal), cases.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_equal_the_golden_file(string name)
    {
        var bits = Golden.File.SameMachine;
        if (!bits) output.WriteLine($"within 1e-5 of the largest value, not bit for bit: the file was made with {Golden.File.Made}");
        Compare(name, Golden.File, bits);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Values_equal_Pythons_on_this_machine_bit_for_bit(string name)
    {
        if (Golden.Live is not { } live)
        {
            Assert.Skip($"/usr/bin/python3 has no torch {__version__}");
            return;
        }
        Compare(name, live, bits: __version__.StartsWith("1.", StringComparison.Ordinal) || !composed.Contains(name));
    }

    [Fact]
    public void A_modules_names_are_Pythons()
    {
        using var net = new Net();
        Assert.Equal(Golden.File.StateNames, net.state_dict().Keys);
    }

    static void Compare(string name, Golden golden, bool bits)
    {
        var threads = get_num_threads();
        set_num_threads(1);   // a sum over two threads is another sum
        using var scope = NewDisposeScope();
        try
        {
            var ours = (Tensor[])cases[name].Invoke(null, null)!;
            var theirs = golden.Tensors(name);
            Assert.Equal(theirs.Count, ours.Length);
            for (var i = 0; i < ours.Length; i++) Compare($"{name}[{i}]", ours[i], theirs[i], bits);
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    static void Compare(string name, Tensor ours, (string type, long[] shape, byte[] bits) theirs, bool bits)
    {
        Assert.Equal(theirs.shape, ours.shape);
        Assert.Equal(TypeOf(theirs.type), ours.dtype);
        var rows = ours.detach().contiguous();
        if (rows.bytes.SequenceEqual(theirs.bits)) return;
        var expected = rows.empty_like();
        expected.bytes = theirs.bits;
        var difference = (rows.to(float64) - expected.to(float64)).abs();
        var at = difference.argmax().item<long>();
        Assert.False(bits, $"{name}: not the same bits; the largest difference is {difference.max().item<double>():g3} at element {at}");
        var scale = Math.Max(1, expected.to(float64).abs().nan_to_num().max().item<double>());
        Assert.True(rows.to(float64).allclose(expected.to(float64), rtol: 1e-5, atol: 1e-5 * scale, equal_nan: true),
            $"{name}: {difference.max().item<double>():g3} apart at element {at}");
    }

    static ScalarType TypeOf(string name) => name switch
    {
        "float32" => float32,
        "float64" => float64,
        "bfloat16" => bfloat16,
        "int64" => int64,
        "int32" => int32,
        "bool" => @bool,
        _ => throw new ArgumentException($"unknown type {name}"),
    };
}
