using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

// The fields are named as the authors name them: the names are those of the state_dict.

/// <summary>
/// Brings a block's input to its channels and resolution: an average of 2 x 2 where the resolution is halved, then a 1 x 1 convolution and
/// a normalisation; nothing at all where both are right already.
/// </summary>
sealed class MedViTPatchEmbed : Module<Tensor, Tensor>
{
    readonly AvgPool2d? pool;
    readonly Conv2d? conv;
    readonly BatchNorm2d? norm;

    public MedViTPatchEmbed(long inputs, long outputs, long stride)
        : base("patch_embed")
    {
        if (stride == 1 && inputs == outputs) return;
        if (stride == 2) pool = AvgPool2d(2, 2, ceil_mode: true, count_include_pad: false);
        (conv, norm) = (Conv2d(inputs, outputs, 1, bias: false), BatchNorm2d(outputs));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        if (conv is null) return input.alias();
        using var scope = NewDisposeScope();
        return norm!.call(conv.call(pool is null ? input : pool.call(input))).MoveToOuterDisposeScope();
    }
}

/// <summary>Multi-head convolutional attention: a 3 x 3 convolution in groups of 32 channels, and a projection.</summary>
sealed class MedViTConvolutionalAttention : Module<Tensor, Tensor>
{
    readonly Conv2d group_conv3x3, projection;
    readonly BatchNorm2d norm;

    public MedViTConvolutionalAttention(long channels, long headDimension)
        : base("mhca")
    {
        group_conv3x3 = Conv2d(channels, channels, 3, padding: 1, groups: channels / headDimension, bias: false);
        (norm, projection) = (BatchNorm2d(channels), Conv2d(channels, channels, 1, bias: false));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return projection.call(norm.call(group_conv3x3.call(input)).relu_()).MoveToOuterDisposeScope();
    }
}

/// <summary>Squeeze and excitation: each channel is weighed by what all channels are on average.</summary>
sealed class MedViTSqueezeExcitation : Module<Tensor, Tensor>
{
    readonly Sequential fc;

    public MedViTSqueezeExcitation(long channels, long squeezed)
        : base("se")
    {
        fc = Sequential(Linear(channels, squeezed), ReLU(), Linear(squeezed, channels), Hardsigmoid());
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var weights = fc.call(input.mean([2, 3]));
        return (input * weights.unsqueeze(2).unsqueeze(3)).MoveToOuterDisposeScope();
    }
}

/// <summary>The local feed-forward network: a wider layer with a depth-wise 3 x 3 convolution and squeeze and excitation, beside a shortcut.</summary>
sealed class MedViTFeedForward : Module<Tensor, Tensor>
{
    readonly Sequential conv;

    public MedViTFeedForward(long channels, long expansion)
        : base("conv")
    {
        var hidden = channels * expansion;
        conv = Sequential(
            Conv2d(channels, hidden, 1, bias: false), BatchNorm2d(hidden), Hardswish(),
            Conv2d(hidden, hidden, 3, padding: 1, groups: hidden, bias: false), BatchNorm2d(hidden), Hardswish(),
            new MedViTSqueezeExcitation(hidden, expansion),
            Conv2d(hidden, channels, 1, bias: false), BatchNorm2d(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => conv.call(input).add_(input);
}

/// <summary>Efficient multi-head self-attention over the positions; keys and values come from averages over runs of positions.</summary>
sealed class MedViTSelfAttention : Module<Tensor, Tensor>
{
    readonly Linear q, k, v, proj;
    readonly AvgPool1d? reduce;
    readonly BatchNorm1d? norm;
    readonly long heads;

    public MedViTSelfAttention(long channels, long headDimension, int reduction)
        : base("e_mhsa")
    {
        heads = channels / headDimension;
        (q, k, v, proj) = (Linear(channels, channels), Linear(channels, channels), Linear(channels, channels), Linear(channels, channels));
        if (reduction > 1) (reduce, norm) = (AvgPool1d(reduction * reduction, reduction * reduction), BatchNorm1d(channels));
        RegisterComponents();
    }

    /// <param name="input">[N, positions, channels].</param>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var (count, positions, channels) = (input.shape[0], input.shape[1], input.shape[2]);
        var around = reduce is null ? input : norm!.call(reduce.call(input.transpose(1, 2))).transpose(1, 2);
        Tensor Heads(Tensor tensor) => tensor.reshape(count, -1, heads, channels / heads).transpose(1, 2);
        var attention = Heads(q.call(input)).matmul(Heads(k.call(around)).transpose(2, 3)).mul(1 / Math.Sqrt((double)channels / heads)).softmax(-1);
        return proj.call(attention.matmul(Heads(v.call(around))).transpose(1, 2).reshape(count, positions, channels)).MoveToOuterDisposeScope();
    }
}

/// <summary>Leaves a branch out for some images of a training batch (stochastic depth), and scales it for the others.</summary>
sealed class MedViTDropPath(double share) : Module<Tensor, Tensor>("drop_path")
{
    public override Tensor forward(Tensor input)
    {
        if (!training || share == 0) return input.alias();
        using var scope = NewDisposeScope();
        var kept = rand([input.shape[0], .. Enumerable.Repeat(1L, (int)input.ndim - 1)], input.dtype, input.device).ge(share).to(input.dtype).div(1 - share);
        return (input * kept).MoveToOuterDisposeScope();
    }
}
