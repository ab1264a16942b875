namespace MedAnomaly.Neighbors;

/// <summary>Whose released code a coreset follows; the picks after the first are the same for the same start.</summary>
public enum CoresetVariant
{
    /// <summary>
    /// patchcore-inspection's approximate greedy sampler: a point's distance is at first its mean distance to ten random points. Its
    /// projection is <see cref="RandomProjection.Matrix"/> to 128 dimensions.
    /// </summary>
    PatchCoreInspection,
    /// <summary>
    /// anomalib's: at first the distance to one random point, which is never picked itself. Its projection is
    /// <see cref="RandomProjection.Sparse"/> to <see cref="RandomProjection.JohnsonLindenstrauss"/> dimensions.
    /// </summary>
    Anomalib,
}

static class CoresetVariants
{
    public static int StartingPoints(this CoresetVariant variant) => variant == CoresetVariant.Anomalib ? 1 : 10;
}
