using MedAnomaly.Data.Simulation;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Brains;

/// <summary>
/// What source 002 (section 3.2.1) makes of a skull-stripped volume: intensities with mean 0 and standard deviation 1, divided by 3 and
/// clipped to [-1, 1]; and, its contribution, noise of the same distribution for background, so that black tissue is not what everything
/// black around the brain is.
/// </summary>
/// <remarks>
/// The source does not say over which voxels the mean is taken: the brain's here. Without noise the background is what normalisation makes
/// of black.
/// </remarks>
/// <param name="BackgroundNoise">Whether the background becomes noise.</param>
/// <param name="Seed">Of the noise, which depends on it and on the volume's name only.</param>
public sealed record BrainPreparation(bool BackgroundNoise = true, int Seed = 0)
{
    /// <summary>What the normalised intensities are divided by: 99.7 % of a normal distribution then lie in [-1, 1].</summary>
    const double Deviations = 3;

    /// <summary>Prepares a volume.</summary>
    /// <param name="volume">Skull-stripped, with a background of 0, in any orientation.</param>
    /// <param name="name">Names the brain in results; another name has other noise.</param>
    /// <exception cref="DataFormatException">Voxels are NaN or infinite, no background tells where the brain is, or all of the brain is equally bright.</exception>
    public PreparedBrain Prepare(Volume volume, string name)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ArgumentNullException.ThrowIfNull(name);
        var turned = volume.Reorient(PreparedBrain.Orientation);
        var inside = BrainMask.Of(turned, "A volume to prepare");
        var (mean, deviation) = Moments(turned.Voxels, inside);
        if (!(deviation > 0))
        {
            throw new DataFormatException(FormattableString.Invariant($"{volume.Source}: all brain voxels are {mean}. ")
                + "Intensities without spread cannot be normalised: give the scan itself, not a mask of it.");
        }
        var random = new RandomStream([Seed, .. name.Select(letter => (long)letter)]);
        var values = new float[inside.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var value = inside[i] || !BackgroundNoise ? (turned.Voxels[i] - mean) / deviation : random.Normal();
            values[i] = (float)Math.Clamp(value / Deviations, -1, 1);
        }
        return new(name, new(turned.Grid, values) { Source = volume.Source }, inside);
    }

    static (double Mean, double Deviation) Moments(float[] voxels, bool[] inside)
    {
        var (sum, count) = (0.0, 0L);
        for (var i = 0; i < voxels.Length; i++)
        {
            if (!inside[i]) continue;
            sum += voxels[i];
            count++;
        }
        var (mean, squares) = (sum / count, 0.0);
        for (var i = 0; i < voxels.Length; i++)
        {
            if (inside[i]) squares += (voxels[i] - mean) * (voxels[i] - mean);
        }
        return (mean, Math.Sqrt(squares / count));
    }
}
