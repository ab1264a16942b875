using System.Diagnostics;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
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
    static readonly TimeSpan UnwindTime = TimeSpan.FromSeconds(2);

    readonly ScriptChain chain;
    readonly CellSources sources = new();
    readonly Packages packages = new();
    readonly string directory;

    /// <summary>A session that resolves relative paths of <c>#r</c>, <c>#load</c> and <c>#!import</c> against <paramref name="directory"/>.</summary>
    public CSharpSession(string? directory = null)
    {
        this.directory = Path.GetFullPath(directory ?? Environment.CurrentDirectory);
        chain = new(this.directory);
        CellConsole.Install();
    }

    /// <summary>Compiles a little, so that the first cell need not wait for the compiler to load.</summary>
    public void Warm() => chain.Continue(InterruptibleCode.Of("Enumerable.Range(0, 3).Select(i => i * 2).ToArray()"), "warm").Compile();

    /// <summary>Runs a cell to its end on a thread of its own and waits for it.</summary>
    /// <param name="code">The cell's text: magics first, then C#.</param>
    /// <param name="name">What errors call the cell, such as <c>In[3]</c>.</param>
    /// <param name="output">Receives what the cell prints and shows, in order, also after its end where it leaves tasks behind.</param>
    /// <param name="interrupt">Stops the cell: loops, waits and awaits. What it had assigned stays.</param>
    public CellResult Execute(string code, string name, ICellOutput output, CancellationToken interrupt = default)
    {
        var channel = new CellChannel(output, interrupt);
        var cell = new RunningCell(name, channel);
        CellResult? result = null;
        var thread = new Thread(() => result = Run(code, cell), StackSize) { Name = name, IsBackground = true };
        thread.Start();
        thread.Join();
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
            return cell.Interrupted();
        }
        catch (Exception fault)
        {
            return cell.Failed(ErrorText.Of(fault, sources));
        }
    }

    CellResult Run(CellText text, RunningCell cell)
    {
        sources.Add(cell.Name, text.Source);
        foreach (var magic in text.Magics) Obey(magic, cell);
        if (text.ContentType is { } mime)
        {
            cell.Channel.InOrder(output => output.Display(MimeData.Of(mime, text.Code, text.Code), null, update: false));
            return cell.Done(null);
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
        var script = chain.Continue(InterruptibleCode.Of(code), cell.Name);
        if (Errors(script, cell).Count > 0)
        {
            // Explained in the words of the cell itself, not of what was added to it.
            script = chain.Continue(code, cell.Name);
            if (Errors(script, cell) is { Count: > 0 } errors) return cell.Failed(CompileErrors.Explain(errors, script.GetCompilation(), sources));
        }
        cell.CompileTime += clock.Elapsed;
        clock.Restart();
        try
        {
            return RunScript(script, cell);
        }
        finally
        {
            cell.RunTime += clock.Elapsed;
        }
    }

    static List<Diagnostic> Errors(Script<object> script, RunningCell cell) =>
        [.. script.Compile(cell.Channel.Interrupt).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    CellResult RunScript(Script<object> script, RunningCell cell)
    {
        var interrupt = cell.Channel.Interrupt;
        var pump = new CellPump(fault => cell.Report(ErrorText.Of(fault, sources)));
        SynchronizationContext.SetSynchronizationContext(pump);
        Task<ScriptState<object>>? task = null;
        MimeData? value = null;
        try
        {
            InterruptibleRun.Run(() =>
            {
                task = chain.Start(script, interrupt);
                pump.RunUntil(task, interrupt);
                if (task.Result is { Exception: null } state) value = TrailingValue.Of(state, script);
            }, interrupt);
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            Unwind(task, pump);
        }
        finally
        {
            pump.End();
            SynchronizationContext.SetSynchronizationContext(null);
        }
        if (task is not { IsCompletedSuccessfully: true }) return cell.Interrupted();
        chain.Advance(task.Result);
        if (interrupt.IsCancellationRequested) return cell.Interrupted();
        return task.Result.Exception is { } error ? cell.Failed(ErrorText.Of(error, sources)) : cell.Done(value);
    }

    // What is left of the cell's finally blocks and of Roslyn's book-keeping; bounded, since it is the user's code too.
    static void Unwind(Task? task, CellPump pump)
    {
        if (task is null) return;
        using var limit = new CancellationTokenSource(UnwindTime);
        try
        {
            InterruptibleRun.Run(() => pump.RunUntil(task, limit.Token), limit.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
