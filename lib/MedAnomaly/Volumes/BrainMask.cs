namespace MedAnomaly.Volumes;

/// <summary>Which voxels of a skull-stripped volume are brain: those above 0.</summary>
static class BrainMask
{
    /// <summary>The share of a volume that a brain fills at most; one that seems to fill more has no dark background.</summary>
    const double MostInside = 0.9;

    /// <summary>The voxels that are brain.</summary>
    /// <param name="volume">With a background of 0.</param>
    /// <param name="what">Names what is needed, the subject of a sentence.</param>
    /// <exception cref="DataFormatException">Voxels are NaN or infinite, or no dark background tells where the brain is.</exception>
    public static bool[] Of(Volume volume, string what)
    {
        volume.RequireFinite();
        var inside = Array.ConvertAll(volume.Voxels, voxel => voxel > 0);
        var count = inside.AsSpan().Count(true);
        if (count == 0 || count > MostInside * inside.Length)
        {
            throw new DataFormatException($"{volume.Source}: {count} of {inside.Length} voxels are above 0. "
                + $"{what} has a background of 0 around the brain: remove the skull first.");
        }
        return inside;
    }
}
