using System.Text;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>All front ends that are connected, as the kernel speaks to them; from any thread.</summary>
sealed class FrontEnds(KernelSockets sockets, MessageCodec codec)
{
    const string RequestSuffix = "_request";

    readonly Lock gate = new();
    JupyterMessage? running;

    /// <summary>Answers the front end that asked.</summary>
    public void Reply(KernelChannel channel, JupyterMessage request, JsonObject content) =>
        sockets.Send(channel, codec.Encode(ReplyType(request), content, request, request.Identities));

    /// <summary>Asks the user who sat at the front end that sent <paramref name="request"/>.</summary>
    public void AskUser(JupyterMessage request, string prompt, bool password) => sockets.Send(KernelChannel.Stdin,
        codec.Encode("input_request", new() { ["prompt"] = prompt, ["password"] = password }, request, request.Identities));

    /// <summary>Tells all front ends.</summary>
    public void Publish(string type, JsonObject content, JupyterMessage? parent) =>
        sockets.Send(KernelChannel.Iopub, codec.Encode(type, content, parent, [Encoding.ASCII.GetBytes("kernel." + type)]));

    /// <summary>Tells all front ends what one of them is told.</summary>
    public void PublishReply(JupyterMessage request, JsonObject content) => Publish(ReplyType(request), content, request);

    /// <summary>The frames that greet a front end that has begun to listen; from then on it hears everything.</summary>
    public List<byte[]> Welcome(byte[] topic) => codec.Encode("iopub_welcome", new() { ["subscription"] = Encoding.UTF8.GetString(topic) }, null, [topic]);

    /// <summary>Says that the kernel is busy with <paramref name="request"/>, and idle when the result is disposed.</summary>
    public IDisposable Busy(JupyterMessage request) => new Work(this, request, isCell: false);

    /// <summary>As <see cref="Busy"/>, for a cell: questions that are answered meanwhile do not make the kernel look idle.</summary>
    public IDisposable Running(JupyterMessage request) => new Work(this, request, isCell: true);

    void Status(string state, JupyterMessage? parent) => Publish("status", new() { ["execution_state"] = state }, parent);

    /// <summary>Says that the kernel has come to life.</summary>
    public void Started() => Status("starting", null);

    static string ReplyType(JupyterMessage request) =>
        (request.Type.EndsWith(RequestSuffix, StringComparison.Ordinal) ? request.Type[..^RequestSuffix.Length] : request.Type) + "_reply";

    sealed class Work : IDisposable
    {
        readonly FrontEnds owner;
        readonly JupyterMessage request;
        readonly bool isCell;

        public Work(FrontEnds owner, JupyterMessage request, bool isCell)
        {
            (this.owner, this.request, this.isCell) = (owner, request, isCell);
            lock (owner.gate)
            {
                if (isCell) owner.running = request;
                owner.Status("busy", request);
            }
        }

        public void Dispose()
        {
            lock (owner.gate)
            {
                if (isCell) owner.running = null;
                owner.Status("idle", request);
                // Front ends show the latest state, whichever request it belongs to.
                if (owner.running is { } cell) owner.Status("busy", cell);
            }
        }
    }
}
