using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>
/// The parameters with which a notebook runs quickly from end to end, to see that it still does: <c>medanomaly.small</c> in its metadata, a map
/// of names and values. What such a run measures means nothing.
/// </summary>
public static class SmallForm
{
    const string Key = "small";

    /// <summary>The settings; null where the notebook names none.</summary>
    /// <exception cref="UsageException">They are no map.</exception>
    public static IReadOnlyList<ParameterSetting>? Of(Notebook notebook, string path) =>
        notebook.Metadata[NotebookCleaner.Notes]?[Key] is { } small ? ParameterSetting.OfYaml(small.ToJsonString(), $"{path}, metadata.{NotebookCleaner.Notes}.{Key}") : null;

    /// <summary>The settings.</summary>
    /// <exception cref="UsageException">The notebook names none, or they are no map.</exception>
    public static IReadOnlyList<ParameterSetting> Required(Notebook notebook, string path) => Of(notebook, path)
        ?? throw new UsageException($"{path} has no small form. Name the parameters of one in its metadata: "
            + $"\"{NotebookCleaner.Notes}\": {{\"{Key}\": {{\"imageSize\": 64}}}}.");
}
