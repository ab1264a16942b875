using System.Diagnostics;
using System.Numerics;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Nearest rows on the CPU. The screen passes the few pairs that may be nearer than a query's k-th so far; their distances are made in
/// double precision. So the outcome is exact, and one query's does not depend on the others. Screening by coordinates along a few principal
/// axes costs a fraction of all components, and passes more pairs: which is fastest is measured on the first blocks.
/// </summary>
sealed unsafe class HostSearch : ISearch
{
    /// <summary>Rows of queries that a thread takes at once.</summary>
    const int QueryRows = 16 * Panels.TileRows;

    /// <summary>Fewer queries are not worth the panels.</summary>
    const int FewQueries = Panels.TileRows;

    /// <summary>Larger blocks gain nothing: by then the threads seldom wait for each other.</summary>
    const long LargestBlock = 16 << 20;

    /// <summary>Blocks of rows; the first few are spent on trying what is fastest.</summary>
    const int Blocks = 64;

    /// <summary>Blocks after which a way other than the fastest is tried again.</summary>
    const int RetryEvery = 9;

    /// <summary>Numbers of axes that are tried.</summary>
    static readonly int[] AxesTried = [32, 64, 128];

    /// <summary>Products of components from which the axes, which take as long as some 10^9, are worth finding.</summary>
    const double WorthAxes = 2e10;

    readonly Tensor matrix;
    readonly NeighborMetric metric;
    readonly Rows rows;
    readonly Screen screen;
    readonly Dictionary<int, Screen> projectedScreens = [];
    readonly long blockRows;
    readonly long blockBytes;
    readonly double worthAxes;
    PrincipalAxes? axes;

    /// <summary>Prepares the search.</summary>
    /// <param name="rows">[M, D], contiguous, on the CPU.</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="blockBytes">The most memory that a block of rows takes.</param>
    /// <param name="worthAxes">Products of components from which principal axes are tried.</param>
    public HostSearch(Tensor rows, NeighborMetric metric, long blockBytes, double worthAxes = WorthAxes)
    {
        (matrix, this.metric, this.blockBytes, this.worthAxes) = (rows, metric, blockBytes, worthAxes);
        this.rows = new Rows(rows);
        using var mean = rows.mean([0L]);
        using (var one = Panels.Create(this.rows.Width, 1))
        {
            // A block is in memory as panels, and in double precision while it is projected.
            var most = Math.Max(1, Math.Min(blockBytes / 4, LargestBlock) / one.PanelBytes);
            blockRows = Math.Clamp((this.rows.Count - 1) / (one.Width * (long)Blocks) + 1, 1, most) * one.Width;
        }
        screen = new Screen(metric, mean.data<float>().ToArray(), blockRows);
    }

    /// <summary>Whether principal axes were worth finding.</summary>
    public bool HasAxes => axes is not null;

    /// <summary>Vectors to screen rows with in place of the queries, and what it takes to screen a row.</summary>
    sealed record Way(int Axes, Screen Screen, Rows Queries, Tensor? Projected)
    {
        public double SecondsPerRow { get; set; } = double.PositiveInfinity;
    }

