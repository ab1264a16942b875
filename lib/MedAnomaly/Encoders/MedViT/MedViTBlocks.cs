using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Encoders;

/// <summary>An efficient convolution block: convolutional attention, then the local feed-forward network, each beside a shortcut.</summary>
sealed class MedViTConvolutionBlock : Module<Tensor, Tensor>
{
    const int Expansion = 3;

    readonly MedViTPatchEmbed patch_embed;
    readonly MedViTConvolutionalAttention mhca;
    readonly MedViTDropPath drop;
    readonly BatchNorm2d norm;
    readonly MedViTFeedForward conv;

    public MedViTConvolutionBlock(long inputs, long outputs, long stride, double pathDropout)
        : base("ecb")
    {
        patch_embed = new(inputs, outputs, stride);
        mhca = new(outputs, MedViT.HeadDimension);
        drop = new(pathDropout);
        norm = BatchNorm2d(outputs);
        conv = new(outputs, Expansion);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = patch_embed.call(input);
        x = x + drop.call(mhca.call(x));
        return (x + conv.call(norm.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// A local transformer block: self-attention on three quarters of the channels, convolutional attention on the rest, which is a projection
/// of them, then the local feed-forward network.
/// </summary>
sealed class MedViTTransformerBlock : Module<Tensor, Tensor>
{
    const int Expansion = 2;
    const double AttentionShare = 0.75;

    readonly MedViTPatchEmbed patch_embed, projection;
    readonly BatchNorm2d norm1, norm2;
    readonly MedViTSelfAttention e_mhsa;
    readonly MedViTConvolutionalAttention mhca;
    readonly MedViTDropPath attentionDrop, convolutionDrop;
    readonly MedViTFeedForward conv;

    public MedViTTransformerBlock(long inputs, long outputs, long stride, int reduction, double pathDropout)
        : base("ltb")
    {
        var attended = (long)(outputs * AttentionShare) / MedViT.HeadDimension * MedViT.HeadDimension;
        patch_embed = new(inputs, attended, stride);
        norm1 = BatchNorm2d(attended);
        e_mhsa = new(attended, MedViT.HeadDimension, reduction);
        projection = new(attended, outputs - attended, 1);
        mhca = new(outputs - attended, MedViT.HeadDimension);
        norm2 = BatchNorm2d(outputs);
        conv = new(outputs, Expansion);
        (attentionDrop, convolutionDrop) = (new(pathDropout * AttentionShare), new(pathDropout * (1 - AttentionShare)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = patch_embed.call(input);
        var (height, width) = (x.shape[2], x.shape[3]);
        var positions = norm1.call(x).flatten(2).transpose(1, 2);
        var attention = attentionDrop.call(e_mhsa.call(positions)).transpose(1, 2);
        x = x + attention.reshape(x.shape[0], x.shape[1], height, width);
        var local = projection.call(x);
        x = cat([x, local + convolutionDrop.call(mhca.call(local))], 1);
        return (x + conv.call(norm2.call(x))).MoveToOuterDisposeScope();
    }
}
