namespace MedAnomaly.Outliers;

/// <summary>
/// The rows whose multipliers <see cref="SequentialMinimal"/> may still move: libsvm's shrinking (Fan, Chen and Lin 2005), which leaves out those
/// at an end that they seem to stay at. What is chosen depends on it, and with it what the scores are within the tolerance.
/// </summary>
sealed class ActiveRows(int count, double tolerance)
{
    /// <summary>Steps between two looks, of more rows than this.</summary>
    const int MostSteps = 1000;

    readonly int[] order = [.. Enumerable.Range(0, count)];
    int size = count;
    int stepsLeft = Math.Min(count, MostSteps) + 1;
    bool nearEnd;

    /// <summary>Their numbers.</summary>
    public ReadOnlySpan<int> Numbers => order.AsSpan(0, size);

    /// <summary>Takes all in again until the next step.</summary>
    public void TakeAll() => (size, stepsLeft) = (order.Length, 1);

    /// <summary>Counts a step, and from time to time leaves out rows.</summary>
    public void Step(double[] alphas, double[] gradient)
    {
        if (--stepsLeft > 0) return;
        stepsLeft = Math.Min(order.Length, MostSteps);
        double mayGrow = double.NegativeInfinity, mayFall = double.NegativeInfinity;
        foreach (var row in Numbers)
        {
            if (alphas[row] < 1) mayGrow = Math.Max(mayGrow, -gradient[row]);
            if (alphas[row] > 0) mayFall = Math.Max(mayFall, gradient[row]);
        }
        if (!nearEnd && mayGrow + mayFall <= 10 * tolerance) (nearEnd, size) = (true, order.Length);
        bool Stays(int row) => alphas[row] >= 1 ? -gradient[row] > mayGrow : alphas[row] <= 0 && gradient[row] > mayFall;
        for (var i = 0; i < size; i++)
        {
            if (!Stays(order[i])) continue;
            // In libsvm's order, on which ties depend: the last that moves takes the place.
            for (size--; size > i && Stays(order[size]);) size--;
            (order[i], order[size]) = (order[size], order[i]);
        }
    }
}
