using MedAnomaly.Data.Simulation;
using MedAnomaly.Progress;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Brains;

/// <summary>
/// Healthy brains in one space, as stacks of axial slices: those of a dataset of volumes registered to SRI24, such as MOOD's, or simulated
/// ones, which lie in their template's space.
/// </summary>
public sealed class HealthyBrains
{
    /// <summary>Millimetres that a slice is wide and high: source 002 cuts 224 pixels of SRI24's 240.</summary>
    public const double FieldOfView = 224;

    /// <summary>The heights between which simulated brains are imaged, in mm of MNI space: from below the basal ganglia to the crown.</summary>
    const double LowestSlice = -30, HighestSlice = 70;

    readonly Func<Sample, Volume> load;
    readonly Func<Volume, Volume> fit;

    HealthyBrains(IVolumeDataset volumes, IReadOnlyList<Sample> samples, string caption, Func<Sample, Volume> load, Func<Volume, Volume> fit) =>
        (Volumes, Samples, Caption, this.load, this.fit) = (volumes, samples, caption, load, fit);

    /// <summary>Where they come from.</summary>
    public IVolumeDataset Volumes { get; }

    /// <summary>The brains, in random order.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>What belongs under every figure and table made from them.</summary>
    public string Caption { get; }

    /// <summary>Opens or simulates brains.</summary>
    /// <param name="dataset">"simulated-brains", or the id of a dataset of volumes in SRI24's space.</param>
    /// <param name="count">How many.</param>
    /// <param name="pixels">Columns, and rows, of a slice of <see cref="FieldOfView"/>; source 002: 224.</param>
    /// <param name="step">Millimetres between slices; source 002: 1.</param>
    /// <param name="seed">Of the simulation, or of the order.</param>
    /// <param name="store">Where data lies; by default the store that the environment names.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UsageException">The catalog does not know the id, or it holds no volumes.</exception>
    /// <exception cref="DatasetException">It is not on this machine, or has fewer healthy brains.</exception>
    public static HealthyBrains Open(string dataset, int count, int pixels, double step, int seed = 0, DataStore? store = null,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (dataset == BrainCohort.DatasetId)
        {
            var template = BrainTemplate.Open(store, progress, cancellationToken);
            var slices = new SliceStack(LowestSlice, HighestSlice, step, pixels, FieldOfView / pixels);
            var cohort = BrainCohort.Simulate(template, new CohortDesign { Normal = count, Abnormal = 0, Seed = seed, Slices = slices }, progress, cancellationToken);
            var simulated = new SimulatedVolumes(cohort);
            return new(simulated, simulated.Samples, "simulated, not patients", simulated.LoadVolume,
                brain => AtlasSpace.Align(brain, template.Intensities).Resample(cohort.Grid));
        }
        var volumes = Dataset.OpenVolumes(dataset, store, progress, cancellationToken);
        Sample[] healthy = [.. volumes.Samples.Where(sample => !sample.IsAbnormal)];
        if (healthy.Length < count) throw new DatasetException($"{volumes.Id} has {healthy.Length} healthy brains, {count} are asked for. Ask for fewer.");
        new SplitMix64((ulong)seed).Shuffle<Sample>(healthy);
        var atlas = AtlasSpace.Sri24;
        var first = new Lazy<Volume>(() => atlas.Require(volumes.LoadVolume(healthy[0])));
        return new(volumes, healthy[..count], volumes.Title, sample => atlas.Cut(volumes.LoadVolume(sample), pixels, FieldOfView, step),
            brain => AtlasSpace.Align(brain, first.Value).Resample(atlas.Slices(first.Value, pixels, FieldOfView, step)));
    }

    /// <summary>The slices of one of them.</summary>
    /// <exception cref="DataFormatException">The volume has not been registered, or cannot be read.</exception>
    public Volume Load(Sample sample) => load(sample);

    /// <summary>The same slices of a brain from elsewhere, aligned as far as moving and scaling can: see <see cref="AtlasSpace.Align"/>.</summary>
    /// <exception cref="DataFormatException">No background tells where the brain is.</exception>
    public Volume Fit(Volume brain) => fit(brain);
}
