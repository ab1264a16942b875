using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>The normal distribution that an encoder makes of each image.</summary>
static class LatentDistribution
{
    /// <summary>Latent vectors [N, J] of distributions with these means and logarithms of variances.</summary>
    /// <param name="mean">[N, J].</param>
    /// <param name="logVariance">[N, J].</param>
    /// <param name="noise">[N, J], standard normal: where in its distribution each vector lies; null for the mean.</param>
    public static Tensor Draw(Tensor mean, Tensor logVariance, Tensor? noise) => noise is null ? mean : mean + noise * (logVariance * 0.5).exp();

    /// <summary>The Kullback-Leibler divergence from the standard normal distribution, in nats, summed over all; source 002, section 2.1.</summary>
    public static Tensor Divergence(Tensor mean, Tensor logVariance) => (1 + logVariance - mean.square() - logVariance.exp()).sum() * -0.5;
}