    /// <inheritdoc/>
    public NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken)
    {
        var found = new NearestRows((int)queries.shape[0], k);
        var asked = new Rows(queries);
        if (found.Queries <= FewQueries)
        {
            for (var query = 0; query < found.Queries; query++) FindOne(asked[query], query, found, cancellationToken);
        }
        else
        {
            lock (screen) FindInBlocks(queries, asked, found, cancellationToken);
        }
        asked.KeepAlive();
        rows.KeepAlive();
        return found;
    }

    void FindInBlocks(Tensor queries, Rows asked, NearestRows found, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var ways = Ways(queries, asked);
        var block = 0;
        for (var start = 0L; start < rows.Count; start += blockRows, block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // All components first: until each query has some near rows, nothing can be ruled out. Then each way once, and now and then
            // again: the nearer the rows that are known, the fewer axes do.
            var way = block <= ways.Length ? ways[block % ways.Length]
                : block % RetryEvery == 0 ? ways[block / RetryEvery % ways.Length] : ways.MinBy(way => way.SecondsPerRow)!;
            var count = (int)Math.Min(blockRows, rows.Count - start);
            var clock = Stopwatch.StartNew();
            FindInBlock(way, asked, start, count, found);
            if (block > 0) way.SecondsPerRow = clock.Elapsed.TotalSeconds / count;
        }
        foreach (var way in ways) way.Queries.KeepAlive();
    }

    /// <summary>All components, and where there is enough to do, coordinates along several numbers of axes.</summary>
    Way[] Ways(Tensor queries, Rows asked)
    {
        var all = new Way(rows.Width, screen, asked, null);
        var work = (double)rows.Count * asked.Count * rows.Width;
        var projectedBytes = asked.Count * AxesTried.Sum(count => count + 1) * sizeof(float);
        if (metric != NeighborMetric.Euclidean || work < worthAxes || projectedBytes > blockBytes / 4 || rows.Width < 2 * AxesTried[^1]
            || rows.Count < 8 * blockRows || !PrincipalAxes.Fit(rows.Width, blockBytes)) return [all];
        axes ??= PrincipalAxes.Of(matrix, AxesTried[^1], blockBytes);
        return [all, .. AxesTried.Select(count =>
        {
            if (!projectedScreens.TryGetValue(count, out var projected))
                projectedScreens[count] = projected = new Screen(NeighborMetric.Euclidean, new float[count + 1], blockRows);
            var few = axes.Project(queries, count);
            return new Way(count, projected, new Rows(few), few);
        })];
    }

    void FindOne(float* query, int number, NearestRows found, CancellationToken cancellationToken)
    {
        var distances = new double[Math.Min(rows.Count, 1 << 16)];
        for (var start = 0L; start < rows.Count; start += distances.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = start;
            var count = (int)Math.Min(distances.Length, rows.Count - start);
            Parallel.For(0, count, row => distances[row] = screen.Distance(query, rows[from + row]));
            for (var row = 0; row < count; row++) found.Offer(number, distances[row], start + row);
        }
    }

    void FindInBlock(Way way, Rows queries, long start, int count, NearestRows found)
    {
        using var scope = NewDisposeScope();
        var source = way.Projected is null ? null : new Rows(axes!.Project(matrix.narrow(0, start, count), way.Axes));
        var width = way.Screen.Panels.Width;
        Parallel.For(0, (count + width - 1) / width, panel =>
        {
            for (var row = panel * width; row < Math.Min((panel + 1) * width, count); row++)
                way.Screen.Set(row, source is null ? rows[start + row] : source[row]);
        });
        source?.KeepAlive();
        // As many parts for each thread, of whole tiles.
        var parts = Environment.ProcessorCount * ((found.Queries - 1) / (QueryRows * Environment.ProcessorCount) + 1);
        var chunk = ((found.Queries - 1) / (parts * Panels.TileRows) + 1) * Panels.TileRows;
        Parallel.For(0, (found.Queries + chunk - 1) / chunk, part =>
            FindInPanels(way, queries, part * chunk, Math.Min(chunk, found.Queries - part * chunk), start, count, found));
    }

    void FindInPanels(Way way, Rows queries, int first, int queryCount, long start, int count, NearestRows found)
    {
        const int TileRows = Panels.TileRows;
        var screen = way.Screen;
        var tiles = (queryCount + TileRows - 1) / TileRows;
        var addresses = stackalloc float*[tiles * TileRows];
        var limits = stackalloc float[tiles * TileRows];
        var bases = stackalloc double[tiles * TileRows];
        for (var i = 0; i < tiles * TileRows; i++)
        {
            // The last tile is filled up by a row that asks for nothing.
            addresses[i] = way.Queries[first + Math.Min(i, queryCount - 1)];
            bases[i] = i < queryCount ? screen.Base(addresses[i]) : 0;
            limits[i] = i < queryCount ? screen.Limit(bases[i], found.Worst(first + i)) : float.PositiveInfinity;
        }
        var width = screen.Panels.Width;
        var exceeding = stackalloc uint[tiles * TileRows];
        var sums = stackalloc float[tiles * TileRows * width];
        for (var panel = 0; panel * width < count; panel++)
        {
            screen.Panels.FindExceeding(panel, addresses, tiles, limits, exceeding, sums);
            for (var i = 0; i < queryCount; i++)
            {
                for (var candidates = exceeding[i]; candidates != 0; candidates &= candidates - 1)
                {
                    var row = panel * width + BitOperations.TrailingZeroCount(candidates);
                    if (row >= count) break;
                    if (found.Offer(first + i, this.screen.Distance(queries[first + i], rows[start + row]), start + row))
                        limits[i] = screen.Limit(bases[i], found.Worst(first + i));
                }
            }
        }
    }

    /// <summary>Frees the panels and the axes.</summary>
    public void Dispose()
    {
        screen.Dispose();
        foreach (var projected in projectedScreens.Values) projected.Dispose();
        axes?.Dispose();
    }
}
