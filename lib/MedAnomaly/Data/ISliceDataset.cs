namespace MedAnomaly.Data;

/// <summary>Images that are parallel slices of heads, several of each.</summary>
public interface ISliceDataset : IImageDataset
{
    /// <summary>Where a slice lies among those of its head: its number from 0, feet first, and how many there are.</summary>
    /// <exception cref="ArgumentException">The dataset has no such sample.</exception>
    (int Index, int Count) PositionOf(Sample sample);
}
