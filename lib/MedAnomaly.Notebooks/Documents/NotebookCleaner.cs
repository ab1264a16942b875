using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>
/// Takes out of a notebook what a run or a front end put there and nobody wrote: outputs, counts, times, banners of failed runs, ids that a
/// program drew. Tags, parameters, named ids and other people's metadata stay. Cleaning what is clean changes nothing.
/// </summary>
public static partial class NotebookCleaner
{
    /// <summary>The notebook's metadata that our own notes stand under.</summary>
    public const string Notes = "medanomaly";

    // What papermill, JupyterLab, its ExecuteTime extension and Colab note of a run, and how far a cell's output was folded or scrolled.
    static readonly string[] OfCells = ["papermill", "execution", "ExecuteTime", "executionInfo", "outputId", "collapsed", "scrolled"];

    // Widgets are the state of widgets that a run made; a signature vouches for outputs that are gone.
    static readonly string[] OfNotebooks = ["papermill", "widgets", "signature"];

    /// <summary>Cleans <paramref name="notebook"/>.</summary>
    public static void Clean(Notebook notebook)
    {
        notebook.Cells.RemoveAll(cell => cell.HasTag(CellTags.ErrorBanner));
        foreach (var key in OfNotebooks) notebook.Metadata.Remove(key);
        if (notebook.Metadata[Notes] is JsonObject notes)
        {
            notes.Remove("run");
            if (notes.Count == 0) notebook.Metadata.Remove(Notes);
        }
        foreach (var cell in notebook.Cells)
        {
            (cell.Outputs, cell.ExecutionCount) = ([], null);
            foreach (var key in OfCells) cell.Metadata.Remove(key);
            if (cell.Id is { } id && Drawn().IsMatch(id)) cell.Id = null;
        }
        notebook.EnsureIds();
    }

    // Eight hexadecimal digits (nbformat, and our own from a text that may have changed since), a UUID, or VS Code's.
    [GeneratedRegex("^([0-9a-f]{8}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|VSC-[0-9a-f]+)$")]
    private static partial Regex Drawn();
}
