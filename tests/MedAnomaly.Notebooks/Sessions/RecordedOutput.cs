using System.Text;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Tests.Sessions;

/// <summary>A cell's output as a list of lines: "stdout:...", "display:..." and so on.</summary>
sealed class RecordedOutput : ICellOutput
{
    readonly Lock gate = new();
    readonly List<string> events = [];

    public IReadOnlyList<string> Events
    {
        get
        {
            lock (gate) return [.. events];
        }
    }

    public string Text(string name) => string.Concat(Events.Where(e => e.StartsWith(name + ":", StringComparison.Ordinal)).Select(e => e[(name.Length + 1)..]));

    // How printed text is cut into pieces is a matter of time.
    public void Stream(string name, string text)
    {
        lock (gate)
        {
            if (events is [.., var last] && last.StartsWith(name + ":", StringComparison.Ordinal)) events[^1] += text;
            else events.Add($"{name}:{text}");
        }
    }

    public void Display(MimeData content, string? displayId, bool update) =>
        Add($"{(update ? "update" : "display")}:{string.Join(",", content.Data.Select(form => form.Key))}:{content.Data[Mime.Text]}");

    public void Clear(bool wait) => Add($"clear:{wait}");

    public string Input(string prompt, bool password)
    {
        Add($"input:{prompt}");
        return "typed";
    }

    void Add(string text)
    {
        lock (gate) events.Add(text);
    }
}
