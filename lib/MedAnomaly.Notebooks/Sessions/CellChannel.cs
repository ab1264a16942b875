using System.Text;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Collects what one cell prints and passes it on in order. Every body sits in a finally block: an interrupt aborts a cell's thread at
/// any other place, and a lock that it held there would stay closed for ever.
/// </summary>
sealed class CellChannel(ICellOutput output, CancellationToken interrupt)
{
    const int FlushLength = 1 << 15;
    static readonly AsyncLocal<CellChannel?> Ambient = new();

    // So often at most is a burst of short prints passed on; the first of a burst goes at once, for the process may not live to send it.
    const int FlushInterval = 20;

    readonly Lock gate = new();
    readonly StringBuilder pending = new();
    string pendingName = "stdout";
    long sent;
    bool closed;

    /// <summary>The cell that the calling code belongs to, also on threads and tasks that it started; null where none does.</summary>
    public static CellChannel? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Ends when the cell is interrupted.</summary>
    public CancellationToken Interrupt => interrupt;

    public void Write(string name, ReadOnlySpan<char> text)
    {
        try
        {
        }
        finally
        {
            lock (gate)
            {
                if (name != pendingName) Send(all: true);
                pendingName = name;
                pending.Append(text);
                if (closed || pending.Length >= FlushLength || Environment.TickCount64 - sent >= FlushInterval) Send(all: closed);
            }
        }
    }

    public void Flush()
    {
        try
        {
        }
        finally
        {
            lock (gate) Send(all: true);
        }
    }

    /// <summary>The cell has ended: what tasks that it left behind still print goes out at once.</summary>
    public void Close()
    {
        try
        {
        }
        finally
        {
            lock (gate)
            {
                closed = true;
                Send(all: true);
            }
        }
    }

    /// <summary>Sends what was printed before, then calls <paramref name="send"/>, so that the order is the cell's.</summary>
    public void InOrder(Action<ICellOutput> send)
    {
        try
        {
        }
        finally
        {
            lock (gate)
            {
                Send(all: true);
                send(output);
            }
        }
    }

    /// <summary>Asks the user; not under the lock, since the answer may take long and an interrupt must reach the wait.</summary>
    public string Input(string prompt, bool password)
    {
        Flush();
        return output.Input(prompt, password);
    }

    void Send(bool all)
    {
        if (pending.Length == 0) return;
        // The first half of a pair waits for its second, which the next write may bring.
        var half = !all && char.IsHighSurrogate(pending[^1]);
        var text = pending.ToString(0, pending.Length - (half ? 1 : 0));
        pending.Remove(0, text.Length);
        sent = Environment.TickCount64;
        if (text.Length > 0) output.Stream(pendingName, WellFormed(text));
    }

    static string WellFormed(string text)
    {
        var lone = false;
        for (var i = 0; i < text.Length && !lone; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            lone = !(char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[++i]));
        }
        return lone ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) : text;
    }
}
