using System.Diagnostics;
using MedAnomaly.Experiments;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Pages;
using MedAnomaly.Notebooks.Parameters;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>Runs notebooks without a front end.</summary>
public static class NotebookRunner
{
    /// <summary>
    /// Runs a notebook cell by cell and writes it after each, whole or not at all. A cell that fails ends the run; what was finished is
    /// on disk then, with the error.
    /// </summary>
    /// <param name="request">What to run.</param>
    /// <param name="progress">Told when a cell begins and ends.</param>
    /// <param name="printed">Receives what cells print, as it comes: the stream's name and the text. What a resumed run takes over is told there too.</param>
    /// <param name="cancellationToken">Interrupts the running cell and ends the run with <see cref="ExitCode.Interrupted"/>.</param>
    /// <exception cref="UsageException">The notebook is not there, or a parameter is wrong; nothing ran.</exception>
    /// <exception cref="DataFormatException">The file is no notebook; nothing ran.</exception>
    /// <exception cref="OutputException">The output cannot be written.</exception>
    public static async Task<RunOutcome> RunAsync(
        RunRequest request, IProgress<CellProgress>? progress = null, Action<string, string>? printed = null, CancellationToken cancellationToken = default)
    {
        var clock = Stopwatch.StartNew();
        var (notebook, record) = Prepared(request);
        var directory = Path.GetFullPath(request.WorkingDirectory ?? Path.GetDirectoryName(Path.GetFullPath(request.Input))!);
        if (!Directory.Exists(directory)) throw new UsageException($"There is no folder {directory} to run in.");
        var stamp = RunStamp.Begin(notebook, Provenance.Library(Checkout.Root), directory);
        var resume = request.Resume ? ResumePlan.Of(notebook, stamp, request.Output) : ResumePlan.None;
        if (request.Resume) printed?.Invoke("stderr", $"medanomaly: resume: {resume.Words}\n");
        if (resume.IsFinished) return new(ExitCode.Ok, 0, null, null, request.Output, request.HtmlPage, clock.Elapsed);
        stamp.Put(notebook);
        // Before the first write, or a run that is cut off again would lose them.
        foreach (var (cell, earlier) in resume.Kept) PapermillRecord.Keep(cell, earlier);

        var starting = SessionProcess.StartAsync(request.Session, directory, cancellationToken);
        await using var session = await starting.ConfigureAwait(false);
        // A place that cannot be written is found out now, not after an hour of computing.
        NotebookFile.Save(notebook, request.Output);

        await session.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        var run = new NotebookRun(request, notebook, resume, session, progress, printed);
        var end = await run.RunAsync(cancellationToken).ConfigureAwait(false);
        stamp.End(notebook, end.ExitCode == ExitCode.Ok).Put(notebook);
        record.End(end.Cell, end.Error?.Message);
        NotebookFile.Save(notebook, request.Output);
        if (request.HtmlPage is { } page) PageFolder.WriteOne(notebook, request.Input, page);
        return new(end.ExitCode, end.CellsRun, end.Number, end.Error, request.Output, request.HtmlPage, clock.Elapsed);
    }

    /// <summary>Writes the notebook as it would run, parameters and all, and runs nothing.</summary>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public static void Prepare(RunRequest request) => NotebookFile.Save(Prepared(request).Notebook, request.Output);

    static (Notebook Notebook, PapermillRecord Record) Prepared(RunRequest request)
    {
        if (NotebookFile.IsDib(request.Output)) throw new UsageException($"{request.Output}: a .dib holds no outputs. Let the executed notebook be an .ipynb.");
        var notebook = NotebookFile.Load(request.Input);
        if (notebook.ForeignLanguage is { } language)
            throw new UsageException($"{request.Input} is a notebook in {language}, by its metadata (kernelspec, language_info); this program runs C#. "
                + "Run it with Jupyter, or, if its cells are C#, correct its kernel.");
        ParameterSetting[] settings = [.. request.Small ? SmallForm.Required(notebook, request.Input) : [], .. request.Parameters];
        var noted = NotebookParameters.Read(notebook).Inject(notebook, settings);
        // Without new ones the values of an earlier run stay, in the notebook and in its record.
        if (settings.Length == 0 && notebook.CodeCells.Any(cell => cell.HasTag(CellTags.InjectedParameters))) noted = PapermillRecord.ParametersOf(notebook);
        foreach (var cell in notebook.CodeCells)
        {
            (cell.Outputs, cell.ExecutionCount) = ([], null);
            if (request.ReportMode) cell.IsSourceHidden = true;
        }
        notebook.EnsureKernel();
        return (notebook, new PapermillRecord(notebook, request, noted));
    }
}

/// <summary>Why and where a run ended.</summary>
sealed record RunEnd(ExitCode ExitCode, int CellsRun, Cell? Cell = null, int? Number = null, CellError? Error = null);

