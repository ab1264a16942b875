using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Language;
using MedAnomaly.Notebooks.Running;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>
/// The session that runs a kernel's cells, in a process of its own: when that dies or does not stop, the kernel says so and starts a
/// new one. Cells are given to it one after the other; questions and interrupts come from any thread.
/// </summary>
sealed class KernelSession : IAsyncDisposable
{
    const string Loss = "All variables are gone. A new session has been started: run the notebook's cells again from the top.";
    static readonly TimeSpan NoticePatience = TimeSpan.FromSeconds(3);
    static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(7);
    static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(10);

    readonly SessionCommand command;
    readonly string directory;
    readonly Action<string> log;
    readonly Lock gate = new();
    Task<SessionProcess> current;
    SessionProcess? used;
    bool ending;
    int cells;

    /// <summary>Starts a session whose current directory is <paramref name="directory"/>.</summary>
    public KernelSession(SessionCommand command, string directory, Action<string> log)
    {
        (this.command, this.directory, this.log) = (command, directory, log);
        current = SessionProcess.StartAsync(command, directory);
    }

    /// <summary>Runs a cell, or asks for an expression's value where <paramref name="keep"/> is false.</summary>
    /// <param name="code">The cell's text.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="output">Receives its output.</param>
    /// <param name="interrupt">Asks the cell to stop, also while the session still starts; one that does not within seconds is ended with its process.</param>
    /// <param name="keep">Whether later cells see what it declares.</param>
    public async Task<CellResult> ExecuteAsync(string code, string name, ICellOutput output, CancellationToken interrupt, bool keep = true)
    {
        SessionProcess session;
        try
        {
            session = await LiveAsync().WaitAsync(interrupt).ConfigureAwait(false);
        }
        catch (MachineException fault)
        {
            return Failed(fault.Message);
        }
        catch (OperationCanceledException)
        {
            return CellResult.Interrupted;
        }
        if (used is not null && used != session) output.Stream("stderr", $"{(await used.Gone.ConfigureAwait(false)).Message} That was after the last cell. {Loss}\n");
        used = session;
        var request = new RunningRequest(session, output, session.ExecuteAsync(++cells, code, name, output, keep));
        using var registration = interrupt.UnsafeRegister(_ => _ = StopAsync(request), null);
        try
        {
            return await request.Executing.ConfigureAwait(false);
        }
        catch (SessionDiedException death)
        {
            await session.Gone.ConfigureAwait(false);
            used = null;
            log(request.IsStuck ? "ended a session whose cell did not stop when it was interrupted" : death.Message);
            // The next cell should not wait for the start.
            if (!ending) _ = LiveAsync();
            return Failed($"{(request.IsStuck ? "The cell did not stop when it was interrupted, so its process was ended." : death.Message)} {Loss}");
        }
    }

    /// <exception cref="TimeoutException">No answer came.</exception>
    public async Task<CompletionList> CompleteAsync(string code, int position) =>
        LanguageQuestion.ToCompletions(await AskAsync(LanguageQuestion.Complete(code, position)).ConfigureAwait(false));

    /// <exception cref="TimeoutException">No answer came.</exception>
    public async Task<Inspection?> InspectAsync(string code, int position, bool withSource) =>
        LanguageQuestion.ToInspection(await AskAsync(LanguageQuestion.Inspect(code, position, withSource)).ConfigureAwait(false));

    /// <exception cref="TimeoutException">No answer came.</exception>
    public async Task<CompletenessCheck> CheckAsync(string code) =>
        LanguageQuestion.ToCheck(await AskAsync(LanguageQuestion.Check(code)).ConfigureAwait(false));

    /// <summary>Ends the session, and with it a cell that runs.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<SessionProcess> last;
        lock (gate)
        {
            ending = true;
            last = current;
        }
        try
        {
            await (await last.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (MachineException)
        {
            // It never started, and whoever asked it was told.
        }
    }

    async Task<JsonObject> AskAsync(JsonObject question)
    {
        var session = await LiveAsync().ConfigureAwait(false);
        return await session.AskAsync(question).WaitAsync(AnswerPatience).ConfigureAwait(false);
    }

    async Task<SessionProcess> LiveAsync()
    {
        Task<SessionProcess> starting;
        SessionProcess? dead = null;
        lock (gate)
        {
            if (current is { IsCompletedSuccessfully: true, Result.Gone.IsCompleted: true }) dead = current.Result;
            if (dead is not null || current.IsFaulted) current = SessionProcess.StartAsync(command, directory);
            starting = current;
        }
        if (dead is not null) await dead.DisposeAsync().ConfigureAwait(false);
        return await starting.ConfigureAwait(false);
    }

    static async Task StopAsync(RunningRequest request)
    {
        request.Session.Interrupt();
        if (await EndsWithin(NoticePatience).ConfigureAwait(false)) return;
        request.Output.Stream("stderr", FormattableString.Invariant(
            $"The cell is in code that does not listen to interrupts. If it does not stop within {KillPatience.TotalSeconds} s, its process is ended, and all variables with it.\n"));
        if (await EndsWithin(KillPatience).ConfigureAwait(false)) return;
        request.IsStuck = true;
        request.Session.Kill();

        async Task<bool> EndsWithin(TimeSpan patience) => await Task.WhenAny(request.Executing, Task.Delay(patience)).ConfigureAwait(false) == request.Executing;
    }

    static CellResult Failed(string message) => CellResult.Failed(new("SessionDied", message, [$"\u001b[31mSessionDied\u001b[0m: {message}"]));

    sealed class RunningRequest(SessionProcess session, ICellOutput output, Task<CellResult> executing)
    {
        public SessionProcess Session => session;

        public ICellOutput Output => output;

        public Task<CellResult> Executing => executing;

        public bool IsStuck { get; set; }
    }
}
