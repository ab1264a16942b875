using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Sweeps;

/// <summary>
/// Executes runs on this machine, each by <c>medanomaly run</c> in a process of its own, as many at a time as cores and memory allow. A run
/// that takes more memory than it may is ended, so that it takes none of the others with it.
/// </summary>
public sealed class LocalExecutor : ISweepExecutor
{
    static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(500);

    readonly string program;
    readonly string[] arguments;

    /// <summary>An executor within bounds.</summary>
    /// <param name="sweep">Says what one run may take.</param>
    /// <param name="program">The program that offers <c>run</c>.</param>
    /// <param name="arguments">Its first arguments.</param>
    /// <param name="cores">Cores for all runs together; by default those of the machine.</param>
    /// <param name="memory">Bytes for all runs together; by default four fifths of what is there.</param>
    /// <exception cref="MachineException">Not even one run fits.</exception>
    public LocalExecutor(SweepFile sweep, string program, IReadOnlyList<string> arguments, int? cores = null, long? memory = null)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        (this.program, this.arguments) = (program, [.. arguments]);
        var bound = memory ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 5 * 4;
        var (byCores, byMemory) = ((cores ?? Environment.ProcessorCount) / sweep.Cores, (int)Math.Min(int.MaxValue, bound / sweep.Memory));
        Slots = Math.Min(byCores, byMemory);
        if (Slots < 1)
            throw new MachineException($"Not one run fits: it may take {sweep.Cores} cores and {Gibibytes(sweep.Memory)} GiB, and there are "
                + $"{cores ?? Environment.ProcessorCount} cores and {Gibibytes(bound)} GiB. Lower 'cores' or 'memory' in {sweep.Path}, "
                + "or raise --cores or --memory.");
    }

    /// <inheritdoc/>
    public int Slots { get; }

    /// <inheritdoc/>
    public async Task<SweepEnd> ExecuteAsync(SweepFile sweep, SweepRun run, SweepFolder folder, CancellationToken cancellationToken)
    {
        EndOrphan(folder.Of(run));
        Directory.CreateDirectory(folder.Of(run));
        var parameters = Path.Combine(folder.Of(run), "parameters.json");
        AtomicFile.WriteText(parameters, JsonSerializer.Serialize(run.Values));
        var start = new ProcessStartInfo(program, [.. arguments, "run", sweep.Notebook, folder.NotebookOf(run), "-f", parameters])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        start.Environment["MEDANOMALY_RESULTS"] = folder.StoreOf(run).Folder;
        start.Environment["OMP_NUM_THREADS"] = sweep.Cores.ToString(CultureInfo.InvariantCulture);
        // .NET reads this one as a hexadecimal number.
        start.Environment["DOTNET_PROCESSOR_COUNT"] = sweep.Cores.ToString("X", CultureInfo.InvariantCulture);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        await using var log = new StreamWriter(folder.LogOf(run)) { AutoFlush = true };
        var gate = new Lock();
        void Write(object _, DataReceivedEventArgs line)
        {
            lock (gate) log.WriteLine(line.Data);
        }
        process.OutputDataReceived += Write;
        process.ErrorDataReceived += Write;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        NoteProcess(folder.Of(run), process.Id);
        var (tooMuch, largest) = (false, 0L);
        try
        {
            var ended = process.WaitForExitAsync(cancellationToken);
            while (await Task.WhenAny(ended, Task.Delay(Watch, cancellationToken)).ConfigureAwait(false) != ended)
            {
                cancellationToken.ThrowIfCancellationRequested();
                largest = Math.Max(largest, ProcessTree.Memory(process.Id));
                if (tooMuch || largest <= sweep.Memory) continue;
                tooMuch = true;
                process.Kill(entireProcessTree: true);
            }
            await ended.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        File.Delete(ProcessNote(folder.Of(run)));
        return new(process.ExitCode, clock.Elapsed, tooMuch
            ? $"it took {Gibibytes(largest)} GiB and may take {Gibibytes(sweep.Memory)}. Raise 'memory' in {sweep.Path}"
            : process.ExitCode == 0 ? "" : $"'run' ended with {process.ExitCode}; {folder.LogOf(run)} says why");
    }

    static string ProcessNote(string folder) => Path.Combine(folder, "process.txt");

    static void NoteProcess(string folder, int process)
    {
        if (ProcessTree.StartOf(process) is { } start) AtomicFile.WriteText(ProcessNote(folder), $"{process} {start}");
    }

    /// <summary>A sweep that was killed leaves its runs behind; one that is to be run again must not run twice.</summary>
    static void EndOrphan(string folder)
    {
        if (!File.Exists(ProcessNote(folder))) return;
        if (File.ReadAllText(ProcessNote(folder)).Split(' ') is [var id, var start]) ProcessTree.End(int.Parse(id, CultureInfo.InvariantCulture), start);
        File.Delete(ProcessNote(folder));
    }

    static string Gibibytes(long bytes) => (bytes / (double)(1L << 30)).ToString("0.##", CultureInfo.InvariantCulture);
}
