using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using MedAnomaly.Images;
using MedAnomaly.Progress;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Simulation;

/// <summary>
/// Simulated subjects made from one real brain: axial slices of the template after a random smooth deformation, with uneven sensitivity,
/// contrast and noise, and in the abnormal ones lesions whose masks are known exactly. It lets a method be tried where no data can be had;
/// it says nothing about patients.
/// </summary>
/// <remarks>
/// A subject depends on the template, the design's seed and its own number only, not on how many there are nor on the threads. A slice of
/// an abnormal subject that no lesion reaches is a normal sample; its group is still the subject, so that a split keeps the two together.
/// Only the slices are kept, 100 kB each at 224 x 224.
/// </remarks>
public sealed class BrainCohort : ISliceDataset
{
    /// <summary>What the cohort is called where a dataset is named.</summary>
    public const string DatasetId = "simulated-brains";

    /// <summary>Raised whenever the same design gives other pixels.</summary>
    const int Version = 1;

    readonly Dictionary<string, SimulatedSlice> slices;

    BrainCohort(BrainTemplate template, CohortDesign design, IEnumerable<SimulatedSlice> slices)
    {
        Design = design;
        Grid = design.Slices.Grid(template.Centre.X, template.Centre.Y);
        Title = $"brains simulated from {template.Name}";
        ManifestHash = HashOf(template, design);
        this.slices = slices.ToDictionary(slice => slice.Id, StringComparer.Ordinal);
        Samples = [.. this.slices.Values.OrderBy(slice => slice.Id, StringComparer.Ordinal).Select(slice =>
            new Sample(slice.Id, slice.Subject, slice.Mask.Count > 0 ? Label.Abnormal : Label.Normal, Path: "", Class: slice.Kinds))];
        Caption = $"Simulated: {design.Normal} normal and {design.Abnormal} abnormal brains made from the one {template.Name} template by "
            + "random deformation, uneven sensitivity, contrast and noise; the lesions are synthetic. Not patients, and no measure of "
            + "performance on them.";
    }

    /// <inheritdoc/>
    public string Id => DatasetId;

    /// <inheritdoc/>
    public string Title { get; }

    /// <inheritdoc/>
    public DataKind Kind => DataKind.Simulated;

    /// <summary>The sentence that belongs under every figure and table made from the cohort.</summary>
    public string Caption { get; }

    /// <summary>Where the slices of a subject lie, in the template's world.</summary>
    internal VolumeGrid Grid { get; }

    /// <summary>What the cohort was made by.</summary>
    public CohortDesign Design { get; }

    /// <inheritdoc/>
    public string ManifestHash { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Makes the cohort, several subjects at a time.</summary>
    /// <exception cref="UsageException">A number of the design makes no sense.</exception>
    /// <exception cref="DatasetException">There is no place for a lesion in the brain.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static BrainCohort Simulate(BrainTemplate template, CohortDesign design, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(design);
        design.Check();
        var subjects = Enumerable.Range(0, design.Normal + design.Abnormal).Select(number => number < design.Normal
            ? new SimulatedSubject(template, design, isAbnormal: false, number)
            : new SimulatedSubject(template, design, isAbnormal: true, number - design.Normal)).ToArray();
        var rendered = new List<SimulatedSlice>[subjects.Length];
        var done = 0;
        var parallel = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount };
        try
        {
            Parallel.For(0, subjects.Length, parallel, number =>
            {
                rendered[number] = subjects[number].Render();
                progress?.Report(new("subjects", Interlocked.Increment(ref done), subjects.Length));
            });
        }
        catch (AggregateException faults) when (faults.InnerExceptions.OfType<DatasetException>().MinBy(one => one.Message) is { } fault)
        {
            // One subject's fault is the same at every run; which others were under way is not.
            throw new DatasetException(fault.Message, faults);
        }
        return new(template, design, rendered.SelectMany(slice => slice));
    }

    /// <inheritdoc/>
    public Image LoadImage(Sample sample) => Find(sample).Image.Clone();

    /// <inheritdoc/>
    public Mask LoadMask(Sample sample) => Find(sample).Mask;

    /// <inheritdoc/>
    public (int Index, int Count) PositionOf(Sample sample) => (Find(sample).Index, Design.Slices.Count);

    SimulatedSlice Find(Sample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        return slices.TryGetValue(sample.Id, out var slice) ? slice
            : throw new ArgumentException($"The simulated cohort has no sample '{sample.Id}'.", nameof(sample));
    }

    static string HashOf(BrainTemplate template, CohortDesign design)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var grid = template.Intensities.Grid;
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new { Version, template.Name, grid.X, grid.Y, grid.Z, design }));
        hash.AppendData(MemoryMarshal.AsBytes(template.Intensities.Voxels.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
