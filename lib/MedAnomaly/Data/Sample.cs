namespace MedAnomaly.Data;

/// <summary>The truth about a whole image. The values are the labels that scikit-learn's metrics take.</summary>
public enum Label
{
    /// <summary>Nothing to find.</summary>
    Normal = 0,
    /// <summary>Something that a detector should find.</summary>
    Abnormal = 1,
}

/// <summary>One image of a dataset, not yet loaded.</summary>
/// <param name="Id">Names the sample in its dataset: the path below the dataset's folder without its ending, with forward slashes.</param>
/// <param name="Group">
/// What must not straddle a split: the patient, the volume, or a cluster of near-duplicates. The sample's own id where nothing is known.
/// </param>
/// <param name="Label">Normal or abnormal.</param>
/// <param name="Path">The file that the image comes from; empty where a program makes it.</param>
/// <param name="Mask">Where the pixel truth lies: a file, or <c>file#part</c> for a part of one. Null where there is none.</param>
/// <param name="Class">The dataset's own, finer class ("malignant", "benign"); empty where it has none.</param>
public sealed record Sample(string Id, string Group, Label Label, string Path, string? Mask = null, string Class = "")
{
    /// <summary>Whether the sample is labelled <see cref="Data.Label.Abnormal"/>.</summary>
    public bool IsAbnormal => Label == Label.Abnormal;
}
