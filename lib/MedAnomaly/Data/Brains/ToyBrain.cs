using MedAnomaly.Images;

namespace MedAnomaly.Data.Brains;

/// <summary>A prepared brain with a toy anomaly.</summary>
public sealed class ToyBrain
{
    readonly bool[] mask;

    internal ToyBrain(PreparedBrain brain, bool[] mask, int first, int height) => (Brain, this.mask, First, Height) = (brain, mask, first, height);

    /// <summary>The brain with the anomaly in it.</summary>
    public PreparedBrain Brain { get; }

    /// <summary>The lowest slice with the anomaly.</summary>
    public int First { get; }

    /// <summary>How many slices, one after another, have it.</summary>
    public int Height { get; }

    /// <summary>Whether a slice has the anomaly.</summary>
    public bool IsAbnormal(int slice) => slice >= First && slice < First + Height;

    /// <summary>Which pixels of a slice are abnormal.</summary>
    public Mask Mask(int slice)
    {
        var pixels = Brain.Width * Brain.Height;
        return Images.Mask.FromPixels(mask.AsSpan(slice * pixels, pixels), Brain.Width, Brain.Height);
    }
}
