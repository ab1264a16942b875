using System.Text;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Running;

/// <summary>What a session's process prints past .NET's console: native libraries, child processes, the runtime's last words.</summary>
sealed class NativeText(string name)
{
    readonly Lock gate = new();
    readonly StringBuilder held = new();
    ICellOutput? output;
    string boundary = "";
    TaskCompletionSource left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when everything that the cell printed has been passed on.</summary>
    public Task Left => left.Task;

    /// <summary>What comes now belongs to <paramref name="output"/>, up to <paramref name="boundary"/>.</summary>
    public void Enter(ICellOutput output, string boundary)
    {
        lock (gate)
        {
            this.output = output;
            this.boundary = boundary;
            left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[8192];
        while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            lock (gate) Take(buffer.AsSpan(0, count));
        }
        lock (gate)
        {
            Pass(held.Length);
            left.TrySetResult();
        }
    }

    void Take(ReadOnlySpan<char> text)
    {
        held.Append(text);
        var all = held.ToString();
        var end = boundary.Length > 0 ? all.IndexOf(boundary, StringComparison.Ordinal) : -1;
        if (end < 0)
        {
            // A boundary may have arrived in part.
            var start = all.LastIndexOf('\u0001');
            Pass(start >= 0 && all.Length - start < boundary.Length ? start : all.Length);
            return;
        }
        Pass(end);
        held.Remove(0, boundary.Length);
        left.TrySetResult();
    }

    void Pass(int length)
    {
        if (length == 0) return;
        output?.Stream(name, held.ToString(0, length));
        held.Remove(0, length);
    }
}
