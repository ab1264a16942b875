using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>How to start a process that calls <see cref="SessionHost.Run"/> with the address that is appended to the arguments.</summary>
/// <param name="Program">The program.</param>
/// <param name="Arguments">Its first arguments.</param>
public sealed record SessionCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>The verb under which a program offers <see cref="SessionHost.Run"/>.</summary>
    public const string Verb = "session-host";

    /// <summary>This program again, with <see cref="Verb"/>.</summary>
    public static SessionCommand Self => Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? new(Environment.ProcessPath!, [Environment.GetCommandLineArgs()[0], Verb])
        : new(Environment.ProcessPath!, [Verb]);
}

/// <summary>How a session's process ended, in words.</summary>
/// <param name="Code">Its exit code; 128 and the signal's number where a signal ended it.</param>
/// <param name="Description">What that means.</param>
public sealed record SessionEnd(int Code, string Description);

/// <summary>The session's process ended while a cell ran.</summary>
public sealed class SessionDiedException(SessionEnd end) : WorkbenchException($"The process that runs the cells {end.Description}.")
{
    /// <inheritdoc/>
    public override ExitCode ExitCode => ExitCode.KernelDied;

    /// <summary>How it ended.</summary>
    public SessionEnd End => end;
}

/// <summary>The process that runs the cells, seen from outside.</summary>
public sealed class SessionProcess : IAsyncDisposable
{
    static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    static readonly TimeSpan DrainPatience = TimeSpan.FromSeconds(1);

    readonly Process process;
    readonly Wire wire;
    readonly DirectoryInfo folder;
    readonly Task[] readers;
    readonly NativeText standard = new("stdout"), error = new("stderr");
    readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<int, ICellOutput> outputs = [];
    readonly Dictionary<int, TaskCompletionSource<JsonObject>> questions = [];
    readonly TaskCompletionSource<SessionDiedException> gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock gate = new();
    TaskCompletionSource<CellResult>? pending;
    int asked;

    SessionProcess(Process process, Wire wire, DirectoryInfo folder)
    {
        this.process = process;
        this.wire = wire;
        this.folder = folder;
        readers = [Task.Factory.StartNew(Listen, TaskCreationOptions.LongRunning), standard.ReadAsync(process.StandardOutput), error.ReadAsync(process.StandardError)];
    }

