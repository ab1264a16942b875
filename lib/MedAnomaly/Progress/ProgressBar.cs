using System.Globalization;

namespace MedAnomaly.Progress;

/// <summary>How far a long piece of work has come.</summary>
/// <param name="Stage">What is being done, in a word or two ("coreset", "features").</param>
/// <param name="Done">Units done.</param>
/// <param name="Total">Units in all.</param>
public readonly record struct WorkProgress(string Stage, long Done, long Total);

/// <summary>
/// Draws <see cref="WorkProgress"/> on standard error: one line that redraws itself on a terminal and below a notebook's cell, a plain line
/// every few seconds elsewhere, so that logs stay readable. Safe to call from several threads.
/// </summary>
public sealed class ProgressBar : IProgress<WorkProgress>
{
    /// <summary>
    /// The <see cref="AppContext"/> switch by which a process whose standard error goes to notebook cells says so: there a line that ends in a
    /// carriage return is replaced by the next.
    /// </summary>
    public const string CellSwitch = "MedAnomaly.Progress.Cell";

    static readonly TimeSpan TerminalInterval = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan CellInterval = TimeSpan.FromSeconds(2);
    static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);

    readonly TextWriter writer;
    readonly bool terminal;
    readonly bool cell;
    readonly TimeSpan interval;
    readonly Lock gate = new();
    readonly TimeProvider time;
    readonly long start;
    WorkProgress first;
    TimeSpan firstSeen;
    bool over;
    TimeSpan lastDrawn = -PlainInterval;
    int drawn;

    /// <summary>A bar on standard error, or on <paramref name="writer"/>, which then counts as no terminal.</summary>
    /// <param name="writer">Gets plain lines; standard error by default.</param>
    /// <param name="time">Whose clock tells the time; the system's by default.</param>
    public ProgressBar(TextWriter? writer = null, TimeProvider? time = null)
    {
        this.time = time ?? TimeProvider.System;
        start = this.time.GetTimestamp();
        this.writer = writer ?? Console.Error;
        cell = writer is null && AppContext.TryGetSwitch(CellSwitch, out var isCell) && isCell;
        terminal = writer is null && !cell && !Console.IsErrorRedirected;
        interval = terminal ? TerminalInterval : cell ? CellInterval : PlainInterval;
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        lock (gate)
        {
            var now = time.GetElapsedTime(start);
            var finished = value.Done >= value.Total;
            // A stage may come again, fold after fold.
            if (value.Stage != first.Stage || over)
            {
                (first, firstSeen) = (value, now);
                lastDrawn = now - (terminal ? TerminalInterval : TimeSpan.Zero);
            }
            over = finished;
            if (!finished && now - lastDrawn < interval) return;
            lastDrawn = now;
            Draw(value, now - firstSeen, finished);
        }
    }

    void Draw(WorkProgress value, TimeSpan elapsed, bool finished)
    {
        var share = value.Total > 0 ? Math.Clamp((double)value.Done / value.Total, 0, 1) : 1;
        // What was done before the first report took no time that is known.
        var done = value.Done - first.Done;
        var left = done > 0 && !finished ? $", {Seconds(elapsed * ((double)(value.Total - value.Done) / done))} left" : "";
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{value.Stage} {share * 100,3:F0} % ({value.Done}/{value.Total}, {Seconds(elapsed)}{left})");
        if (cell)
        {
            // What a longer line would leave is covered with spaces.
            writer.Write(text.PadRight(drawn) + (finished ? '\n' : '\r'));
            drawn = finished ? 0 : text.Length;
            return;
        }
        if (!terminal)
        {
            writer.WriteLine(text);
            return;
        }
        const int Width = 30;
        var filled = (int)(share * Width);
        writer.Write($"\r\u001b[K[{new string('#', filled)}{new string('.', Width - filled)}] {text}");
        if (finished) writer.WriteLine();
    }

    static string Seconds(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:F1} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time.Seconds:D2} min");
}
