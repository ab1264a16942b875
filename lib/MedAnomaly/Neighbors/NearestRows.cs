namespace MedAnomaly.Neighbors;

/// <summary>The nearest rows of each query so far, nearest first; of equally near ones those offered first.</summary>
sealed class NearestRows(int queries, int k)
{
    readonly double[] distances = Full(queries, k);
    readonly long[] rows = new long[(long)queries * k];

    /// <summary>How many queries.</summary>
    public int Queries { get; } = queries;

    /// <summary>How many rows a query gets.</summary>
    public int K { get; } = k;

    /// <summary>The distance that a row must fall below to get in: infinite as long as there is room.</summary>
    public double Worst(int query) => distances[(long)query * K + K - 1];

    /// <summary>The distances of a query's rows.</summary>
    public ReadOnlySpan<double> Distances(int query) => distances.AsSpan(query * K, K);

    /// <summary>A query's rows.</summary>
    public ReadOnlySpan<long> Rows(int query) => rows.AsSpan(query * K, K);

    /// <summary>Takes a row in if it is near enough. Threads may offer to different queries at once.</summary>
    public bool Offer(int query, double distance, long row)
    {
        var own = distances.AsSpan(query * K, K);
        if (!(distance < own[^1])) return false;
        var names = rows.AsSpan(query * K, own.Length);
        var place = own.Length - 1;
        for (; place > 0 && own[place - 1] > distance; place--) (own[place], names[place]) = (own[place - 1], names[place - 1]);
        (own[place], names[place]) = (distance, row);
        return true;
    }

    static double[] Full(int queries, int k)
    {
        var distances = new double[(long)queries * k];
        Array.Fill(distances, double.PositiveInfinity);
        return distances;
    }
}
