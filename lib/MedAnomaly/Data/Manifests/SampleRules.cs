namespace MedAnomaly.Data;

/// <summary>What a dataset's files hold.</summary>
public enum SampleForm
{
    /// <summary>One image a file: PNG, JPEG or TIFF.</summary>
    Images,
    /// <summary>One volume a file: NIfTI.</summary>
    Volumes,
    /// <summary>Many images a file: JSON with <c>{"data": [pixel, ...]}</c>, 28 x 28 bytes each.</summary>
    JsonPixels,
    /// <summary>NumPy arrays of images and labels.</summary>
    NumPy,
}

/// <summary>How a dataset's files become samples.</summary>
/// <param name="Form">What the files hold.</param>
/// <param name="Files">Which files, and what they are.</param>
/// <param name="Table">A table with the label of each file; null where the place of a file tells it.</param>
/// <param name="Outlines">
/// The name of a VGG Image Annotator file with the outlines of anomalies, a pattern; null where there is none.
/// </param>
/// <param name="Copies">Copies of the dataset whose content is known; empty where none is.</param>
public sealed record SampleRules(
    SampleForm Form, IReadOnlyList<FileRule> Files, LabelTable? Table, string? Outlines, IReadOnlyList<KnownCopy> Copies);

/// <summary>A copy of a dataset whose content is known.</summary>
/// <param name="Files">How many files it has: samples, masks, the table and the outlines.</param>
/// <param name="Digest">Their <see cref="Inventory.ContentHash"/>.</param>
public sealed record KnownCopy(int Files, Digest Digest);

/// <summary>Files of one kind.</summary>
/// <param name="Pattern">
/// Their paths below the dataset's folder: <c>*</c> is any part of a name, <c>**/</c> any folders, <c>{a,b}</c> either. What follows a
/// leading <c>**/</c> makes the sample's id.
/// </param>
/// <param name="Label">Their label; null where the table or the mask tells it.</param>
/// <param name="Class">The dataset's own class; empty where it has none.</param>
/// <param name="Group">
/// A regular expression whose first group, in the path below the dataset's folder, names the patient; null where nothing tells.
/// </param>
/// <param name="Mask">
/// Where the mask lies, relative to the file's folder, with <c>{name}</c> for its name, <c>{stem}</c> for its name without ending, and
/// <c>|</c> between alternatives; null where there is none.
/// </param>
/// <param name="MaskValues">The values of a volume's mask that are abnormal; empty for all but 0.</param>
/// <param name="Counts">How many files known copies of the dataset have; empty where it is not known.</param>
/// <param name="Images">How many images each file holds, where that is not one.</param>
public sealed record FileRule(
    string Pattern, Label? Label, string Class, string? Group, string? Mask, IReadOnlyList<int> MaskValues,
    IReadOnlyList<int> Counts, int? Images);

/// <summary>A table that tells each file's label.</summary>
/// <param name="File">The table's path below the dataset's folder, a pattern; several files that match are one table.</param>
/// <param name="Separator">What separates its fields.</param>
/// <param name="Columns">The names of its columns; empty where its first line tells them.</param>
/// <param name="Key">The column that names the file: its name, its name without ending, or its number.</param>
/// <param name="Label">The column with the label.</param>
/// <param name="Normal">The value of that column that means normal.</param>
/// <param name="Group">The column that names the patient; null where there is none.</param>
/// <param name="Where">Columns and the values that a row must have; files of other rows are left out.</param>
public sealed record LabelTable(
    string File, char Separator, IReadOnlyList<string> Columns, string Key, string Label, string Normal, string? Group,
    IReadOnlyDictionary<string, string> Where);
