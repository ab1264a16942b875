using System.Globalization;
using System.Text;

namespace MedAnomaly.Notebooks.Running;

/// <summary>
/// Text as a terminal would leave it: a carriage return goes back to the line's start and what follows replaces it, so that a progress
/// bar leaves its last state. Of very much text the beginning and the end are kept.
/// </summary>
sealed class TerminalText
{
    const int HeadLength = 384 << 10, TailLength = 96 << 10;
    const string EraseToEnd = "\u001b[K", EraseLine = "\u001b[2K";

    readonly StringBuilder head = new();
    readonly StringBuilder tail = new();
    readonly StringBuilder line = new();
    long dropped;
    int cursor;

    public void Append(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            var end = text.AsSpan(start).IndexOfAny('\n', '\r', '\b');
            end = end < 0 ? text.Length : start + end;
            Put(text.AsSpan(start, end - start));
            if (end < text.Length) Control(text[end]);
            start = end + 1;
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder().Append(head);
        if (dropped > 0) text.Append(CultureInfo.InvariantCulture, $"\n[... {dropped:N0} characters left out ...]\n");
        return text.Append(tail).Append(line).ToString();
    }

    void Control(char c)
    {
        switch (c)
        {
            case '\n':
                line.Append('\n');
                Keep();
                break;
            case '\r': cursor = 0; break;
            default: cursor = Math.Max(0, cursor - 1); break;
        }
    }

    void Put(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return;
        // What an escape sequence covers cannot be counted in characters: a line that has one is replaced as a whole.
        if (cursor == 0 && (text.Contains('\u001b') || line.ToString().Contains('\u001b', StringComparison.Ordinal))) line.Clear();
        foreach (var erase in (string[])[EraseToEnd, EraseLine])
        {
            if (text.StartsWith(erase)) text = text[erase.Length..];
        }
        line.Remove(cursor, Math.Min(text.Length, line.Length - cursor)).Insert(cursor, text);
        cursor += text.Length;
        if (line.Length > TailLength) Keep();
    }

    void Keep()
    {
        var room = Math.Min(line.Length, dropped == 0 && tail.Length == 0 ? HeadLength - head.Length : 0);
        head.Append(line, 0, room);
        tail.Append(line, room, line.Length - room);
        line.Clear();
        cursor = 0;
        if (tail.Length <= 2 * TailLength) return;
        var cut = tail.Length - TailLength;
        dropped += cut;
        tail.Remove(0, cut);
    }
}
