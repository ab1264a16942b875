using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>The code of a file that a cell imports with <c>#!import</c>.</summary>
static class ImportedCells
{
    /// <summary>Each cell's code, and the name that errors give it.</summary>
    /// <exception cref="MagicException">There is no such file, or it is of a kind that cannot be imported.</exception>
    public static IEnumerable<(string Code, string Name)> Read(string path, string directory)
    {
        var full = Path.GetFullPath(path, directory);
        var name = Path.GetFileName(full);
        if (!File.Exists(full)) throw new MagicException($"#!import: there is no file {full}. Paths are relative to the notebook's folder.");
        switch (Path.GetExtension(full).ToLowerInvariant())
        {
            case ".ipynb" or ".dib":
                return NotebookFile.Load(full).Cells.Index()
                    .Where(pair => pair.Item.Kind == CellKind.Code && pair.Item.Language is Cell.DefaultLanguage && !pair.Item.IsBlank)
                    .Select(pair => (pair.Item.Source, FormattableString.Invariant($"{name} cell {pair.Index + 1}")));
            case ".cs" or ".csx":
                return [(File.ReadAllText(full), name)];
            case var extension:
                throw new MagicException($"#!import takes .ipynb, .dib, .cs and .csx, not \"{extension}\" ({full}).");
        }
    }
}

/// <summary>A cell of an imported file failed.</summary>
sealed class ImportException(string path, CellError error) : Exception($"#!import \"{path}\": {error.Message}")
{
    public CellError Error { get; } = error;
}
