using System.Diagnostics;
using System.Numerics;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Nearest rows on the CPU. The screen passes the few pairs that may be nearer than a query's k-th so far; their distances are made in
/// double precision. So the outcome is exact, and one query's does not depend on the others. Screening by coordinates along a few principal
/// axes costs a fraction of all components, and passes more pairs: which is fastest is measured. Coordinates that fit into the memory are
/// kept, so that an index that is asked again and again, image after image, need not read its rows again.
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

    /// <summary>Ways that take so many times as long as the fastest are not tried again.</summary>
    const double FarSlower = 8;

    /// <summary>Numbers of axes that are tried.</summary>
    static readonly int[] AxesTried = [32, 64, 128];

    /// <summary>Products of components from which the axes, which take about as long, are worth finding.</summary>
    const double WorthAxes = 1e10;

    readonly Tensor matrix;
    readonly NeighborMetric metric;
    readonly Rows rows;
    readonly ScreeningWay all;
    readonly long blockRows;
    readonly long blockBytes;
    readonly double worthAxes;
    readonly Lock gate = new();
    ScreeningWay[] ways;
    PrincipalAxes? axes;
    double work;
    long choices;

    /// <summary>Prepares the search.</summary>
    /// <param name="rows">[M, D], contiguous, on the CPU.</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="blockBytes">The most memory that blocks of rows, and coordinates that are kept, take.</param>
    /// <param name="worthAxes">Products of components, of all searches together, from which principal axes are tried.</param>
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
        all = new(null, new Screen(metric, mean.data<float>().ToArray(), blockRows), holdsAllRows: false);
        ways = [all];
    }

    /// <summary>Whether principal axes were worth finding.</summary>
    public bool HasAxes => axes is not null;

    /// <inheritdoc/>
    public NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken)
    {
        var found = new NearestRows((int)queries.shape[0], k);
        var asked = new Rows(queries);
        bool inBlocks;
        lock (gate)
        {
            FindAxes(found.Queries);
            inBlocks = found.Queries > FewQueries || ways.Any(way => way.HoldsAllRows);
            if (inBlocks) FindInBlocks(queries, asked, found, cancellationToken);
        }
        for (var query = 0; !inBlocks && query < found.Queries; query++) FindOne(asked[query], query, found, cancellationToken);
        asked.KeepAlive();
        rows.KeepAlive();
        return found;
    }

    /// <summary>Finds the axes as soon as there is enough to do, and keeps the coordinates that fit into half of the memory.</summary>
    void FindAxes(long queries)
    {
        work += (double)rows.Count * queries * rows.Width;
        if (axes is not null || work < worthAxes || metric != NeighborMetric.Euclidean || rows.Width < 2 * AxesTried[^1]
            || rows.Count < 8 * blockRows || !PrincipalAxes.Fit(rows.Width, blockBytes)) return;
        axes = PrincipalAxes.Of(matrix, AxesTried[^1], blockBytes);
        var left = blockBytes / 2;
        ways = [all, .. AxesTried.Select(count =>
        {
            var bytes = rows.Count * (count + 2) * sizeof(float);
            var fits = bytes <= left;
            if (fits) left -= bytes;
            var way = new ScreeningWay(count, new Screen(NeighborMetric.Euclidean, new float[count + 1], fits ? rows.Count : blockRows), fits);
            for (var start = 0L; fits && start < rows.Count; start += blockRows)
                Fill(way, start, (int)Math.Min(blockRows, rows.Count - start), start);
            return way;
        })];
    }

    void FindInBlocks(Tensor queries, Rows asked, NearestRows found, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var usable = asked.Count * AxesTried.Sum(count => count + 1) * sizeof(float) <= blockBytes / 4 ? ways : [all];
        var projected = new Dictionary<ScreeningWay, ScreenedQueries> { [all] = new(asked) };
        var block = 0;
        for (var start = 0L; start < rows.Count; start += blockRows, block++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Until each query has some near rows, nothing can be ruled out, and all components pass the fewest.
            var way = block == 0 ? all : Choose(usable, found.Queries);
            var count = (int)Math.Min(blockRows, rows.Count - start);
            if (!projected.ContainsKey(way)) Project(queries, usable, projected);
            var clock = Stopwatch.StartNew();
            if (!way.HoldsAllRows)
            {
                Fill(way, start, count, 0);
                projected[way].Measure(way.Screen);
            }
            FindInBlock(way, projected[way], asked, start, count, found);
            if (block > 0) way.Measured(found.Queries, clock.Elapsed.TotalSeconds / count);
        }
        foreach (var vectors in projected.Values) vectors.KeepAlive();
    }

    /// <summary>The queries' coordinates for each way but that of all components.</summary>
    void Project(Tensor queries, ScreeningWay[] usable, Dictionary<ScreeningWay, ScreenedQueries> projected)
    {
        foreach (var (way, coordinates) in usable.Skip(1).Zip(axes!.Project(queries, AxesTried)))
        {
            projected[way] = new(new Rows(coordinates));
            if (way.HoldsAllRows) projected[way].Measure(way.Screen);
        }
    }

    /// <summary>Each way once, then the fastest; now and then another again: the nearer the rows that are known, the fewer axes do.</summary>
    ScreeningWay Choose(ScreeningWay[] usable, int queries)
    {
        if (usable.FirstOrDefault(way => double.IsInfinity(way.SecondsPerRow(queries))) is { } untried) return untried;
        var fastest = usable.MinBy(way => way.SecondsPerRow(queries))!;
        if (++choices % RetryEvery != 0) return fastest;
        var other = usable[choices / RetryEvery % usable.Length];
        return other.SecondsPerRow(queries) < FarSlower * fastest.SecondsPerRow(queries) ? other : fastest;
    }

    void FindOne(float* query, int number, NearestRows found, CancellationToken cancellationToken)
    {
        var distances = new double[Math.Min(rows.Count, 1 << 16)];
        for (var start = 0L; start < rows.Count; start += distances.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = start;
            var count = (int)Math.Min(distances.Length, rows.Count - start);
            Parallel.For(0, count, row => distances[row] = all.Screen.Distance(query, rows[from + row]));
            for (var row = 0; row < count; row++) found.Offer(number, distances[row], start + row);
        }
    }

    /// <summary>Puts rows into a screen, from a place that begins a panel.</summary>
    void Fill(ScreeningWay way, long start, int count, long place)
    {
        using var scope = NewDisposeScope();
        var source = way.Axes is { } few ? new Rows(axes!.Project(matrix.narrow(0, start, count), few)[0]) : null;
        var width = way.Screen.Panels.Width;
        Parallel.For(0, (count + width - 1) / width, panel =>
        {
            for (var row = panel * width; row < Math.Min((panel + 1) * width, count); row++)
                way.Screen.Set(place + row, source is null ? rows[start + row] : source[row]);
        });
        source?.KeepAlive();
    }

    void FindInBlock(ScreeningWay way, ScreenedQueries vectors, Rows queries, long start, int count, NearestRows found)
    {
        // As many parts for each thread, of whole tiles.
        var parts = Environment.ProcessorCount * ((found.Queries - 1) / (QueryRows * Environment.ProcessorCount) + 1);
        var chunk = ((found.Queries - 1) / (parts * Panels.TileRows) + 1) * Panels.TileRows;
        Parallel.For(0, (found.Queries + chunk - 1) / chunk, part =>
            FindInPanels(way, vectors, queries, part * chunk, Math.Min(chunk, found.Queries - part * chunk), start, count, found));
    }

    void FindInPanels(ScreeningWay way, ScreenedQueries vectors, Rows queries, int first, int queryCount, long start, int count, NearestRows found)
    {
        const int TileRows = Panels.TileRows;
        var screen = way.Screen;
        var tiles = (queryCount + TileRows - 1) / TileRows;
        var addresses = stackalloc float*[tiles * TileRows];
        var limits = stackalloc float[tiles * TileRows];
        for (var i = 0; i < tiles * TileRows; i++)
        {
            // The last tile is filled up by a row that asks for nothing.
            addresses[i] = vectors.Rows[first + Math.Min(i, queryCount - 1)];
            limits[i] = i < queryCount ? screen.Limit(vectors.Bases[first + i], found.Worst(first + i)) : float.PositiveInfinity;
        }
        var width = screen.Panels.Width;
        var firstPanel = way.HoldsAllRows ? start / width : 0;
        var exceeding = stackalloc uint[tiles * TileRows];
        var sums = stackalloc float[tiles * TileRows * width];
        for (var panel = 0; panel * width < count; panel++)
        {
            screen.Panels.FindExceeding(firstPanel + panel, addresses, tiles, limits, exceeding, sums);
            for (var i = 0; i < queryCount; i++)
            {
                for (var candidates = exceeding[i]; candidates != 0; candidates &= candidates - 1)
                {
                    var row = panel * width + BitOperations.TrailingZeroCount(candidates);
                    if (row >= count) break;
                    if (found.Offer(first + i, all.Screen.Distance(queries[first + i], rows[start + row]), start + row))
                        limits[i] = screen.Limit(vectors.Bases[first + i], found.Worst(first + i));
                }
            }
        }
    }

    /// <summary>Frees the panels and the axes.</summary>
    public void Dispose()
    {
        foreach (var way in ways) way.Dispose();
        axes?.Dispose();
    }
}
