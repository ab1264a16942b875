using MedAnomaly.Images;
using MedAnomaly.Volumes;

namespace MedAnomaly.Data.Brains;

/// <summary>A brain as source 002's networks see it, by axial slices: see <see cref="BrainPreparation"/>.</summary>
public sealed class PreparedBrain
{
    /// <summary>Columns to the left of the patient, rows to the back, slices to the head: an axial slice is a plane of the array.</summary>
    internal const string Orientation = "LPS";

    /// <summary>A slice whose brain covers less than this share of it is empty: there is next to nothing to find in it.</summary>
    const double LeastCover = 0.01;

    internal PreparedBrain(string name, Volume values, bool[] inside)
    {
        (Name, Values, Inside) = (name, values, inside);
        Slices = [.. Enumerable.Range(0, values.Grid.Z).Where(slice => Brain(slice).Count(true) >= LeastCover * Pixels)];
        if (Slices.Count == 0)
        {
            throw new DatasetException(FormattableString.Invariant($"{name}: no slice has brain on {LeastCover * 100} % of its ")
                + $"{Width} x {Height} pixels. Cut slices that the brain fills.");
        }
    }

    /// <summary>Names the brain in results.</summary>
    public string Name { get; }

    /// <summary>The prepared intensities, in [-1, 1].</summary>
    public Volume Values { get; }

    /// <summary>Whether a voxel is brain, in the order of the voxels.</summary>
    internal bool[] Inside { get; }

    /// <summary>The slices that show brain, feet first; the empty ones are left out.</summary>
    public IReadOnlyList<int> Slices { get; }

    /// <summary>Columns of a slice.</summary>
    public int Width => Values.Grid.X;

    /// <summary>Rows of a slice.</summary>
    public int Height => Values.Grid.Y;

    int Pixels => Width * Height;

    /// <summary>The intensities of a slice, row after row: the front on top, the patient's right on the left.</summary>
    public ReadOnlySpan<float> Slice(int slice) => Values.Voxels.AsSpan(slice * Pixels, Pixels);

    /// <summary>Which pixels of a slice are brain.</summary>
    public ReadOnlySpan<bool> Brain(int slice) => Inside.AsSpan(slice * Pixels, Pixels);

    /// <summary>A slice as grey image, -1 black and 1 white.</summary>
    public Image<L8> Picture(int slice)
    {
        var plane = new Plane(Width, Height);
        Slice(slice).CopyTo(plane.Values);
        return plane.ToImage(new(-1, 1));
    }

    /// <summary>The same brain with other intensities.</summary>
    internal PreparedBrain With(float[] values) => new(Name, new(Values.Grid, values) { Source = Values.Source }, Inside);
}
