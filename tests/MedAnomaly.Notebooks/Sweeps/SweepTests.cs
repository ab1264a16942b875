using System.Diagnostics;
using System.Globalization;
using MedAnomaly.Data;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sweeps;

namespace MedAnomaly.Notebooks.Tests.Sweeps;

public sealed class SweepTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static readonly string[] Program = [Path.Combine(AppContext.BaseDirectory, "medanomaly-cli.dll")];

    /// <summary>Saves a record of its parameters, as a notebook of an experiment does.</summary>
    const string Work = """
        if (seed == fails) throw new Exception("boom");
        if (holds > 0) { var kept = new byte[holds << 20]; Array.Fill(kept, (byte)1); Thread.Sleep(20_000); }
        File.AppendAllText(Path.Combine(dataset, "..", "log.txt"), $"{seed} {Environment.ProcessorCount}\n");
        ResultStore.FromEnvironment().Save(new RunRecord
        {
            Id = $"run-{seed}-{ratio.ToString(CultureInfo.InvariantCulture)}", Dataset = "none", Data = DataKind.Simulated, Protocol = RunProtocol.Corrected, Method = "none",
            Parameters = RunRecord.ParametersOf(new { seed, ratio }), Metrics = [new(MetricName.AUROC, MetricLevel.Image, 0.5 + ratio / 10 + seed / 100.0)], Seconds = 1, Seed = seed,
        }, record: false);
        """;

    string Notebook(string work = Work)
    {
        var notebook = new Notebook();
        var parameters = new Cell(CellKind.Code, $"string dataset = \"{folder.File("data")}\"; int seed = 0; double ratio = 0.5; int fails = -1; int holds = 0;");
        parameters.AddTag("parameters");
        notebook.Cells.AddRange([parameters, new Cell(CellKind.Code, work)]);
        NotebookFile.Save(notebook, folder.File("work.ipynb"));
        Directory.CreateDirectory(folder.File("data"));
        return folder.File("work.ipynb");
    }

    SweepFile Sweep(string grids, string more = "")
    {
        if (!File.Exists(folder.File("work.ipynb"))) Notebook();
        return SweepFile.Read(folder.File("work.sweep.yaml", $"notebook: work.ipynb\ngrids: {grids}\n{more}"));
    }

    SweepFolder Out => new(folder.File("out"));

    DataStore Store => new(folder.File("store"));

    Task<IReadOnlyList<(SweepRun Run, SweepEnd End)>> RunAsync(SweepFile sweep, IProgress<SweepProgress>? progress = null, CancellationToken cancellationToken = default) =>
        MedAnomaly.Notebooks.Sweeps.Sweep.RunAsync(sweep, Out, new LocalExecutor(sweep, "dotnet", Program, cores: 2), Store, progress, cancellationToken);

    string[] Log => File.Exists(folder.File("log.txt")) ? File.ReadAllLines(folder.File("log.txt")) : [];

    sealed class Heard : IProgress<SweepProgress>
    {
        public List<SweepProgress> All { get; } = [];
        public void Report(SweepProgress value) => All.Add(value);
    }

    [Fact]
    public void A_grid_is_every_combination_once_and_common_parameters_stand_in_each()
    {
        var sweep = Sweep("[{seed: [1, 2], ratio: [0.1, 0.5]}, {seed: [2, 3], ratio: [0.5]}]", "parameters: {ratio: 0.9, fails: 7}");

        Assert.Equal(["ratio=0.1 seed=1", "ratio=0.5 seed=1", "ratio=0.1 seed=2", "ratio=0.5 seed=2", "ratio=0.5 seed=3"],
            sweep.Runs.Select(run => string.Join(' ', run.ToString().Split(' ').Where(word => !word.StartsWith("fails", StringComparison.Ordinal)).Order(StringComparer.Ordinal))));
        Assert.All(sweep.Runs, run => Assert.Equal(7, run.Values["fails"]!.GetValue<int>()));
        Assert.Equal(["seed", "ratio"], sweep.Varied);
        Assert.Equal([folder.File("data")], sweep.Data);
        Assert.Equal("work", sweep.Name);
    }

    [Theory]
    [InlineData("notebook: none.ipynb\ngrids: [{seed: [1]}]", "there is no notebook")]
    [InlineData("notebook: work.ipynb", "the key 'grids' holds no list of maps, such as '- {seed: [0, 1, 2]}'.")]
    [InlineData("notebook: work.ipynb\ngrids: [{seed: 1}]", "the grid's 'seed' is no list of values, such as [1, 2, 3].")]
    [InlineData("notebook: work.ipynb\ngrids: [{seed: [x]}]", "Parameter seed (int): \"x\" is no int")]
    [InlineData("notebook: work.ipynb\ngrids: [{sead: [1]}]", "There is no parameter \"sead\". Did you mean \"seed\"?")]
    [InlineData("notebook: work.ipynb\ngrid: [{seed: [1]}]", "it has the unknown key 'grid'.")]
    [InlineData("notebook: work.ipynb\ngrids: [{seed: [1]}]\ncores: 0", "'cores' is no positive number.")]
    [InlineData("notebook: [", "could not be read: not readable as YAML or JSON")]
    [InlineData("just words", "it holds no map with the keys notebook, parameters, grids, cores, memory.")]
    public void What_is_wrong_with_a_file_is_said_before_anything_runs(string text, string message)
    {
        Notebook();

        var fault = Assert.Throws<UsageException>(() => SweepFile.Read(folder.File("bad.yaml", text)));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_run_is_a_process_with_a_record_and_a_second_call_leaves_finished_ones_alone()
    {
        var sweep = Sweep("[{seed: [1, 2]}]");
        var heard = new Heard();

        Assert.Empty(await RunAsync(sweep, heard));
        Assert.Empty(await RunAsync(Sweep("[{seed: [1, 2, 3]}]"), heard));

        // A run sees the one core that it may use; the third run alone was started by the second call.
        Assert.Equal(["1 1", "2 1", "3 1"], Log.Order());
        Assert.StartsWith("0 of 2 runs are finished already, 2 run at a time", heard.All[0].Event, StringComparison.Ordinal);
        Assert.Contains(heard.All, progress => progress is { Finished: 1, Total: 2, Left: not null });
        Assert.StartsWith("2 of 3 runs are finished already", heard.All.Last(progress => progress.Event.Contains("already", StringComparison.Ordinal)).Event, StringComparison.Ordinal);
        var text = SweepReport.Write(Sweep("[{seed: [1, 2, 3]}]"), Out, Sweep("[{seed: [1, 2, 3]}]").Runs);
        Assert.Contains("56.00", text, StringComparison.Ordinal);
        Assert.Contains("58.00", File.ReadAllText(Path.Combine(Out.Path, "table.csv")), StringComparison.Ordinal);
        Assert.True(new FileInfo(Path.Combine(Out.Path, "seed.png")).Length > 1000);
    }

    [Fact]
    public async Task A_run_that_fails_ends_no_other_and_is_tried_again()
    {
        var sweep = Sweep("[{seed: [1, 2]}]", "parameters: {fails: 1}");

        var failed = await RunAsync(sweep);

        var (run, end) = Assert.Single(failed);
        Assert.Equal(1, run.Values["seed"]!.GetValue<int>());
        Assert.Equal(1, end.ExitCode);
        Assert.Contains("log.txt says why", end.Reason, StringComparison.Ordinal);
        Assert.Contains("boom", await File.ReadAllTextAsync(Out.LogOf(run), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.NotNull(Out.Result(sweep.Runs[1]));
        Assert.Null(Out.Result(sweep.Runs[0]));
        Assert.Single(await RunAsync(sweep));
    }

    [Fact]
    public async Task A_changed_notebook_and_changed_data_are_refused()
    {
        var sweep = Sweep("[{seed: [1]}]");
        folder.File(Path.Combine("data", "a.txt"), "1");
        await RunAsync(sweep);

        folder.File(Path.Combine("data", "b.txt"), "2");
        var data = await Assert.ThrowsAsync<DatasetException>(() => RunAsync(sweep));
        File.Delete(folder.File(Path.Combine("data", "b.txt")));
        Assert.Empty(await RunAsync(sweep));
        Notebook(Work + "\n// changed");
        var notebook = await Assert.ThrowsAsync<UsageException>(() => RunAsync(sweep));

        Assert.StartsWith($"The data '{folder.File("data")}' changed since the sweep in {Out.Path} began", data.Message, StringComparison.Ordinal);
        Assert.StartsWith($"{folder.File("work.ipynb")} changed since the sweep in {Out.Path} began: its SHA-256 was ", notebook.Message, StringComparison.Ordinal);
        Assert.EndsWith($"Give another folder with -o, or delete {Out.Path} to measure everything again.", notebook.Message, StringComparison.Ordinal);
        Assert.Equal(["1 1"], Log);
    }

    [Fact]
    public async Task A_run_beyond_its_memory_is_ended_and_says_what_to_raise()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is watched where there is /proc.");
        var sweep = Sweep("[{holds: [700]}]", "memory: 0.5");

        var (_, end) = Assert.Single(await RunAsync(sweep));

        Assert.Contains(" GiB and may take 0.5. Raise 'memory' in ", end.Reason, StringComparison.Ordinal);
        Assert.True(end.Duration < TimeSpan.FromSeconds(20));
        Assert.StartsWith("Not one run fits: it may take 1 cores and 0.5 GiB, and there are 2 cores and 0.25 GiB.",
            Assert.Throws<MachineException>(() => new LocalExecutor(sweep, "dotnet", Program, 2, 1 << 28)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_kill_nothing_runs_twice_and_what_was_finished_stays()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Processes are told apart by /proc.");
        Notebook("if (seed == 2) Thread.Sleep(slow); " + Work.Replace("seed == fails", "false", StringComparison.Ordinal));
        var text = await File.ReadAllTextAsync(folder.File("work.ipynb"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.File("work.ipynb"), text.Replace("int holds = 0;", "int holds = 0; int slow = 15_000;", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var sweep = Sweep("[{seed: [1, 2]}]");
        var start = new ProcessStartInfo("dotnet", [.. Program, "sweep", sweep.Path, "-o", Out.Path, "--cores", "2"]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using (var first = Process.Start(start)!)
        {
            for (var i = 0; i < 600 && (Out.Result(sweep.Runs[0]) is null || !File.Exists(Path.Combine(Out.Of(sweep.Runs[1]), "process.txt"))); i++)
                await Task.Delay(100, TestContext.Current.CancellationToken);
            first.Kill();
            await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        var orphan = int.Parse((await File.ReadAllTextAsync(Path.Combine(Out.Of(sweep.Runs[1]), "process.txt"), TestContext.Current.CancellationToken)).Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.True(Directory.Exists($"/proc/{orphan}"));

        Assert.Empty(await RunAsync(sweep));

        Assert.False(Directory.Exists($"/proc/{orphan}"));
        Assert.Equal(["1 1", "2 1"], Log.Order());
    }

    [Fact]
    public async Task A_sweep_that_is_running_is_not_run_a_second_time()
    {
        Notebook(Work);
        var sweep = Sweep("[{seed: [1]}]");
        using (Out.Hold())
        {
            var fault = await Assert.ThrowsAsync<UsageException>(() => RunAsync(sweep));
            Assert.Equal($"The sweep in {Out.Path} is running already: two at once would end each other's runs. Wait for it, end it, or give another folder with -o.", fault.Message);
        }
        Assert.Empty(await RunAsync(sweep));
    }

    [Fact]
    public async Task Interrupting_ends_the_runs_and_keeps_what_is_finished()
    {
        Notebook("if (seed == 2) Thread.Sleep(60_000); " + Work);
        var sweep = Sweep("[{seed: [1, 2]}]");
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var running = RunAsync(sweep, new StopAfterFirst(stop), stop.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.NotNull(Out.Result(sweep.Runs[0]));
        Assert.Null(Out.Result(sweep.Runs[1]));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(55));
    }

    sealed class StopAfterFirst(CancellationTokenSource stop) : IProgress<SweepProgress>
    {
        public void Report(SweepProgress value)
        {
            if (value.Finished == 1) stop.Cancel();
        }
    }
}
