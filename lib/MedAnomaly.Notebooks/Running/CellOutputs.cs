using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>Collects a cell's outputs as nbformat keeps them, within bounds: a notebook must stay readable whatever a cell prints.</summary>
sealed class CellOutputs : ICellOutput
{
    const int MaximumOutputs = 1000;
    const long MaximumLength = 64L << 20;

    readonly Lock gate = new();
    readonly List<Entry> entries = [];
    bool clearBeforeNext;
    long length;
    int refused;

    /// <summary>Called with what the cell prints and to which stream, as it comes.</summary>
    public Action<string, string>? Printed { get; init; }

    /// <summary>Finds a display that another cell of the run made, and updates it.</summary>
    public Func<string, MimeData, bool>? UpdateElsewhere { get; init; }

    public void Stream(string name, string text)
    {
        Printed?.Invoke(name, text);
        lock (gate)
        {
            Begin();
            if (entries is not [.., { Name: var last, Text: not null }] || last != name)
            {
                if (!Admit(0)) return;
                entries.Add(new(name, new TerminalText(), null, null));
            }
            entries[^1].Text!.Append(text);
        }
    }

    public void Display(MimeData content, string? displayId, bool update)
    {
        if (update && displayId is not null && (TryUpdate(displayId, content) || UpdateElsewhere?.Invoke(displayId, content) == true)) return;
        lock (gate)
        {
            Begin();
            if (Admit(Length(content))) entries.Add(new("", null, new DisplayOutput(content.Data, content.Metadata), displayId));
        }
    }

    public void Clear(bool wait)
    {
        lock (gate)
        {
            if (wait) clearBeforeNext = true;
            else entries.Clear();
        }
    }

    public string Input(string prompt, bool password) =>
        throw new NotSupportedException("Nobody is there to type.");

    /// <summary>Adds how the cell ended: its value or its error.</summary>
    public void Add(Output output)
    {
        lock (gate)
        {
            Begin();
            entries.Add(new("", null, output, null));
        }
    }

    /// <summary>Replaces what is shown under <paramref name="displayId"/>; false where nothing is.</summary>
    public bool TryUpdate(string displayId, MimeData content)
    {
        lock (gate)
        {
            var found = false;
            for (var i = 0; i < entries.Count; i++)
            {
                if (entries[i].DisplayId != displayId) continue;
                entries[i] = entries[i] with { Output = new DisplayOutput(content.Data, content.Metadata) };
                found = true;
            }
            return found;
        }
    }

    /// <summary>The outputs so far.</summary>
    public List<Output> ToList()
    {
        lock (gate)
        {
            List<Output> outputs = [.. entries.Select(entry => entry.Output ?? new StreamOutput(entry.Name, entry.Text!.ToString()))];
            if (refused > 0) outputs.Add(new StreamOutput("stderr", $"{refused} further outputs of this cell were left out: it has shown more than a notebook can hold.\n"));
            return outputs;
        }
    }

    void Begin()
    {
        if (!clearBeforeNext) return;
        clearBeforeNext = false;
        entries.Clear();
    }

    bool Admit(long size)
    {
        if (entries.Count < MaximumOutputs && length + size <= MaximumLength)
        {
            length += size;
            return true;
        }
        refused++;
        return false;
    }

    static long Length(MimeData content) => content.Data.Sum(form => (long)(form.Value is JsonValue value && value.TryGetValue<string>(out var text)
        ? text.Length : form.Value?.ToJsonString().Length ?? 0));

    sealed record Entry(string Name, TerminalText? Text, Output? Output, string? DisplayId);
}
