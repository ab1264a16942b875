namespace MedAnomaly.Outliers;

/// <summary>
/// Sequential minimal optimisation of the one-class problem: minimise ½ αᵀKα with 0 ≤ α ≤ 1 and Σα = νN, by pairs chosen with second-order
/// information (Fan, Chen and Lin 2005), in libsvm's order and to its tolerance.
/// </summary>
static class SequentialMinimal
{
    const double Tolerance = 1e-3, LeastCurvature = 1e-12;

    /// <summary>The multipliers and ρ.</summary>
    public static (double[] Alphas, double Offset) Solve(KernelRows kernel, double nu, Work work)
    {
        var count = kernel.Count;
        var alphas = new double[count];
        var whole = (int)(nu * count);
        for (var row = 0; row < whole; row++) alphas[row] = 1;
        if (whole < count) alphas[whole] = nu * count - whole;
        var gradient = Gradient(kernel, alphas, Math.Min(count, whole + 1), work);
        var active = new ActiveRows(count, Tolerance);
        var first = 0.0;
        for (var step = 0L; ; step++)
        {
            active.Step(alphas, gradient);
            if (!Choose(kernel, active, alphas, gradient, out var i, out var j, out var gap))
            {
                active.TakeAll();
                if (!Choose(kernel, active, alphas, gradient, out i, out j, out gap)) break;
            }
            if (step % 1024 == 0)
            {
                first = Math.Max(first, gap);
                // The gap falls roughly by factors.
                work.Step(first > gap ? (long)(1000 * Math.Log(first / gap) / Math.Log(first / Tolerance)) : 0, 1000);
            }
            float[] rowI = kernel[i], rowJ = kernel[j];
            var curvature = Math.Max(LeastCurvature, 2 - 2 * (double)rowI[j]);
            var (oldI, oldJ) = (alphas[i], alphas[j]);
            var move = (gradient[i] - gradient[j]) / curvature;
            Move(ref alphas[i], ref alphas[j], move);
            var (changeI, changeJ) = (alphas[i] - oldI, alphas[j] - oldJ);
            for (var row = 0; row < count; row++) gradient[row] += rowI[row] * changeI + rowJ[row] * changeJ;
        }
        return (alphas, Offset(alphas, gradient));
    }

    static double[] Gradient(KernelRows kernel, double[] alphas, int end, Work work)
    {
        kernel.Prepare(end, work);
        var gradient = new double[alphas.Length];
        for (var row = 0; row < end; row++)
        {
            work.Token.ThrowIfCancellationRequested();
            var values = kernel[row];
            for (var other = 0; other < gradient.Length; other++) gradient[other] += alphas[row] * values[other];
        }
        return gradient;
    }

    /// <summary>The pair to move: the steepest that can grow, and with it the one whose move gains most; none when nearly optimal.</summary>
    static bool Choose(KernelRows kernel, ActiveRows active, double[] alphas, double[] gradient, out int i, out int j, out double gap)
    {
        (i, j) = (-1, -1);
        double steepest = double.NegativeInfinity, flattest = double.NegativeInfinity, best = double.PositiveInfinity;
        foreach (var row in active.Numbers)
        {
            if (alphas[row] < 1 && -gradient[row] >= steepest) (steepest, i) = (-gradient[row], row);
        }
        gap = 0;
        if (i < 0) return false;
        var kernelI = kernel[i];
        foreach (var row in active.Numbers)
        {
            if (!(alphas[row] > 0)) continue;
            flattest = Math.Max(flattest, gradient[row]);
            var difference = steepest + gradient[row];
            if (!(difference > 0)) continue;
            var gain = -(difference * difference) / Math.Max(LeastCurvature, 2 - 2 * (double)kernelI[row]);
            if (gain <= best) (best, j) = (gain, row);
        }
        gap = steepest + flattest;
        return gap >= Tolerance && j >= 0;
    }

    /// <summary>Moves weight from one to the other, within 0 and 1, their sum unchanged to the last bit where an end is reached.</summary>
    static void Move(ref double i, ref double j, double move)
    {
        var sum = i + j;
        i -= move;
        j += move;
        if (sum > 1)
        {
            if (i > 1) (i, j) = (1, sum - 1);
            else if (j > 1) (i, j) = (sum - 1, 1);
        }
        else
        {
            if (j < 0) (i, j) = (sum, 0);
            else if (i < 0) (i, j) = (0, sum);
        }
    }

    /// <summary>The mean gradient of the multipliers between 0 and 1, or the middle between those that may grow and those that may fall.</summary>
    static double Offset(double[] alphas, double[] gradient)
    {
        double sum = 0, upper = double.PositiveInfinity, lower = double.NegativeInfinity;
        var free = 0;
        for (var row = 0; row < alphas.Length; row++)
        {
            if (alphas[row] >= 1) lower = Math.Max(lower, gradient[row]);
            else if (alphas[row] <= 0) upper = Math.Min(upper, gradient[row]);
            else (sum, free) = (sum + gradient[row], free + 1);
        }
        return free > 0 ? sum / free : (upper + lower) / 2;
    }
}
