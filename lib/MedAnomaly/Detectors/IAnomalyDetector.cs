using MedAnomaly.Progress;
using static TorchSharp.torch;

namespace MedAnomaly.Detectors;

/// <summary>What a detector says about one image.</summary>
/// <param name="ImageScore">How abnormal the image is; only the order of scores of one detector means something.</param>
/// <param name="PatchScores">A score for each cell of the detector's grid.</param>
/// <param name="AnomalyMap">A score for each pixel of the image as the detector saw it.</param>
public record AnomalyResult(double ImageScore, ScoreMap PatchScores, ScoreMap AnomalyMap);

/// <summary>A method that learns what is normal from normal images and scores others by how far they are from it.</summary>
public interface IAnomalyDetector : IDisposable
{
    /// <summary>Learns from normal images; what was learned before is forgotten.</summary>
    /// <param name="batches">Batches [N, 3, H, W], prepared as the detector demands; enumerated once or several times.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellationToken">Stops the work; the detector is then as before.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    void Fit(IReadOnlyCollection<Tensor> batches, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Scores each image of a batch. A score does not depend on the other images of the batch.</summary>
    /// <param name="images">[N, 3, H, W], prepared as for <see cref="Fit"/>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidOperationException">The detector has not been fitted.</exception>
    IReadOnlyList<AnomalyResult> Score(Tensor images, CancellationToken cancellationToken = default);
}
