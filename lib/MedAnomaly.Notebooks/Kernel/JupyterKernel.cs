using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>
/// A Jupyter kernel: speaks the protocol, version 5.4, to any number of front ends at once. The cells run in a process of their own.
/// </summary>
public sealed class JupyterKernel
{
    readonly FrontEnds frontEnds;
    readonly MessageCodec codec;
    readonly KernelSession session;
    readonly CellQueue cells;
    readonly Answers answers;
    readonly InputDesk desk;
    readonly Action<string> log;
    readonly Channel<JupyterMessage> questions = Channel.CreateUnbounded<JupyterMessage>();
    readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    JupyterKernel(KernelSockets sockets, byte[] key, KernelSession session, Action<string> log)
    {
        (this.session, this.log) = (session, log);
        codec = new(key);
        frontEnds = new(sockets, codec);
        desk = new(frontEnds);
        var history = new CellHistory();
        cells = new(frontEnds, session, history, desk);
        answers = new(frontEnds, session, history, log);
    }

    /// <summary>Serves front ends until one of them asks for the end, SIGTERM comes, or the process that started the kernel dies. SIGINT interrupts the cell.</summary>
    /// <param name="connectionFile">The file that the front end wrote.</param>
    /// <param name="command">How to start the process that runs the cells.</param>
    /// <param name="log">Receives a line for everything that is not as it should be.</param>
    /// <exception cref="UsageException">The connection file is missing or not safe.</exception>
    /// <exception cref="DataFormatException">The connection file is damaged.</exception>
    /// <exception cref="MachineException">libzmq is missing, or a port is in use.</exception>
    public static async Task RunAsync(string connectionFile, SessionCommand command, Action<string> log)
    {
        var file = ConnectionFile.Load(connectionFile, log);
        using var sockets = new KernelSockets(file);
        var session = new KernelSession(command, Environment.CurrentDirectory, log);
        var kernel = new JupyterKernel(sockets, file.Key, session, log);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            kernel.cells.Interrupt();
        });
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            kernel.stopped.TrySetResult();
        });
        using var parent = ParentWatch.Start(() => kernel.stopped.TrySetResult());
        var network = Task.Factory.StartNew(() => sockets.Run(kernel.Receive, kernel.frontEnds.Welcome), TaskCreationOptions.LongRunning);
        using var stop = new CancellationTokenSource();
        Task[] work = [kernel.cells.RunAsync(stop.Token), kernel.AnswerAsync(stop.Token)];
        kernel.frontEnds.Started();
        await (await Task.WhenAny([kernel.stopped.Task, network, .. work]).ConfigureAwait(false)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await session.DisposeAsync().ConfigureAwait(false);
        sockets.Stop();
        await network.ConfigureAwait(false);
    }

    async Task AnswerAsync(CancellationToken stop)
    {
        await foreach (var request in questions.Reader.ReadAllAsync(stop).ConfigureAwait(false)) await answers.AnswerAsync(request).ConfigureAwait(false);
    }

    // On the thread that owns the sockets: nothing here waits.
    void Receive(KernelChannel channel, List<byte[]> frames)
    {
        try
        {
            var message = codec.Decode(frames);
            switch (channel)
            {
                case KernelChannel.Control: Control(message); break;
                case KernelChannel.Stdin: desk.Take(message); break;
                default: Shell(message); break;
            }
        }
        catch (MessageRejectedException fault)
        {
            log($"dropped a message on the {channel.ToString().ToLowerInvariant()} channel: {fault.Message}");
        }
    }

    void Shell(JupyterMessage message)
    {
        switch (message.Type)
        {
            case "execute_request": cells.Add(message); break;
            case "shutdown_request": Shutdown(KernelChannel.Shell, message); break;
            default: questions.Writer.TryWrite(message); break;
        }
    }

    void Control(JupyterMessage message)
    {
        switch (message.Type)
        {
            case "shutdown_request": Shutdown(KernelChannel.Control, message); break;
            case "interrupt_request":
                using (frontEnds.Busy(message))
                {
                    cells.Interrupt();
                    frontEnds.Reply(KernelChannel.Control, message, new() { ["status"] = "ok" });
                }
                break;
            case "kernel_info_request":
                using (frontEnds.Busy(message)) frontEnds.Reply(KernelChannel.Control, message, Answers.Information());
                break;
            default: log($"ignored a message of the unknown type '{message.Type}' on the control channel"); break;
        }
    }

    void Shutdown(KernelChannel channel, JupyterMessage message)
    {
        using (frontEnds.Busy(message))
        {
            var content = new JsonObject { ["status"] = "ok", ["restart"] = Field.Flag(message.Content, "restart", otherwise: false) };
            frontEnds.PublishReply(message, content);
            frontEnds.Reply(channel, message, content);
        }
        stopped.TrySetResult();
    }
}
