using System.Diagnostics;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Language;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// A C# session: cells run one after the other in this process and share their variables. The library's namespaces are open from the
/// start. Cells are code of the user's, with the user's rights: nothing here confines them.
/// </summary>
public sealed class CSharpSession
{
    const int StackSize = 64 << 20;
    static readonly TimeSpan FlushPeriod = TimeSpan.FromMilliseconds(50);

    readonly ScriptChain chain;
    readonly CellSources sources = new();
    readonly Packages packages = new();
    readonly string directory;

    /// <summary>A session that resolves relative paths of <c>#r</c>, <c>#load</c> and <c>#!import</c> against <paramref name="directory"/>.</summary>
    public CSharpSession(string? directory = null)
    {
        this.directory = Path.GetFullPath(directory ?? Environment.CurrentDirectory);
        chain = new(this.directory);
        Language = new(chain);
        CellConsole.Install();
    }

    /// <summary>Answers an editor's questions about cells that are being written.</summary>
    public LanguageService Language { get; }

    /// <summary>Compiles a little, so that the first cell need not wait for the compiler to load.</summary>
    public void Warm() => Compile("for (var i = 0; i < 3; i++) Console.Write(Enumerable.Range(0, i).Sum());", "warm", default, out _);

    /// <summary>Runs a cell to its end on a thread of its own and waits for it.</summary>
    /// <param name="code">The cell's text: magics first, then C#.</param>
    /// <param name="name">What errors call the cell, such as <c>In[3]</c>.</param>
    /// <param name="output">Receives what the cell prints and shows, in order, also after its end where it leaves tasks behind.</param>
    /// <param name="interrupt">Stops the cell: loops, waits and awaits. What it had assigned stays.</param>
    public CellResult Execute(string code, string name, ICellOutput output, CancellationToken interrupt = default) =>
        Execute(code, output, interrupt, channel => new(name, channel));

    /// <summary>The value of an expression, as <see cref="Execute(string, string, ICellOutput, CancellationToken)"/> finds it, but the session does not remember that it was asked.</summary>
    public CellResult Evaluate(string expression, string name, ICellOutput output, CancellationToken interrupt = default) =>
        Execute(expression, output, interrupt, channel => new(name, channel, IsKept: false));

    CellResult Execute(string code, ICellOutput output, CancellationToken interrupt, Func<CellChannel, RunningCell> begin)
    {
        var channel = new CellChannel(output, interrupt);
        var cell = begin(channel);
        CellResult? result = null;
        var thread = new Thread(() => result = Run(code, cell), StackSize) { Name = cell.Name, IsBackground = true };
        thread.Start();
        // What is printed is seen while the cell runs.
        using (new Timer(_ => channel.Flush(), null, FlushPeriod, FlushPeriod)) thread.Join();
        channel.Close();
        if (interrupt.IsCancellationRequested) CellConsole.Renew();
        return result!;
    }

    CellResult Run(string code, RunningCell cell)
    {
        CellChannel.Current = cell.Channel;
        try
        {
            return Run(CellText.Parse(code), cell);
        }
        catch (Exception fault) when (cell.IsInterrupt(fault))
        {
            return CellResult.Interrupted;
        }
        catch (Exception fault)
        {
            return CellResult.Failed(ErrorText.Of(fault, sources));
        }
    }

    CellResult Run(CellText text, RunningCell cell)
    {
        sources.Add(cell.Name, text.Source);
        foreach (var magic in text.Magics) Obey(magic, cell);
        if (text.ContentType is { } mime)
        {
            cell.Channel.InOrder(output => output.Display(MimeData.Of(mime, text.Code, text.Code), null, update: false));
            return CellResult.Done(null);
        }
        var result = RunCode(text.Code, cell);
        if (text.IsTimed)
        {
            var line = FormattableString.Invariant($"Wall time: {(result.CompileTime + result.RunTime).TotalMilliseconds:F0} ms (compiling {result.CompileTime.TotalMilliseconds:F0} ms)");
            cell.Channel.InOrder(output => output.Display(MimeData.Of(Mime.Text, line, line), null, update: false));
        }
        return result;
    }

    void Obey(Magic magic, RunningCell cell)
    {
        switch (magic)
        {
            case ReferenceMagic reference: chain.Reference(Assemblies.Resolve(reference.Path, directory)); break;
            case PackageMagic package: chain.Reference(packages.Restore(package, cell.Channel.Interrupt)); break;
            case SourceMagic source: packages.AddSource(source.Source); break;
            case ListingMagic listing: cell.Channel.InOrder(output => output.Display(Listings.Of(listing.Name, chain, directory), null, update: false)); break;
            case ImportMagic import: Import(import, cell); break;
        }
    }

    void Import(ImportMagic import, RunningCell cell)
    {
        foreach (var (code, name) in ImportedCells.Read(import.Path, directory))
        {
            var result = Run(CellText.Parse(code), cell with { Name = name });
            if (result.Error is { } error) throw new ImportException(import.Path, error);
        }
    }

    CellResult RunCode(string code, RunningCell cell)
    {
        var clock = Stopwatch.StartNew();
        if (Compile(code, cell.Name, cell.Channel.Interrupt, out var error) is not { } script) return CellResult.Failed(error!);
        var compileTime = clock.Elapsed;
        var result = RunScript(script, cell);
        return result with { CompileTime = compileTime, RunTime = clock.Elapsed - compileTime };
    }

    // Errors are found in the cell as it is written; what runs has checks for interrupts added.
    Script<object>? Compile(string code, string name, CancellationToken interrupt, out CellError? error)
    {
        var written = chain.Continue(code, name);
        var compilation = written.GetCompilation();
        var errors = Errors(compilation.GetDiagnostics(interrupt));
        error = errors.Length > 0 ? CompileErrors.Explain(errors, compilation, sources) : null;
        if (error is not null) return null;
        var script = chain.Continue(InterruptibleCode.Of(compilation.GetSemanticModel(compilation.SyntaxTrees.Last())), name);
        if (Errors(script.Compile(interrupt)).Length == 0) return script;
        // An addition changed the meaning: better a cell that cannot be stopped than one that does not run.
        written.Compile(interrupt);
        return written;
    }

    static Diagnostic[] Errors(IEnumerable<Diagnostic> diagnostics) => [.. diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    CellResult RunScript(Script<object> script, RunningCell cell)
    {
        var interrupt = cell.Channel.Interrupt;
        var pump = new CellPump(fault => cell.Report(ErrorText.Of(fault, sources)));
        SynchronizationContext.SetSynchronizationContext(pump);
        Task<ScriptState<object>>? task = null;
        MimeData? value = null;
        using var watch = CellInterrupt.Watch(interrupt);
        try
        {
            InterruptibleRun.Run(() =>
            {
                task = chain.Start(script, interrupt);
                pump.RunUntil(task);
                if (task.Result is { Exception: null } state) value = TrailingValue.Of(state, script);
            }, interrupt);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            // Roslyn's task is left behind unfinished, and with it what this cell had assigned; earlier cells' variables stay.
        }
        finally
        {
            pump.End();
            SynchronizationContext.SetSynchronizationContext(null);
        }
        if (task is not { IsCompletedSuccessfully: true }) return CellResult.Interrupted;
        if (cell.IsKept) chain.Advance(task.Result);
        if (interrupt.IsCancellationRequested) return CellResult.Interrupted;
        return task.Result.Exception is { } error ? CellResult.Failed(ErrorText.Of(error, sources)) : CellResult.Done(value);
    }
}
