using MedAnomaly.Progress;

namespace MedAnomaly.Neighbors;

/// <summary>A search for the points farthest from those picked before, one after another.</summary>
interface IFarthestPoints : IDisposable
{
    /// <summary>Bounds every distance by the mean distance to <paramref name="starts"/>, which are not picked themselves.</summary>
    void StartFrom(long[] starts);

    /// <summary>Makes <paramref name="pick"/> the next pick whatever its distance, and brings every distance up to date.</summary>
    void Add(long pick);

    /// <summary>Picks until all are made; row numbers in the order of picking.</summary>
    long[] Run(IProgress<WorkProgress>? progress, CancellationToken cancellationToken);
}
