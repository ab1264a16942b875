using System.Runtime.InteropServices;
using static TorchSharp.torch;
using static TorchSharp.torch.TensorIndex;

namespace TorchSharp.Tests.Tensors;

public sealed class TensorTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Arrays_of_every_type_come_back()
    {
        Assert.Equal([1f, 2f], tensor(new[] { 1f, 2f }).data<float>().ToArray());
        Assert.Equal([1d, 2d], tensor(new[] { 1d, 2d }).data<double>().ToArray());
        Assert.Equal([1L, 2L], tensor(new[] { 1L, 2L }).data<long>().ToArray());
        Assert.Equal([1, 2], tensor(new[] { 1, 2 }).data<int>().ToArray());
        Assert.Equal([(short)1], tensor(new[] { (short)1 }).data<short>().ToArray());
        Assert.Equal([(byte)200], tensor(new[] { (byte)200 }).data<byte>().ToArray());
        Assert.Equal([(sbyte)-3], tensor(new[] { (sbyte)-3 }).data<sbyte>().ToArray());
        Assert.Equal([true, false], tensor(new[] { true, false }).data<bool>().ToArray());
        Assert.Equal([(Half)0.5], tensor(new[] { (Half)0.5 }).data<Half>().ToArray());
        Assert.Equal([1f, 2f, 3f, 4f], from_array(new float[,] { { 1, 2 }, { 3, 4 } }).data<float>().ToArray());
    }

    [Fact]
    public void An_array_that_is_too_short_for_the_shape_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => tensor(new[] { 1f, 2f, 3f }, [2, 2]));
        Assert.Equal("mismatched total size creating a tensor from an array: 4 vs. 3", error.Message);
    }

    [Fact]
    public void Data_of_another_type_is_refused_with_both_types()
    {
        var error = Assert.Throws<ArgumentException>(() => ones(2).data<double>());
        Assert.Equal("Double is not compatible with Float32", error.Message);
    }

    [Fact]
    public void Data_of_a_transposed_tensor_is_in_row_major_order()
    {
        var x = arange(6).reshape(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], x.data<long>().ToArray());
        Assert.Equal(4, x.data<long>()[1, 1]);
        Assert.Equal([1L, 4], x.data<long>().Skip(2).Take(2));
        var target = new long[2];
        x.data<long>().CopyTo(target, tensorIndex: 4);
        Assert.Equal([2L, 5], target);
    }

    [Fact]
    public void Item_wants_exactly_one_element()
    {
        Assert.Equal(3f, full(1, 3.0, float32).item<float>());
        var error = Assert.Throws<ArgumentException>(() => ones(2, 3).item<float>());
        Assert.Equal("Number of elements in the tensor must be 1, but the tensor has the shape [2, 3]", error.Message);
    }

    [Fact]
    public void A_tensor_over_an_array_shares_its_memory_and_lets_it_go()
    {
        var array = new float[4];
        var x = frombuffer(array, float32, offset: 1);
        x.add_(2);
        Assert.Equal([0f, 2f, 2f, 2f], array);
        array[3] = 9;
        Assert.Equal(9f, x[2].item<float>());
    }

    [Fact]
    public void Index_expressions_are_numpys()
    {
        var x = arange(24).reshape(2, 3, 4);
        Assert.Equal(23, x[1, 2, 3].item<long>());
        Assert.Equal(23, x[^1, ^1, ^1].item<long>());
        Assert.Equal([3L, 4], x[0].shape);
        Assert.Equal([2L, 2], x[.., 1, 1..3].shape);
        Assert.Equal([2L, 1, 3, 2], x[Colon, None, Colon, Slice(null, null, 2)].shape);
        Assert.Equal([2L, 3], x[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal(12, x[x % 2 == 0].numel());
        Assert.Equal([2L, 3], x[Colon, TensorIndex.Tensor(tensor(new[] { 0L, 2L, 1L })), 0].shape);
    }

    [Fact]
    public void Indexed_places_can_be_written()
    {
        var x = zeros(3, 3);
        x[0] = ones(3);
        x[1, 2] = tensor(5f);
        x[2..] = tensor(7f);
        x.index_put_(4, Single(1), Single(0));
        Assert.Equal([1f, 1, 1, 4, 0, 5, 7, 7, 7], x.data<float>().ToArray());
        x[x > 4] = tensor(0f);
        Assert.Equal(7, x.sum().item<float>());
    }

    [Fact]
    public void An_index_out_of_range_is_libtorchs_exception()
    {
        var error = Assert.Throws<ExternalException>(() => ones(3)[5]);
        Assert.StartsWith("index 5 is out of bounds for dimension 0 with size 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Operators_take_numbers_on_either_side()
    {
        var x = tensor(new[] { 1f, 2f });
        Assert.Equal([3f, 5f], (x * 2 + 1).data<float>().ToArray());
        Assert.Equal([2f, 1f], (2 / x).data<float>().ToArray());
        Assert.Equal([0.5f, -0.5f], (1.5 - x).data<float>().ToArray());
        Assert.Equal([true, false], (x < 1.5).data<bool>().ToArray());
        Assert.Equal([-1f, -2f], (-x).data<float>().ToArray());
        Assert.Equal(float32, (x * 2.5).dtype);
        Assert.Equal(int64, (arange(3) * 2).dtype);
    }

    [Fact]
    public void Types_and_devices_have_their_names()
    {
        var x = ones(2, 3, int32);
        Assert.Equal((int32, 4L, 6L), (x.dtype, x.element_size(), x.numel()));
        Assert.Equal("cpu", x.device.ToString());
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal("'gpu' is no device. Known are 'cpu', 'cuda' and 'cuda:N'. (Parameter 'description')",
            Assert.Throws<ArgumentException>(() => new Device("gpu")).Message);
        Assert.Throws<ArgumentException>(() => new Device("cuda:x"));
        Assert.Equal("[2x3], type = Int32, device = cpu", x.ToString());
        Assert.Equal(float32, result_type(ones(1), ones(1, int64)));
        Assert.Equal(float64, promote_types(float32, float64));
    }

    [Fact]
    public void Without_a_device_CUDA_says_so()
    {
        if (cuda.is_available()) Assert.Skip("this machine has a CUDA device");
        Assert.Equal(0, cuda.device_count());
        var error = Assert.Throws<InvalidOperationException>(() => ones(1).cuda());
        Assert.Contains("Torch device type CUDA did not initialise on the current machine", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Printing_shows_the_edges_of_what_is_large()
    {
        var small = tensor(new[] { 1f, 0.5f, -2f, 10f }, [2, 2]);
        Assert.Equal("[[  1 0.5]\n [ -2  10]]", small.npstr());
        var large = arange(2000);
        Assert.Equal("[   0    1    2 ... 1997 1998 1999]", large.npstr());
        Assert.Equal("[true false]", tensor(new[] { true, false }).npstr().Replace("  ", " ", StringComparison.Ordinal).Replace("[ ", "[",
            StringComparison.Ordinal));
        Assert.StartsWith("[2x2], type = Float32, device = cpu\n", small.str(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gradient_mode_belongs_to_the_block_that_sets_it()
    {
        var x = ones(2).requires_grad_();
        Assert.True((x * 2).requires_grad);
        using (no_grad())
        {
            Assert.False((x * 2).requires_grad);
            using (enable_grad()) Assert.True((x * 2).requires_grad);
            Assert.False(is_grad_enabled());
        }
        Assert.True(is_grad_enabled());
        using (inference_mode()) Assert.True(is_inference_mode_enabled());
        Assert.False(is_inference_mode_enabled());
    }

    [Fact]
    public void An_unused_input_has_no_gradient_where_that_is_allowed()
    {
        var (x, y) = (ones(2).requires_grad_(), ones(2).requires_grad_());
        Assert.Null(autograd.grad([x.sum()], [x, y], allow_unused: true)[1]);
        Assert.Throws<ExternalException>(() => autograd.grad([x.sum()], [y]));
    }

    [Fact]
    public void A_parameter_takes_over_the_memory_of_its_tensor()
    {
        var data = ones(2);
        var parameter = nn.Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(scope.Contains(parameter));
        Assert.True(parameter.requires_grad);
    }
}
