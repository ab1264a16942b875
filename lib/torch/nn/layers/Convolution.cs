using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What convolutions of every dimension share: weight, bias, padding.</summary>
public abstract class Convolution : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = nameof(weight))] protected Parameter? _weight;
    [ComponentName(Name = nameof(bias))] protected Parameter? _bias;

    /// <summary>The padding as functional.pad wants it: last dimension first, each value twice.</summary>
    protected long[] _reversed_padding_repeated_twice = [];

    protected Convolution(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding,
        Padding? padding_type,
        long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null,
            ScalarType? dtype = null) : base(name)
    {
        if (transposed && padding_mode != PaddingModes.Zeros)
            throw new ArgumentException("Only PaddingModes.Zeros is supported for ConvTransposeND", nameof(padding_mode));
        if (groups <= 0 || in_channels % groups != 0 || out_channels % groups != 0)
            throw new ArgumentException($"in_channels ({in_channels}) and out_channels ({out_channels}) must be divisible by groups ({groups})");
        this.in_channels = in_channels;
        this.out_channels = out_channels;
        this.kernel_size = kernel_size;
        this.stride = stride;
        this.dilation = dilation;
        this.transposed = transposed;
        this.output_padding = output_padding;
        this.groups = groups;
        this.padding_mode = padding_mode;
        if (padding_type is { } type) SetPadding(type);
        else SetPadding(padding ?? new long[kernel_size.Length]);
        var (first, second) = transposed ? (in_channels, out_channels / groups) : (out_channels, in_channels / groups);
        weight = nn.Parameter(empty([first, second, .. kernel_size], dtype, device));
        if (bias) this.bias = nn.Parameter(empty(out_channels, dtype, device));
        reset_parameters();
    }

    public long in_channels { get; }
    public long out_channels { get; }
    public long[] kernel_size { get; set; }
    public long[] stride { get; set; }
    public long[]? padding { get; private set; }
    public Padding? padding_type { get; private set; }
    public PaddingModes padding_mode { get; set; }
    public long[] dilation { get; set; }
    public bool transposed { get; }
    public long[] output_padding { get; set; }
    public long groups { get; set; }

    public Parameter weight
    {
        get => _weight!;
        set => SetParameter(ref _weight, value ?? throw new ArgumentNullException(nameof(value)), nameof(weight));
    }

    public Parameter? bias
    {
        get => _bias;
        set => SetParameter(ref _bias, value, nameof(bias));
    }

    public void reset_parameters() => nn.init.Layer(weight, bias);

    public void SetPadding(long[] padding)
    {
        padding_type = null;
        this.padding = padding;
        _reversed_padding_repeated_twice = [.. padding.Reverse().SelectMany(n => new[] { n, n })];
    }

    public void SetPadding(Padding padding)
    {
        if (transposed) throw new ArgumentException("Cannot set padding type on ConvTransposeND");
        if (padding == Padding.Same && stride.Any(n => n != 1))
            throw new ArgumentException("padding='same' is not supported for strided convolutions");
        this.padding = null;
        padding_type = padding;
        var total = kernel_size.Select((n, d) => padding == Padding.Same ? dilation[d] * (n - 1) : 0);
        _reversed_padding_repeated_twice = [.. total.Reverse().SelectMany(n => new[] { n / 2, n - n / 2 })];
    }

    /// <summary>Whether the input has this layer's channels, with or without a batch dimension before them.</summary>
    protected bool ValidateShape(Tensor input, long dimensions)
    {
        var shape = input.shape;
        return (shape.Length == dimensions + 2 && shape[1] == in_channels) || (shape.Length == dimensions + 1 && shape[0] == in_channels);
    }

    /// <summary>The forward pass with the padding as its mode wants it.</summary>
    private protected Tensor Convolve(Tensor input, int dimensions, Func<Tensor, long[], Tensor> padded,
        Func<Tensor, Padding, Tensor> named)
    {
        if (!ValidateShape(input, dimensions))
            throw new ArgumentException($"Expected {dimensions + 1}D (unbatched) or {dimensions + 2}D (batched) input with {in_channels} channels to {GetName()}.");
        if (padding_mode == PaddingModes.Zeros) return padding_type is { } type ? named(input, type) : padded(input, padding!);
        using var border = nn.functional.pad(input, _reversed_padding_repeated_twice, padding_mode);
        return padded(border, new long[dimensions]);
    }
}

/// <summary>The adjoint of a strided convolution: what makes an image larger.</summary>
public abstract class ConvolutionTranspose : Convolution
{
    protected ConvolutionTranspose(string name, long in_channels, long out_channels, long[] kernel_size, long[] stride, long[]? padding,
        Padding? padding_type,
        long[] dilation, bool transposed, long[] output_padding, long groups, bool bias, PaddingModes padding_mode, Device? device = null,
            ScalarType? dtype = null)
        : base(name, in_channels, out_channels, kernel_size, stride, padding, padding_type, dilation, transposed, output_padding, groups,
            bias, padding_mode, device, dtype) { }

    public override Tensor forward(Tensor input) => forward(input, null);

    /// <param name="input">Channels and spatial dimensions, with or without a batch before them.</param>
    /// <param name="output_size">The wanted size where several fit: a strided convolution takes inputs of several sizes to one.</param>
    public abstract Tensor forward(Tensor input, long[]? output_size);

    /// <exception cref="ArgumentException">No output padding gives the wanted size.</exception>
    protected long[] _output_padding(Tensor input, long[]? output_size, long[] kernel_size, long[] stride, long[] padding, long[] dilation,
        long num_spatial_dims)
    {
        if (output_size is null) return output_padding;
        var n = (int)num_spatial_dims;
        var size = input.shape[^n..];
        var wanted = output_size[^n..];
        var result = new long[n];
        for (var d = 0; d < n; d++)
        {
            var least = (size[d] - 1) * stride[d] - 2 * padding[d] + dilation[d] * (kernel_size[d] - 1) + 1;
            var most = least + stride[d] - 1;
            if (wanted[d] < least || wanted[d] > most)
                throw new ArgumentException($"requested an output size of {wanted[d]}, but valid sizes range from {least} to {most} (for an input of {size[d]})", nameof(output_size));
            result[d] = wanted[d] - least;
        }
        return result;
    }
}
