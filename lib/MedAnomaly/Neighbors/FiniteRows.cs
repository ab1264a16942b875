using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>Distances to what is no number are no distances: such rows are refused before they spoil a result.</summary>
static class FiniteRows
{
    /// <exception cref="ArgumentException">A row of the matrix holds NaN or an infinity; the message names the first.</exception>
    public static void Check(Tensor matrix, string parameter)
    {
        using var scope = NewDisposeScope();
        // A row's sum is finite only where all of it is, save for an overflow, which the slow path below clears up.
        if (matrix.sum().isfinite().item<bool>()) return;
        var broken = matrix.isfinite().all(1).logical_not();
        var count = broken.sum().item<long>();
        if (count == 0) return;
        var row = broken.to(ScalarType.Int32).argmax().item<long>();
        throw new ArgumentException($"{count} of {matrix.shape[0]} rows hold NaN or an infinity, the first is row {row}. "
            + "Look for broken images or features and leave them out.", parameter);
    }
}
