using MedAnomaly.Progress;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>A real brain, ready to be varied: a T1-weighted volume without its skull, such as the MNI152 template.</summary>
public sealed class BrainTemplate
{
    /// <summary>The manifest of the template that is fetched where no other is given: MNI152 2009, without its skull.</summary>
    public const string DefaultId = "mni152-2009";

    /// <summary>White matter stands at this percentile of the brain's intensities, noise and vessels apart.</summary>
    const double WhitePercentile = 95;

    /// <summary>
    /// What is darker than this share of white matter is fluid or background: in T1 grey matter has about 0.75, fluid 0.3.
    /// </summary>
    const float TissueThreshold = 0.55f;

    /// <summary>Smooths the tissue, in mm, so that narrow furrows count as inside the brain and the ventricles do not.</summary>
    const double ParenchymaSmoothing = 2;

    BrainTemplate(string name, Volume intensities, Volume parenchyma) => (Name, Intensities, Parenchyma) = (name, intensities, parenchyma);

    /// <summary>What captions call it.</summary>
    public string Name { get; }

    /// <summary>The intensities, white matter about 1, background 0.</summary>
    public Volume Intensities { get; }

    /// <summary>How much of a point's surroundings is brain tissue; 0.5 and more is inside.</summary>
    internal Volume Parenchyma { get; }

    /// <summary>The middle of the brain in world millimetres, about which subjects are turned and scaled.</summary>
    internal (double X, double Y, double Z) Centre { get; private init; }

    /// <summary>Opens the template of <see cref="DefaultId"/>; fetches it first where it is not on this machine.</summary>
    /// <param name="store">Where data lies; by default the store that the environment names.</param>
    /// <param name="progress">Told how far a download has come.</param>
    /// <param name="cancellationToken">Stops a download.</param>
    /// <exception cref="DatasetException">It cannot be fetched; the message says where to get it.</exception>
    /// <exception cref="DataFormatException">The file is damaged.</exception>
    public static BrainTemplate Open(DataStore? store = null, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var location = (store ?? DataStore.FromEnvironment()).Get(DefaultId, progress, cancellationToken);
        return From(Nifti.Load(location.File("mni152_2009_256.nii.gz")), "MNI152 2009 T1");
    }

    /// <summary>Prepares a skull-stripped T1-weighted volume whose background is 0; captions call it <paramref name="name"/>.</summary>
    /// <exception cref="DataFormatException">Voxels are NaN or infinite, or no dark background tells where the brain is.</exception>
    public static BrainTemplate From(Volume volume, string name)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var inside = BrainMask.Of(volume, "A brain template");
        var white = IntensityWindow.FromPercentiles([.. volume.Voxels.Where((_, i) => inside[i])], 0, WhitePercentile).High;
        var shares = Array.ConvertAll(volume.Voxels, voxel => (float)Math.Max(0, voxel / white));
        var intensities = new Volume(volume.Grid, shares) { Source = volume.Source };
        var tissue = new Volume(volume.Grid, Array.ConvertAll(intensities.Voxels, voxel => voxel >= TissueThreshold ? 1f : 0f));
        var (x, y, z) = volume.Spacing;
        var parenchyma = tissue.Smooth(ParenchymaSmoothing / x, ParenchymaSmoothing / y, ParenchymaSmoothing / z);
        return new(name, intensities, parenchyma) { Centre = CentreOf(tissue) };
    }

    static (double X, double Y, double Z) CentreOf(Volume tissue)
    {
        var (x, y, z) = (0L, 0L, 0L);
        var count = 0L;
        for (var i = 0; i < tissue.Voxels.Length; i++)
        {
            if (tissue.Voxels[i] == 0) continue;
            count++;
            x += i % tissue.Grid.X;
            y += i / tissue.Grid.X % tissue.Grid.Y;
            z += i / tissue.Grid.X / tissue.Grid.Y;
        }
        return tissue.Affine.Apply((double)x / count, (double)y / count, (double)z / count);
    }
}