    /// <summary>Starts a session whose current directory is <paramref name="directory"/>. It gets ready while the caller goes on.</summary>
    /// <exception cref="MachineException">The process does not start.</exception>
    public static async Task<SessionProcess> StartAsync(SessionCommand command, string directory, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("medanomaly-");
        var address = Path.Combine(folder.FullName, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(address));
        listener.Listen(1);
        var start = new ProcessStartInfo(command.Program, [.. command.Arguments, address])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        var process = Process.Start(start) ?? throw new MachineException($"{command.Program} did not start.");
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartPatience);
        var accepting = listener.AcceptAsync(limit.Token).AsTask();
        if (await Task.WhenAny(accepting, process.WaitForExitAsync(cancellationToken)).ConfigureAwait(false) != accepting)
            throw new MachineException($"The process that runs the cells ended at once (exit code {process.ExitCode}): {(await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim()}");
        var socket = await accepting.ConfigureAwait(false);
        return new(process, new(new NetworkStream(socket, ownsSocket: true)), folder);
    }

    /// <summary>The process.</summary>
    public int ProcessId => process.Id;

    /// <summary>Done when the process has ended, whether or not a cell ran.</summary>
    public Task<SessionDiedException> Gone => gone.Task;

    /// <summary>Done when the session can run cells at once.</summary>
    /// <exception cref="SessionDiedException">The process ended before.</exception>
    public Task Ready => ready.Task;

    /// <summary>Runs a cell.</summary>
    /// <param name="cell">A number of the caller's, different for every call.</param>
    /// <param name="code">The cell's text.</param>
    /// <param name="name">What errors call the cell.</param>
    /// <param name="output">Receives the cell's output, also what it prints after its end.</param>
    /// <param name="keep">False to ask for an expression's value only: later cells do not see what it declares.</param>
    /// <exception cref="SessionDiedException">The process ended before the cell did.</exception>
    public async Task<CellResult> ExecuteAsync(int cell, string code, string name, ICellOutput output, bool keep = true)
    {
        var completion = new TaskCompletionSource<CellResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            pending = completion;
            outputs[cell] = output;
        }
        standard.Enter(output, Message.Boundary(cell));
        error.Enter(output, Message.Boundary(cell));
        try
        {
            wire.Send(new() { ["type"] = Message.Execute, ["cell"] = cell, ["code"] = code, ["name"] = name, ["keep"] = keep });
        }
        catch (IOException)
        {
            // The process is gone; Listen finds out and says how it ended.
        }
        // It may have ended before it was asked.
        if (await Task.WhenAny(completion.Task, gone.Task).ConfigureAwait(false) == gone.Task && !completion.Task.IsCompleted) throw gone.Task.Result;
        var result = await completion.Task.ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(standard.Left, error.Left), Task.Delay(DrainPatience)).ConfigureAwait(false);
        return result;
    }

    /// <summary>Asks an editor's question, which is answered also while a cell runs.</summary>
    /// <exception cref="SessionDiedException">The process ended before it answered.</exception>
    /// <exception cref="InvalidOperationException">The question made the compiler fail.</exception>
    internal async Task<JsonObject> AskAsync(JsonObject question)
    {
        var completion = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        var number = Interlocked.Increment(ref asked);
        lock (gate) questions[number] = completion;
        question["type"] = Message.Question;
        question["question"] = number;
        try
        {
            wire.Send(question);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // The process is gone; Listen finds out and says how it ended.
        }
        if (await Task.WhenAny(completion.Task, gone.Task).ConfigureAwait(false) != completion.Task) throw gone.Task.Result;
        var answer = await completion.Task.ConfigureAwait(false);
        return answer["fault"] is null ? answer : throw new InvalidOperationException(Message.Text(answer, "fault"));
    }

    /// <summary>Asks the running cell to stop; nothing happens where none runs.</summary>
    public void Interrupt()
    {
        try
        {
            wire.Send(new() { ["type"] = Message.Interrupt });
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
            // It is gone already: it cannot be more interrupted than that.
        }
    }

    /// <summary>Ends the process at once.</summary>
    public void Kill()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    /// <summary>Ends the session and waits until it is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            wire.Send(new() { ["type"] = Message.Quit });
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException)
        {
        }
        using (var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3)))
        {
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                Kill();
            }
        }
        await Task.WhenAny(Task.WhenAll(readers), Task.Delay(DrainPatience)).ConfigureAwait(false);
        wire.Dispose();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    void Listen()
    {
        while (wire.Receive() is { } message)
        {
            switch (Message.Kind(message))
            {
                case Message.Ready: ready.TrySetResult(); break;
                case Message.Done: Take()?.TrySetResult(Message.ToResult(message)); break;
                case Message.AskInput: Ask(message); break;
                case Message.Answer: Answer(message); break;
                default: Deliver(message); break;
            }
        }
        // The pipe closes a moment before the process is gone and its exit code known.
        process.WaitForExit(DrainPatience);
        Kill();
        process.WaitForExit();
        Task.WaitAll(readers[1..], DrainPatience);
        var death = new SessionDiedException(Describe(process.ExitCode));
        ready.TrySetException(death);
        Take()?.TrySetException(death);
        gone.TrySetResult(death);
    }

    void Answer(JsonObject message)
    {
        TaskCompletionSource<JsonObject>? question;
        lock (gate) questions.Remove(Message.Number(message, "question"), out question);
        question?.TrySetResult(message);
    }

    TaskCompletionSource<CellResult>? Take()
    {
        lock (gate)
        {
            var taken = pending;
            pending = null;
            return taken;
        }
    }

    void Deliver(JsonObject message)
    {
        ICellOutput output;
        lock (gate) output = outputs[Message.Number(message, "cell")];
        switch (Message.Kind(message))
        {
            case Message.Stream: output.Stream(Message.Text(message, "name"), Message.Text(message, "text")); break;
            case Message.Display: output.Display(Message.ToContent(message), message["id"]?.GetValue<string>(), message["update"]!.GetValue<bool>()); break;
            case Message.Clear: output.Clear(message["wait"]!.GetValue<bool>()); break;
        }
    }

    void Ask(JsonObject message)
    {
        ICellOutput output;
        lock (gate) output = outputs[Message.Number(message, "cell")];
        Task.Run(() =>
        {
            string? text;
            try
            {
                text = output.Input(Message.Text(message, "prompt"), message["password"]!.GetValue<bool>());
            }
            catch (NotSupportedException)
            {
                text = null;
            }
            try
            {
                wire.Send(new() { ["type"] = Message.GiveInput, ["question"] = message["question"]!.DeepClone(), ["text"] = text });
            }
            catch (Exception fault) when (fault is IOException or ObjectDisposedException)
            {
                // Whoever asked is gone.
            }
        });
    }

    static SessionEnd Describe(int code) => new(code, code switch
    {
        128 + 6 => "aborted (signal 6): a stack overflow, a failed assertion in native code, or Environment.FailFast. What it said last is below the cell",
        128 + 9 => "was killed (signal 9); where nobody did so, the system ran out of memory: see 'dmesg'",
        128 + 11 => "crashed in native code (signal 11, a segmentation fault)",
        128 + 15 => "was terminated (signal 15)",
        > 128 and < 128 + 65 => FormattableString.Invariant($"was ended by signal {code - 128}"),
        _ => FormattableString.Invariant($"ended by itself with exit code {code}, as Environment.Exit({code}) does"),
    });
}
