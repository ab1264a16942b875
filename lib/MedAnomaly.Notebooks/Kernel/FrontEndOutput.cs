using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Kernel;

/// <summary>Shows a cell's output in the front ends, under the request that ran it, also what its tasks print after its end.</summary>
/// <param name="frontEnds">Where to.</param>
/// <param name="request">The request.</param>
/// <param name="desk">Asks the user.</param>
/// <param name="ended">Cancelled when the cell has ended: a question that it left open is withdrawn.</param>
sealed class FrontEndOutput(FrontEnds frontEnds, JupyterMessage request, InputDesk desk, CancellationToken ended) : ICellOutput
{
    public void Stream(string name, string text) => frontEnds.Publish("stream", new() { ["name"] = name, ["text"] = text }, request);

    public void Display(MimeData content, string? displayId, bool update) => frontEnds.Publish(update ? "update_display_data" : "display_data", new()
    {
        ["data"] = content.Data,
        ["metadata"] = content.Metadata,
        ["transient"] = displayId is null ? [] : new JsonObject { ["display_id"] = displayId },
    }, request);

    public void Clear(bool wait) => frontEnds.Publish("clear_output", new() { ["wait"] = wait }, request);

    public string Input(string prompt, bool password) => Field.Flag(request.Content, "allow_stdin", otherwise: false)
        ? desk.Ask(request, prompt, password, ended)
        : throw new NotSupportedException("The front end takes no input.");
}

/// <summary>The output of what is asked for its value only.</summary>
sealed class NoOutput : ICellOutput
{
    public void Stream(string name, string text)
    {
    }

    public void Display(MimeData content, string? displayId, bool update)
    {
    }

    public void Clear(bool wait)
    {
    }

    public string Input(string prompt, bool password) => throw new NotSupportedException("What runs silently cannot ask.");
}
