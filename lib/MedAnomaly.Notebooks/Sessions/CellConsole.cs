using System.Text;
using MedAnomaly.Progress;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Sends what is written to the console to the cell that writes it, and to <paramref name="elsewhere"/> when no cell does.</summary>
sealed class CellConsole(string name, TextWriter elsewhere) : TextWriter
{
    static readonly Lazy<(TextWriter Out, TextWriter Error)> Original = new(() => (Console.Out, Console.Error));

    /// <summary>Sends the process's console to the cells, once and for all.</summary>
    public static void Install()
    {
        AppContext.SetSwitch(ProgressBar.CellSwitch, true);
        if (!Original.IsValueCreated) Renew();
    }

    /// <summary>
    /// Wraps the console anew: .NET puts a lock around it, and an interrupt that hit a cell inside that lock would leave it closed.
    /// </summary>
    public static void Renew()
    {
        var (standard, error) = Original.Value;
        Console.SetOut(new CellConsole("stdout", standard));
        Console.SetError(new CellConsole("stderr", error));
    }

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (CellChannel.Current is { } channel) channel.Write(name, buffer);
        else elsewhere.Write(buffer);
    }

    public override void WriteLine(string? value) => WriteLine(value.AsSpan());

    // One write a line, so that lines of several threads do not mix.
    public override void WriteLine(ReadOnlySpan<char> buffer)
    {
        if (CellChannel.Current is { } channel) channel.Write(name, string.Concat(buffer, "\n"));
        else elsewhere.WriteLine(buffer);
    }

    public override void Flush()
    {
        if (CellChannel.Current is { } channel) channel.Flush();
        else elsewhere.Flush();
    }
}
