using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

public sealed partial class PatchCore
{
    /// <summary>The share of the bank's first picks that bounds the scores in <see cref="ImageScores(Tensor, CancellationToken)"/>.</summary>
    const int SketchShare = 24;

    /// <summary>Banks below this size are searched at once.</summary>
    const int SmallBank = 4096;

    /// <summary>Patches an image that are looked up in the whole bank in the first round; twice as many in each further one.</summary>
    const int FirstRound = 16;

    NearestNeighbors? sketch;

    /// <summary>
    /// The detector that <see cref="Fit"/> would have made with a smaller coreset. Each greedy pick depends on those before it only, so a
    /// coreset of 1 % is the beginning of that of 25 %: one fit serves them all. The new detector is the caller's.
    /// </summary>
    /// <param name="ratio">The share of all patches, at most the coreset's own.</param>
    /// <param name="other">An encoder of the same weights that the new detector uses: without a cache, say. The same one by default.</param>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    /// <exception cref="ArgumentException">The other encoder gives other features.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The ratio is larger than the coreset's, or the bank holds all patches, which are then in no order of picking.
    /// </exception>
    public PatchCore WithCoreset(double ratio, IFeatureEncoder? other = null)
    {
        if (PatchCount == 0) throw NotFitted();
        if (other is not null && other.Identity with { Source = "" } != encoder.Identity with { Source = "" })
            throw new ArgumentException($"The memory bank holds features of {encoder.Identity}; the other encoder is {other.Identity}.", nameof(other));
        if (ratio > Coreset.Ratio || (Coreset.Ratio == 1 && ratio < 1))
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, FormattableString.Invariant(
                $"A coreset of {ratio:P2} is no beginning of one of {Coreset.Ratio:P2}. Fit with the largest ratio below 1 that is needed."));
        var smaller = Coreset with { Ratio = ratio };
        var detector = new PatchCore(other ?? encoder, smaller, Embedding, ProjectionDimension, ReweightingNeighbors) { FeatureBytes = FeatureBytes };
        using var scope = NewDisposeScope();
        detector.SetBank(Bank.narrow(0, 0, smaller.Count(PatchCount)).clone());
        detector.PatchCount = PatchCount;
        return detector;
    }

    /// <summary>
    /// The <see cref="PatchCoreResult.MaximumScore"/> of each image, equal to that of <see cref="Score(Tensor, CancellationToken)"/>,
    /// without maps and several times faster for large banks.
    /// </summary>
    /// <remarks>
    /// A patch's distance to the bank's first picks bounds its distance to the whole bank from above. So patches are looked up in the
    /// whole bank in the order of their bounds, and an image is done when no bound is left above the largest distance found.
    /// </remarks>
    /// <param name="images">[N, 3, H, W], prepared as for <see cref="Fit"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    public double[] ImageScores(Tensor images, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        var index = neighbors ?? throw NotFitted();
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var patches = Patches(images).flatten(1, 2);
        var (count, area) = ((int)patches.shape[0], (int)patches.shape[1]);
        var queries = patches.flatten(0, 1);
        if (Bank.shape[0] < SmallBank)
        {
            var table = index.Search(queries, cancellationToken: cancellationToken).Distances;
            return [.. Enumerable.Range(0, count).Select(image => (double)Enumerable.Range(image * area, area).Max(query => table[query, 0]))];
        }
        sketch ??= new NearestNeighbors(Bank.narrow(0, 0, Bank.shape[0] / SketchShare));
        var bounds = sketch.Search(queries, cancellationToken: cancellationToken).Distances;
        var orders = Enumerable.Range(0, count).Select(image => Enumerable.Range(image * area, area)
            .OrderByDescending(query => bounds[query, 0]).ToArray()).ToArray();
        var scores = new double[count];
        for (var (done, round) = (0, FirstRound); done < area; (done, round) = (done + round, 2 * round))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var open = Enumerable.Range(0, count).Where(image => bounds[orders[image][done], 0] > scores[image]).ToArray();
            if (open.Length == 0) break;
            var asked = open.SelectMany(image => orders[image].Skip(done).Take(round)
                .Where(query => bounds[query, 0] > scores[image]).Select(query => (Image: image, Query: query))).ToArray();
            using var step = NewDisposeScope();
            var rows = queries.index_select(0, tensor([.. asked.Select(pair => (long)pair.Query)]).to(queries.device));
            var found = index.Search(rows, cancellationToken: cancellationToken).Distances;
            for (var i = 0; i < asked.Length; i++) scores[asked[i].Image] = Math.Max(scores[asked[i].Image], found[i, 0]);
        }
        return scores;
    }

    /// <summary>The image scores of several batches, in their order.</summary>
    /// <inheritdoc cref="ImageScores(Tensor, CancellationToken)"/>
    /// <param name="batches">Batches [N, 3, H, W], prepared as for <see cref="Fit"/>.</param>
    /// <param name="progress">Told how many batches are scored.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public double[] ImageScores(IReadOnlyCollection<Tensor> batches, IProgress<WorkProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        var scores = new List<double>();
        var done = 0;
        foreach (var batch in batches)
        {
            scores.AddRange(ImageScores(batch, cancellationToken));
            progress?.Report(new WorkProgress(ScoreStage, ++done, batches.Count));
        }
        return [.. scores];
    }
}
