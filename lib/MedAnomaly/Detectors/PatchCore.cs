using System.Collections.Concurrent;
using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>What PatchCore says about one image.</summary>
/// <param name="MaximumScore">The largest distance of a patch to the memory bank: the image score of patchcore-inspection.</param>
/// <param name="ReweightedScore">
/// The same, re-weighted by how lonely the nearest bank entry is: the image score of the paper (equation 7).
/// </param>
/// <param name="PatchScores">Each patch's distance to the memory bank.</param>
/// <param name="AnomalyMap">The patch scores enlarged and smoothed.</param>
public sealed record PatchCoreResult(double MaximumScore, double ReweightedScore, ScoreMap PatchScores, ScoreMap AnomalyMap)
    : AnomalyResult(MaximumScore, PatchScores, AnomalyMap);

/// <summary>
/// PatchCore (Roth et al. 2022): keeps a coreset of the patch features of normal images, and scores a patch by its Euclidean distance to
/// the nearest of them. <see cref="AnomalyResult.ImageScore"/> is the largest patch score, as in the authors' code, which the medical
/// papers used.
/// </summary>
public sealed partial class PatchCore : IAnomalyDetector
{
    const string FeatureStage = "features";
    const string ScoreStage = "scores";

    readonly IFeatureEncoder encoder;
    readonly ConcurrentDictionary<long, long[]> around = [];
    NearestNeighbors? neighbors;
    Tensor? bank;
    MapSmoothing? smoothing;
    (int GridWidth, int GridHeight, int Width, int Height) smoothingSizes;