/// <summary>One run of a notebook: its cells, one after the other.</summary>
sealed class NotebookRun(
    RunRequest request, Notebook notebook, ResumePlan resume, SessionProcess session, IProgress<CellProgress>? progress, Action<string, string>? printed)
{
    // A cell that does not end this long after it was interrupted is ended with its process.
    static readonly TimeSpan InterruptPatience = TimeSpan.FromSeconds(10);

    readonly List<(Cell Cell, CellOutputs Outputs)> finished = [];

    public async Task<RunEnd> RunAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        var total = notebook.Cells.Count;
        for (var i = 0; i < total; i++)
        {
            var cell = notebook.Cells[i];
            if (cell.Kind != CellKind.Code || cell.IsBlank) continue;
            if (cell.HasTag(CellTags.SkipExecution))
            {
                PapermillRecord.Skip(cell);
                Report(i, cell, CellState.Skipped, TimeSpan.Zero);
                continue;
            }
            cell.ExecutionCount = ++count;
            if (resume.Kept.ContainsKey(cell))
            {
                Report(i, cell, CellState.Kept, TimeSpan.Zero);
                continue;
            }
            Report(i, cell, CellState.Running, TimeSpan.Zero);
            PapermillRecord.Begin(cell);
            var clock = Stopwatch.StartNew();
            var outputs = new CellOutputs { Printed = printed, UpdateElsewhere = (id, content) => finished.Exists(other => other.Outputs.TryUpdate(id, content)) };
            var (code, error) = await RunCellAsync(cell, i, outputs, cancellationToken).ConfigureAwait(false);
            var failed = code != ExitCode.Ok && !(code == ExitCode.CellFailed && cell.HasTag(CellTags.RaisesException));
            finished.Add((cell, outputs));
            foreach (var (other, kept) in finished) other.Outputs = kept.ToList();
            PapermillRecord.End(cell, clock.Elapsed, failed);
            Report(i, cell, failed ? CellState.Failed : CellState.Completed, clock.Elapsed);
            if (failed) return new(code, count - 1, cell, i + 1, error);
            NotebookFile.Save(notebook, request.Output);
        }
        return new(ExitCode.Ok, count);
    }

    async Task<(ExitCode Code, CellError? Error)> RunCellAsync(Cell cell, int index, CellOutputs outputs, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(request.ExecutionTimeout ?? Timeout.InfiniteTimeSpan);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var name = FormattableString.Invariant($"In[{cell.ExecutionCount}]");
        var executing = session.ExecuteAsync(index, Source(cell), name, outputs);
        ExitCode code;
        CellError? error;
        try
        {
            var result = await WaitAsync(executing, stop.Token).ConfigureAwait(false);
            if (result.Value is { } value) outputs.Add(new DisplayOutput(value.Data, value.Metadata, cell.ExecutionCount));
            error = result.Error;
            code = error is null ? ExitCode.Ok : ExitCode.CellFailed;
        }
        catch (SessionDiedException death)
        {
            error = Error("DeadKernel", death.Message);
            code = ExitCode.KernelDied;
        }
        if (code != ExitCode.Ok && stop.IsCancellationRequested)
        {
            var how = code == ExitCode.KernelDied ? " It did not stop when interrupted, so its process was ended" : "";
            (code, error) = cancellationToken.IsCancellationRequested
                ? (ExitCode.Interrupted, Error("Interrupted", $"The run was interrupted while this cell ran.{how}"))
                : (ExitCode.Timeout, Error("Timeout", FormattableString.Invariant($"The cell took longer than the {request.ExecutionTimeout!.Value.TotalSeconds:0.###} s that it was given.{how}")));
        }
        if (error is not null) outputs.Add(new ErrorOutput(error.Name, error.Message, error.Traceback));
        return (code, error);
    }

    async Task<CellResult> WaitAsync(Task<CellResult> executing, CancellationToken stop)
    {
        try
        {
            return await executing.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            session.Interrupt();
            if (await Task.WhenAny(executing, Task.Delay(InterruptPatience, CancellationToken.None)).ConfigureAwait(false) != executing) session.Kill();
            return await executing.ConfigureAwait(false);
        }
    }

    // A cell of another language says so in its metadata; the session reads it from a magic.
    static string Source(Cell cell) =>
        cell.Language is Cell.DefaultLanguage || cell.Source.StartsWith("#!", StringComparison.Ordinal) ? cell.Source : $"#!{cell.Language}\n{cell.Source}";

    static CellError Error(string name, string message) => new(name, message, [$"\u001b[31m{name}\u001b[0m: {message}"]);

    void Report(int index, Cell cell, CellState state, TimeSpan elapsed) => progress?.Report(new(index + 1, notebook.Cells.Count, Title(cell), state, elapsed));

    static string Title(Cell cell)
    {
        var line = cell.Source.Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Length > 0) ?? "";
        return line.Length > 60 ? line[..59] + "…" : line;
    }
}
