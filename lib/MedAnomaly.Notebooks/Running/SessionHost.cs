using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Language;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>
/// The process that runs the cells, seen from inside. It obeys the program that started it and ends with it. Cells run apart from the
/// program so that one that exits, overflows the stack or is killed does not take the notebook with it.
/// </summary>
public sealed partial class SessionHost
{
    static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(2);

    readonly Wire wire;
    readonly BlockingCollection<(JsonObject Request, CancellationTokenSource Interrupt)> work = [];
    readonly BlockingCollection<JsonObject> typed = [];
    readonly Lock gate = new();
    CancellationTokenSource? running;
    int asked;

    SessionHost(Wire wire) => this.wire = wire;

    /// <summary>Connects to the program that listens at <paramref name="address"/> and runs cells until it leaves.</summary>
    /// <param name="address">The path of a socket.</param>
    public static void Run(string address)
    {
        // The program decides what Ctrl-C and a batch system's notice mean; both reach its whole process group.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(address));
        using var wire = new Wire(new NetworkStream(socket));
        new SessionHost(wire).Serve();
    }

    void Serve()
    {
        var session = new CSharpSession();
        ExceptionHandling.SetUnhandledExceptionHandler(Survive);
        new Thread(() => Listen(session.Language)) { IsBackground = true, Name = "session messages" }.Start();
        session.Warm();
        wire.Send(new() { ["type"] = Message.Ready });
        foreach (var (request, interrupt) in work.GetConsumingEnumerable()) Execute(session, request, interrupt);
    }

    void Execute(CSharpSession session, JsonObject request, CancellationTokenSource interrupt)
    {
        var cell = Message.Number(request, "cell");
        var (code, name, output) = (Message.Text(request, "code"), Message.Text(request, "name"), new WireOutput(this, cell));
        var result = request["keep"]!.GetValue<bool>() ? session.Execute(code, name, output, interrupt.Token) : session.Evaluate(code, name, output, interrupt.Token);
        lock (gate) running = null;
        MarkBoundary(cell);
        wire.Send(Message.Of(result, cell));
    }

    void Listen(LanguageService language)
    {
        while (wire.Receive() is { } message)
        {
            switch (Message.Kind(message))
            {
                case Message.Execute: Begin(message); break;
                case Message.Interrupt: lock (gate) running?.CancelAsync(); break;
                case Message.GiveInput: typed.Add(message); break;
                case Message.Question: Task.Run(() => wire.Send(LanguageQuestion.Answer(language, message))); break;
                case Message.Quit: Leave(); break;
            }
        }
        Leave();
    }

    // An interrupt that comes right behind the cell must find it, whether or not it has begun.
    void Begin(JsonObject request)
    {
        var interrupt = new CancellationTokenSource();
        lock (gate) running = interrupt;
        work.Add((request, interrupt));
    }

    // Exit handlers and finalizers of the user's may hang; the program that started us is gone or waits.
    static void Leave()
    {
        using var killer = new Timer(_ => System.Diagnostics.Process.GetCurrentProcess().Kill(), null, ExitPatience, Timeout.InfiniteTimeSpan);
        Environment.Exit(0);
    }

    // An exception on a thread that a cell started would end the process, and with it every variable.
    static bool Survive(Exception fault)
    {
        if (CellChannel.Current is not { } channel) return false;
        channel.Write("stderr", $"An exception ended a thread that a cell started:\n{fault}\n");
        channel.Flush();
        return true;
    }

    // Native code prints through buffers of its own.
    static void MarkBoundary(int cell)
    {
        _ = Flush(0);
        var mark = Encoding.UTF8.GetBytes(Message.Boundary(cell));
        using var standard = Console.OpenStandardOutput();
        standard.Write(mark);
        using var error = Console.OpenStandardError();
        error.Write(mark);
    }

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int Flush(nint stream);

    /// <summary>Sends a cell's output to the program.</summary>
    sealed class WireOutput(SessionHost host, int cell) : ICellOutput
    {
        public void Stream(string name, string text) =>
            host.wire.Send(new() { ["type"] = Message.Stream, ["cell"] = cell, ["name"] = name, ["text"] = text });

        public void Display(MimeData content, string? displayId, bool update)
        {
            var message = Message.Of(content);
            message["type"] = Message.Display;
            message["cell"] = cell;
            message["id"] = displayId;
            message["update"] = update;
            host.wire.Send(message);
        }

        public void Clear(bool wait) => host.wire.Send(new() { ["type"] = Message.Clear, ["cell"] = cell, ["wait"] = wait });

        public string Input(string prompt, bool password)
        {
            var question = Interlocked.Increment(ref host.asked);
            host.wire.Send(new() { ["type"] = Message.AskInput, ["cell"] = cell, ["question"] = question, ["prompt"] = prompt, ["password"] = password });
            JsonObject answer;
            // An interrupted cell leaves its question behind; the answer to that is nobody's.
            do answer = host.typed.Take();
            while (Message.Number(answer, "question") != question);
            return answer["text"]?.GetValue<string>() ?? throw new NotSupportedException("input() waits for somebody who types; in a run without a front end nobody does. Make it a parameter.");
        }
    }
}