    /// <summary>A detector that has learned nothing yet.</summary>
    /// <param name="encoder">Gives the features; stays the caller's.</param>
    /// <param name="coreset">How much of the features is kept, and with which seed.</param>
    /// <param name="embedding">How feature maps become patch features; <see cref="LocallyAwarePatches"/> by default.</param>
    /// <param name="projectionDimension">The dimensions to which features are randomly projected while the coreset is picked.</param>
    /// <param name="reweightingNeighbors">b of equation 7.</param>
    public PatchCore(IFeatureEncoder encoder, GreedyCoreset coreset, PatchEmbedding? embedding = null, int projectionDimension = 128,
        int reweightingNeighbors = 9)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(coreset);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(projectionDimension);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(reweightingNeighbors);
        coreset.Count(1);
        this.encoder = encoder;
        Coreset = coreset;
        Embedding = embedding ?? new LocallyAwarePatches();
        ProjectionDimension = projectionDimension;
        ReweightingNeighbors = reweightingNeighbors;
    }

    /// <summary>How much of the features is kept, and with which seed.</summary>
    public GreedyCoreset Coreset { get; }

    /// <summary>How feature maps become patch features.</summary>
    public PatchEmbedding Embedding { get; }

    /// <summary>The dimensions to which features are randomly projected while the coreset is picked.</summary>
    public int ProjectionDimension { get; }

    /// <summary>b of equation 7.</summary>
    public int ReweightingNeighbors { get; }

    /// <summary>The memory bank [M, D], on the encoder's device; the detector's own.</summary>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public Tensor Bank => bank ?? throw NotFitted();

    /// <summary>
    /// The most memory that <see cref="Fit"/> keeps features in. Where they need more it keeps their projections only, an eighth at the
    /// default dimensions, and computes the features of those batches again from which patches are picked.
    /// </summary>
    public long FeatureBytes { get; init; } = 2L << 30;

    /// <summary>How many patches of normal images the memory bank was picked from; 0 before <see cref="Fit"/>.</summary>
    public long PatchCount { get; private set; }

    /// <inheritdoc/>
    public void Fit(IReadOnlyCollection<Tensor> batches, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Count == 0) throw new ArgumentException("PatchCore needs at least one batch of normal images.", nameof(batches));
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var kept = new List<Tensor>();
        var projected = new List<Tensor>();
        Tensor? projection = null;
        foreach (var batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var patches = Patches(batch).flatten(0, 2);
            projection ??= RandomProjection.Matrix(patches.shape[1], ProjectionDimension, Coreset.Seed).to(encoder.Device).t();
            projected.Add(patches.shape[1] > ProjectionDimension ? patches.mm(projection) : patches.clone());
            kept.Add(patches);
            if (projected.Sum(part => part.shape[0]) * patches.shape[1] * sizeof(float) > FeatureBytes)
            {
                foreach (var part in kept) part.Dispose();
                kept.Clear();
            }
            progress?.Report(new WorkProgress(FeatureStage, projected.Count, batches.Count));
        }
        var picks = Coreset.Select(cat(projected), progress, cancellationToken);
        var parts = kept.Count == projected.Count
            ? kept.Select(part => (Func<Tensor>)(() => part))
            : batches.Select(batch => (Func<Tensor>)(() => Patches(batch).flatten(0, 2)));
        SetBank(Rows(parts.Zip(projected, (part, sizes) => (part, sizes.shape[0])), picks, cancellationToken));
        PatchCount = projected.Sum(part => part.shape[0]);
    }

    /// <inheritdoc/>
    IReadOnlyList<AnomalyResult> IAnomalyDetector.Score(Tensor images, CancellationToken cancellationToken) =>
        Score(images, cancellationToken);

    /// <inheritdoc cref="IAnomalyDetector.Score"/>
    public IReadOnlyList<PatchCoreResult> Score(Tensor images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var index = neighbors ?? throw NotFitted();
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var patches = Patches(images);
        var (count, height, width) = ((int)patches.shape[0], (int)patches.shape[1], (int)patches.shape[2]);
        var queries = patches.flatten(0, 2);
        var table = index.Search(queries, cancellationToken: cancellationToken);
        var maps = Enumerable.Range(0, count).Select(image => PatchScores(table, image, width, height)).ToArray();
        var farthest = maps.Select((map, image) => image * (long)map.Values.Length + Array.IndexOf(map.Values, map.Values.Max())).ToArray();
        var weights = ReweightingFactors(queries, farthest, table, cancellationToken);
        var enlarge = Smoothing(width, height, (int)images.shape[3], (int)images.shape[2]);
        return [.. maps.Select((map, image) =>
        {
            var maximum = (double)map.Values.Max();
            return new PatchCoreResult(maximum, weights[image] * maximum, map, enlarge.Apply(map));
        })];
    }

    /// <summary>Scores the images of several batches, in their order.</summary>
    /// <param name="batches">Batches [N, 3, H, W], prepared as for <see cref="Fit"/>.</param>
    /// <param name="progress">Told how many batches are scored.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public IReadOnlyList<PatchCoreResult> Score(IReadOnlyCollection<Tensor> batches, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var results = new List<PatchCoreResult>();
        var done = 0;
        foreach (var batch in batches)
        {
            results.AddRange(Score(batch, cancellationToken));
            progress?.Report(new WorkProgress(ScoreStage, ++done, batches.Count));
        }
        return results;
    }

    /// <summary>Patch features [N, H, W, D] of a batch of images.</summary>
    Tensor Patches(Tensor images)
    {
        using var scope = NewDisposeScope();
        return Embedding.Embed(encoder.Features(images, Embedding.Layers)).MoveToOuterDisposeScope();
    }

    static ScoreMap PatchScores(NeighborTable table, int image, int width, int height)
    {
        var values = new float[width * height];
        for (var i = 0; i < values.Length; i++) values[i] = table.Distances[image * values.Length + i, 0];
        return new ScoreMap(values, width, height);
    }

    /// <summary>
    /// Equation 7's factor of each image: 1 - exp(d*) / sum of exp(d) over the b bank entries around m*, the entry nearest to the image's
    /// farthest patch; the d are their distances to that patch, d* that of m*.
    /// </summary>
    double[] ReweightingFactors(Tensor queries, long[] farthest, NeighborTable table, CancellationToken cancellationToken)
    {
        var b = (int)Math.Min(ReweightingNeighbors, Bank.shape[0]);
        // A single neighbour is m* itself: its share would be 1 and every score 0.
        if (b == 1) return [.. farthest.Select(_ => 1.0)];
        var nearest = farthest.Select(query => table.Indices[query, 0]).ToArray();
        LookAround([.. nearest.Distinct().Where(entry => !around.ContainsKey(entry))], b, cancellationToken);
        return [.. farthest.Select((query, image) =>
        {
            using var scope = NewDisposeScope();
            long[] support = [.. around[nearest[image]]];
            // Where many entries equal m*, it may itself be missing among the b; it belongs there.
            if (!support.Contains(nearest[image])) support[^1] = nearest[image];
            var differences = Bank.index_select(0, tensor(support).to(Bank.device)) - queries[query];
            var distances = differences.to(ScalarType.Float64).square().sum(1).sqrt().cpu().data<double>().ToArray();
            var largest = distances.Max();
            var shares = distances.Select(distance => Math.Exp(distance - largest)).ToArray();
            return 1 - shares[Array.IndexOf(support, nearest[image])] / shares.Sum();
        })];
    }

    /// <summary>Finds the b bank entries around each of some, which do not change as long as the bank is the same.</summary>
    void LookAround(long[] entries, int b, CancellationToken cancellationToken)
    {
        if (entries.Length == 0) return;
        using var scope = NewDisposeScope();
        var found = neighbors!.Search(Bank.index_select(0, tensor(entries).to(Bank.device)), b, cancellationToken: cancellationToken).Indices;
        for (var row = 0; row < entries.Length; row++) around[entries[row]] = [.. Enumerable.Range(0, b).Select(i => found[row, i])];
    }

    MapSmoothing Smoothing(int gridWidth, int gridHeight, int width, int height)
    {
        var sizes = (gridWidth, gridHeight, width, height);
        if (smoothing is not null && smoothingSizes == sizes) return smoothing;
        smoothingSizes = sizes;
        return smoothing = new MapSmoothing(gridWidth, gridHeight, width, height);
    }

    /// <summary>
    /// The rows <paramref name="picks"/> of the parts laid end to end, in the order of the picks; parts without any are not asked for.
    /// </summary>
    static Tensor Rows(IEnumerable<(Func<Tensor> Patches, long Count)> parts, long[] picks, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var rows = new List<Tensor>();
        var order = new List<long>();
        var start = 0L;
        foreach (var (patches, count) in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (from, end) = (start, start + count);
            start = end;
            var places = Enumerable.Range(0, picks.Length).Where(i => picks[i] >= from && picks[i] < end).Select(i => (long)i).ToArray();
            if (places.Length == 0) continue;
            using var step = NewDisposeScope();
            var part = patches();
            rows.Add(part.index_select(0, tensor([.. places.Select(i => picks[i] - from)]).to(part.device)).MoveToOuterDisposeScope());
            order.AddRange(places);
        }
        // The inverse of the order in which the rows were met.
        var inverse = new long[picks.Length];
        for (var i = 0; i < inverse.Length; i++) inverse[order[i]] = i;
        var all = cat(rows);
        return all.index_select(0, tensor(inverse).to(all.device)).MoveToOuterDisposeScope();
    }

    void SetBank(Tensor rows)
    {
        var index = new NearestNeighbors(rows);
        Dispose();
        bank = rows.DetachFromDisposeScope();
        neighbors = index;
    }

    static InvalidOperationException NotFitted() => new("PatchCore has no memory bank yet; call Fit with normal images first.");

    /// <summary>Frees the memory bank; the encoder stays the caller's.</summary>
    public void Dispose()
    {
        neighbors?.Dispose();
        sketch?.Dispose();
        bank?.Dispose();
        (neighbors, sketch, bank) = (null, null, null);
        around.Clear();
    }
}
