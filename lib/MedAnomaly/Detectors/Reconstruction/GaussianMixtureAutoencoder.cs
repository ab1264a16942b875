using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Detectors;

/// <summary>
/// DAGMM, the deep autoencoding Gaussian mixture model of source 001 (section 2.4; Zong et al. 2018): an autoencoder leaves a few numbers of an
/// image; with its relative residual and the cosine of image and reconstruction they are a point, for which a small network guesses the
/// component of a Gaussian mixture. The score is the point's energy, its negative log-likelihood under the mixture of the training images.
/// </summary>
/// <remarks>
/// The energy has the whole normalisation, √|2πΣ|, by Cholesky factors; a popular port's has √(2π |Σ|), which is wrong above one dimension. The
/// autoencoder is that of <see cref="ConvolutionalAutoencoder"/> with a narrower bottleneck, since the original's is made for tables.
/// </remarks>
public sealed class GaussianMixtureAutoencoder : ReconstructionNetwork
{
    /// <summary>On the diagonals of covariances, which are those of few images and may be singular.</summary>
    const double Ridge = 1e-6;

    const double Tiny = 1e-10;
    const int Hidden = 10;

    readonly ConvolutionalAutoencoder autoencoder;
    readonly Sequential estimation;
    readonly Tensor shares, means, factors;
    readonly string sizes;

    /// <summary>A model with random weights.</summary>
    /// <param name="imageSize">Height and width of the images, a multiple of 16.</param>
    /// <param name="channels">1 for grey images, 3 for coloured ones.</param>
    /// <param name="latentDimension">Numbers that an image becomes; a point has two more.</param>
    /// <param name="components">K: Gaussians of the mixture.</param>
    /// <param name="dropout">The share of values that training leaves out after each block; the small network leaves out half.</param>
    /// <param name="seed">Of the weights; torch's generator starts anew from it.</param>
    /// <exception cref="UsageException">A size makes no sense.</exception>
    public GaussianMixtureAutoencoder(int imageSize = 64, int channels = 1, int latentDimension = 8, int components = 4, double dropout = 0.1, int seed = 0)
        : base("DAGMM", imageSize, channels, factor: 16, seed)
    {
        if (components < 1) throw new UsageException($"DAGMM needs components; got {components}.");
        autoencoder = new(imageSize, channels, latentDimension, dropout, seed);
        var size = latentDimension + 2;
        estimation = Sequential(Linear(size, Hidden), Tanh(), Dropout(0.5), Linear(Hidden, components), Softmax(1));
        using var scope = NewDisposeScope();
        shares = (ones(components) / components).DetachFromDisposeScope();
        means = zeros(components, size).DetachFromDisposeScope();
        factors = eye(size).repeat(components, 1, 1).DetachFromDisposeScope();
        sizes = FormattableString.Invariant($"{components} components, λ = {EnergyWeight} and {CovarianceWeight}, on {autoencoder.Architecture}");
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override string Architecture => $"DAGMM of {sizes}";

    /// <summary>λ1 of the original: how much the mean energy weighs.</summary>
    public static double EnergyWeight => 0.1;

    /// <summary>λ2 of the original: how much the sum of 1 / Σ_kjj weighs.</summary>
    public static double CovarianceWeight => 0.005;

    /// <summary>The autoencoder's reconstruction.</summary>
    public override Tensor forward(Tensor input) => autoencoder.call(input);

    internal override Tensor Scores(Tensor images) => Energies(Points(images).Points, new(shares, means, factors));

    internal override void Settle(Tensor training)
    {
        var parts = Format.Parts(training, shares.device, default).Select(entry => Points(entry.Part).Points.MoveToOuterDisposeScope()).ToList();
        var points = cat(parts);
        var (mixture, _) = Fit(points, estimation.call(points));
        shares.copy_(mixture.Shares);
        means.copy_(mixture.Means);
        factors.copy_(mixture.Factors);
    }

    /// <summary>φ [K], μ [K, D] and the Cholesky factors of Σ [K, D, D].</summary>
    internal sealed record Mixture(Tensor Shares, Tensor Means, Tensor Factors);

    /// <summary>The points [N, D] of images, and their reconstructions.</summary>
    internal (Tensor Points, Tensor Reconstructions) Points(Tensor images)
    {
        var latents = autoencoder.Encode(images);
        var back = autoencoder.Decode(latents);
        var (x, y) = (images.flatten(1), back.flatten(1));
        var length = Norm(x);
        var residual = Norm(x - y) / length.clamp_min(Tiny);
        var cosine = (x * y).sum(1) / (length * Norm(y)).clamp_min(Tiny);
        return (cat([latents, residual.unsqueeze(1), cosine.unsqueeze(1)], 1), back);
    }

    /// <summary>The mixture by memberships [N, K] of points, and the sum of 1 / Σ_kjj.</summary>
    internal static (Mixture Mixture, Tensor Inverses) Fit(Tensor points, Tensor memberships)
    {
        var weights = memberships.sum([0L]);
        var centers = memberships.t().mm(points) / weights.unsqueeze(1);
        var apart = points.unsqueeze(0) - centers.unsqueeze(1);
        var covariances = (apart * memberships.t().unsqueeze(2)).transpose(1, 2).bmm(apart) / weights.view(-1, 1, 1)
            + eye(points.shape[1], device: points.device) * Ridge;
        return (new(weights / points.shape[0], centers, linalg.cholesky(covariances)), (1 / covariances.diagonal(0, 1, 2)).sum());
    }

    /// <summary>-log Σ_k φ_k N(z; μ_k, Σ_k) of points, [N].</summary>
    internal static Tensor Energies(Tensor points, Mixture mixture)
    {
        var apart = (points.unsqueeze(0) - mixture.Means.unsqueeze(1)).transpose(1, 2);
        var distances = linalg.solve(mixture.Factors, apart).square().sum(1);
        var logRoots = mixture.Factors.diagonal(0, 1, 2).log().sum(1);
        var logDensities = distances * -0.5 - (points.shape[1] * 0.5 * Math.Log(2 * Math.PI)) - logRoots.unsqueeze(1);
        return -((mixture.Shares + Tiny).log().unsqueeze(1) + logDensities).logsumexp(0);
    }

    internal override IReadOnlyList<(string Name, Tensor Value)> Losses(Tensor images)
    {
        var (points, back) = Points(images);
        var (mixture, inverses) = Fit(points, estimation.call(points));
        return
        [
            ("residual", functional.mse_loss(back, images)),
            ("energy", Energies(points, mixture).mean() * EnergyWeight),
            ("covariances", inverses * CovarianceWeight),
        ];
    }

    static Tensor Norm(Tensor rows) => (rows.square().sum(1) + Tiny).sqrt();
}
