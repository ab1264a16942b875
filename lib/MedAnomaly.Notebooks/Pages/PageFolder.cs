using MedAnomaly.Data;
using MedAnomaly.Experiments;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>What was rendered.</summary>
/// <param name="Gallery">The page that leads to all others.</param>
/// <param name="Pages">The notebooks' pages.</param>
/// <param name="Faults">Why a notebook has no page, or no interactive figure.</param>
public sealed record RenderedPages(string Gallery, IReadOnlyList<string> Pages, IReadOnlyList<PageFault> Faults)
{
    /// <summary>The exit code of a command that rendered them: that figures stay pictures is no failure.</summary>
    public ExitCode ExitCode => Faults.FirstOrDefault(fault => fault.Notebook is not null)?.Exception.ExitCode ?? ExitCode.Ok;
}

/// <summary>What could not be done.</summary>
/// <param name="Notebook">The notebook that has no page; null where all have one.</param>
/// <param name="Exception">Why.</param>
public sealed record PageFault(string? Notebook, WorkbenchException Exception);

/// <summary>A folder of pages: one for each notebook, a gallery, and what makes figures interactive.</summary>
/// <param name="folder">Where it is; it need not exist.</param>
public sealed class PageFolder(string folder)
{
    const string GalleryName = "index.html";

    readonly string folder = Path.GetFullPath(folder);
    readonly List<PageFault> faults = [];

    /// <summary>Where plotly.js is kept.</summary>
    public DataStore Store { get; init; } = DataStore.FromEnvironment();

    /// <summary>What was measured: it tells on what kind of data.</summary>
    public IReadOnlyList<RunRecord> Records { get; init; } = [];

    /// <summary>Folds the code of all cells away.</summary>
    public bool ReportMode { get; init; }

    /// <summary>Told of each page as it is written.</summary>
    public IProgress<string>? Progress { get; init; }

    /// <summary>
    /// Renders notebooks. One that cannot be read does not keep the others from being rendered; without plotly.js the figures are pictures.
    /// </summary>
    /// <exception cref="OutputException">A page cannot be written.</exception>
    public RenderedPages Render(IReadOnlyList<string> notebooks, CancellationToken cancellationToken = default)
    {
        var read = notebooks.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Select(path => (Path: path, Notebook: Load(path)))
            .Where(found => found.Notebook is not null).ToDictionary(found => found.Path, found => found.Notebook!, StringComparer.Ordinal);
        var pages = PagesOf([.. read.Keys]);
        var gallery = Path.Combine(folder, GalleryName);
        var frame = read.Values.Any(InteractiveFigure.IsIn) ? Frame(cancellationToken) : null;
        var shown = new List<(NotebookSummary, PagePlace)>();
        foreach (var (path, notebook) in read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var place = new PagePlace(path, pages[path])
            {
                Pages = pages, Gallery = gallery, PlotlyFrame = InteractiveFigure.IsIn(notebook) ? frame : null, Data = DataOf(path, [.. read.Keys]),
            };
            if (ReportMode) foreach (var cell in notebook.CodeCells) cell.IsSourceHidden = true;
            AtomicFile.WriteText(place.Target, HtmlPage.Render(notebook, place));
            shown.Add((NotebookSummary.Of(notebook, Path.GetFileNameWithoutExtension(path)), place));
            Progress?.Report(place.Target);
        }
        AtomicFile.WriteText(gallery, Gallery.Render(gallery, shown));
        return new(gallery, [.. shown.Select(page => page.Item2.Target)], faults);
    }

    /// <summary>Writes the one page of a notebook that was just run. Nothing is fetched: its figures are interactive where plotly.js is here already.</summary>
    /// <param name="notebook">The executed notebook.</param>
    /// <param name="source">The notebook that was run: pictures and links are relative to it.</param>
    /// <param name="page">Where the page goes.</param>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void WriteOne(Notebook notebook, string source, string page)
    {
        string? frame = null;
        if (InteractiveFigure.IsIn(notebook) && DataStore.FromEnvironment().Find(InteractiveFigure.ScriptId) is { } scripts)
        {
            frame = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(page))!, InteractiveFigure.FrameName);
            InteractiveFigure.WriteFrame(frame, scripts.Folder);
        }
        AtomicFile.WriteText(page, HtmlPage.Render(notebook, new PagePlace(source, page) { PlotlyFrame = frame }));
    }

    Notebook? Load(string path)
    {
        try
        {
            return NotebookFile.Load(path);
        }
        catch (WorkbenchException fault)
        {
            faults.Add(new(path, fault));
            return null;
        }
    }

    string? Frame(CancellationToken cancellationToken)
    {
        try
        {
            var scripts = Store.Get(InteractiveFigure.ScriptId, cancellationToken: cancellationToken);
            var frame = Path.Combine(folder, InteractiveFigure.FrameName);
            InteractiveFigure.WriteFrame(frame, scripts.Folder);
            return frame;
        }
        catch (Exception fault) when (fault is MachineException or DatasetException)
        {
            faults.Add(new(null, new MachineException($"The figures of the pages are pictures only, for plotly.js is not at hand: {fault.Message}", fault)));
            return null;
        }
    }

    /// <summary>Where each notebook's page goes: as the notebooks lie below the folder that holds them all.</summary>
    Dictionary<string, string> PagesOf(IReadOnlyList<string> notebooks)
    {
        var common = notebooks.Select(path => Path.GetDirectoryName(path)!).Aggregate((string?)null, (shared, each) => shared is null ? each : Shared(shared, each));
        // Two notebooks, one .ipynb and one .dib, may share a name, and one may be called like a page that is ours.
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Path.Combine(folder, GalleryName), Path.Combine(folder, InteractiveFigure.FrameName) };
        var pages = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in notebooks)
        {
            var stem = Path.Combine(folder, Path.ChangeExtension(Path.GetRelativePath(common!, path), null));
            var page = stem + ".html";
            for (var count = 2; !taken.Add(page); count++) page = FormattableString.Invariant($"{stem}-{count}.html");
            pages[path] = page;
        }
        return pages;
    }

    static string Shared(string one, string other)
    {
        while (Path.GetRelativePath(one, other) is ".." or ['.', '.', '/', ..]) one = Path.GetDirectoryName(one)!;
        return one;
    }

    // A record's id begins with its notebook's name, and that name may begin another's.
    IReadOnlyList<DataKind> DataOf(string path, IReadOnlyList<string> all)
    {
        var longer = all.Select(IdOf).Where(id => id.Length > IdOf(path).Length).ToList();
        return [.. Records.Where(record => Belongs(record, IdOf(path)) && !longer.Exists(id => Belongs(record, id))).Select(record => record.Data).Distinct()];
    }

    static string IdOf(string path) => RunRecord.IdOf(Path.GetFileNameWithoutExtension(path));

    static bool Belongs(RunRecord record, string id) => record.Id == id || record.Id.StartsWith(id + "-", StringComparison.Ordinal);
}
