using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>Finds the nearest of distinct rows, on the device where they lie.</summary>
interface ISearch : IDisposable
{
    /// <summary>The k rows nearest to each query, by squared Euclidean or cosine distance in double precision; ties by row.</summary>
    /// <param name="queries">[Q, D], contiguous, on the rows' device.</param>
    /// <param name="k">At most the number of rows.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken);
}
