using MedAnomaly.Progress;

namespace MedAnomaly.Outliers;

/// <summary>Spreads rows over the cores, tells how far it is and stops when asked. Each row's result is its own, whichever thread makes it.</summary>
sealed class Work(string stage, IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
{
    /// <summary>Rows between looks at the token.</summary>
    const int PartRows = 512;

    /// <summary>The token, for what takes one.</summary>
    public CancellationToken Token => cancellationToken;

    /// <summary>The same for a part of the work, whose own progress is nobody's concern.</summary>
    public Work Quiet => new(stage, null, cancellationToken);

    /// <summary>Runs <paramref name="part"/> on ranges of rows (first, end).</summary>
    public void OverRows(int count, Action<int, int> part) => Over((count + PartRows - 1) / PartRows, number =>
        part(number * PartRows, Math.Min(count, (number + 1) * PartRows)));

    /// <summary>The score of each row, made from its number.</summary>
    public double[] Score(int count, Func<int, double> score)
    {
        var scores = new double[count];
        OverRows(count, (first, end) =>
        {
            for (var row = first; row < end; row++) scores[row] = score(row);
        });
        return scores;
    }

    /// <summary>Runs <paramref name="item"/> on each of several pieces of work.</summary>
    public void Over(int count, Action<int> item)
    {
        var done = 0;
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, number =>
        {
            item(number);
            Report(Interlocked.Increment(ref done), count);
        });
    }

    /// <summary>Tells what is done, and stops when asked: for work that cannot be spread.</summary>
    public void Step(long done, long total)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Report(done, total);
    }

    void Report(long done, long total) => progress?.Report(new(stage, done, total));
}
