using static TorchSharp.torch;

namespace TorchSharp.Tests.Layers;

public sealed class ModuleTests
{
    sealed class Block : nn.Module<Tensor, Tensor>
    {
        internal readonly TorchSharp.Modules.Linear first = nn.Linear(4, 3);
        internal readonly TorchSharp.Modules.Parameter scale = nn.Parameter(ones(3));
        internal readonly Tensor shift = zeros(3);
        internal readonly TorchSharp.Modules.ModuleList<nn.Module<Tensor, Tensor>> rest = nn.ModuleList<nn.Module<Tensor, Tensor>>(nn.Linear(3, 3), nn.ReLU());

        internal Block() : base(nameof(Block)) => RegisterComponents();

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input) * scale + shift;
            foreach (var module in rest) x = module.call(x);
            return x;
        }
    }

    [Fact]
    public void Fields_become_the_names_of_the_state_dictionary()
    {
        using var block = new Block();
        Assert.Equal(["scale", "shift", "first.weight", "first.bias", "rest.0.weight", "rest.0.bias"], block.state_dict().Keys);
        Assert.Equal(["scale", "first.weight", "first.bias", "rest.0.weight", "rest.0.bias"], block.named_parameters().Select(p => p.name));
        Assert.Equal(["first", "rest"], block.named_children().Select(c => c.name));
        Assert.Equal(["first", "rest", "rest.0", "rest.1"], block.named_modules().Select(c => c.name));
        Assert.Equal("shift", Assert.Single(block.named_buffers()).name);
        Assert.Same(block.first.weight, block.get_parameter("first.weight"));
        Assert.Null(block.get_parameter("first.nothing"));
    }

    [Fact]
    public void Training_mode_reaches_every_submodule()
    {
        using var block = new Block();
        block.eval();
        Assert.All(block.modules(), m => Assert.False(m.training));
        block.train();
        Assert.All(block.modules(), m => Assert.True(m.training));
    }

    [Fact]
    public void A_state_dictionary_that_does_not_fit_names_what_is_missing_and_what_is_not_expected()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        var state = new Dictionary<string, Tensor>(block.state_dict());
        state.Remove("scale");
        state["extra"] = ones(1);
        var error = Assert.Throws<InvalidOperationException>(() => block.load_state_dict(state));
        Assert.EndsWith("Missing: scale. Unexpected: extra.", error.Message, StringComparison.Ordinal);
        var (missing, unexpected) = block.load_state_dict(state, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["extra"], unexpected);
    }

    [Fact]
    public void A_value_of_another_shape_is_refused_with_both_shapes()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        var state = new Dictionary<string, Tensor>(block.state_dict()) { ["first.weight"] = ones(4, 4) };
        var error = Assert.Throws<InvalidOperationException>(() => block.load_state_dict(state));
        Assert.Equal("'first.weight' has the shape [4, 4] in the state_dict, but the module expects [3, 4].", error.Message);
    }

    [Fact]
    public void Conversion_keeps_the_objects_that_an_optimizer_holds()
    {
        using var scope = NewDisposeScope();
        using var block = new Block();
        var held = block.first.weight;
        block.call(ones(2, 4)).sum().backward();
        block.to(float64);
        Assert.Same(held, block.first.weight);
        Assert.Equal(float64, held.dtype);
        Assert.Equal(float64, held.grad!.dtype);
        Assert.True(held.requires_grad && held.is_leaf);
        Assert.Equal(float64, block.shift.dtype);
        Assert.Equal(float64, block.call(ones(2, 4, float64)).dtype);
        Assert.Throws<ArgumentException>(() => block.to(int64));
    }

    [Fact]
    public void Hooks_see_the_input_and_may_change_the_result_until_they_are_removed()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.ReLU();
        Tensor? seen = null;
        var before = layer.register_forward_pre_hook((_, x) => { seen = x; return x; });
        var after = layer.register_forward_hook((_, _, y) => y + 1);
        var input = tensor(new[] { -1f, 2f });
        Assert.Equal([1f, 3f], layer.call(input).data<float>().ToArray());
        Assert.Same(input, seen);
        before.remove();
        after.remove();
        Assert.Equal([0f, 2f], layer.call(input).data<float>().ToArray());
    }

    [Fact]
    public void Parameters_made_inside_a_scope_belong_to_their_layer()
    {
        TorchSharp.Modules.Conv2d conv;
        TorchSharp.Modules.BatchNorm2d norm;
        using (NewDisposeScope()) (conv, norm) = (nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2));
        Assert.False(conv.weight.IsInvalid);
        Assert.False(norm.running_mean!.IsInvalid);
        conv.Dispose();
        norm.Dispose();
    }

    [Fact]
    public void Disposing_a_module_disposes_all_that_it_learnt()
    {
        var block = new Block();
        var tensors = block.state_dict().Values.ToList();
        block.Dispose();
        Assert.All(tensors, t => Assert.True(t.IsInvalid));
    }

    [Fact]
    public void A_sequential_numbers_its_modules_and_disposes_what_lies_between()
    {
        using var scope = NewDisposeScope();
        using var chain = nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace: true), nn.Linear(4, 2));
        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], chain.state_dict().Keys);
        var before = scope.DisposablesCount;
        var result = chain.call(ones(3, 4));
        Assert.Equal([3L, 2L], result.shape);
        Assert.Equal(before + 2, scope.DisposablesCount);   // the input and the result
        Assert.Equal(2, chain[1..].Count);
    }

    [Fact]
    public void Files_in_TorchSharps_format_come_back_bit_for_bit()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var scope = NewDisposeScope();
            using var saved = new Block();
            using var loaded = new Block();
            saved.save(file);
            var names = new Dictionary<string, bool>();
            loaded.load(file, loadedParameters: names);
            Assert.All(names.Values, Assert.True);
            foreach (var (key, value) in saved.state_dict()) Assert.True(value.bytes.SequenceEqual(loaded.state_dict()[key].bytes), key);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused_before_memory_is_taken()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var scope = NewDisposeScope();
            ones(100).save(file);
            var bytes = File.ReadAllBytes(file);
            File.WriteAllBytes(file, bytes[..^10]);
            var error = Assert.Throws<InvalidDataException>(() => load(file));
            Assert.Equal("A tensor of shape [100] needs 400 bytes, but only 390 are left in the file: it is cut off or damaged.",
                error.Message);
            File.WriteAllBytes(file, [6, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f]);
            Assert.Throws<InvalidDataException>(() => load(file));
            File.WriteAllText(file, "<html>");
            Assert.Throws<InvalidDataException>(() => load(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void An_optimizers_state_comes_back_with_its_steps()
    {
        var file = Path.GetTempFileName();
        try
        {
            using var scope = NewDisposeScope();
            using var block = new Block();
            using var first = optim.Adam(block.parameters(), 0.05);
            block.call(ones(2, 4)).sum().backward();
            first.step();
            first.save_state_dict(file);
            using var second = optim.Adam(block.parameters(), 0.5);
            second.load_state_dict(file);
            Assert.Equal(0.05, second.ParamGroups.Single().LearningRate);
            Assert.All(first.state_dict().State.Zip(second.state_dict().State),
                pair => Assert.True(pair.First.ApproximatelyEquals(pair.Second)));
            using var other = optim.SGD(block.parameters(), 0.1);
            var error = Assert.Throws<InvalidDataException>(() => other.load_state_dict(file));
            Assert.Equal("Mismatched optimizer type: expected 'SGD', but found 'Adam' in the loaded stream.", error.Message);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
