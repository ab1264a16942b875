using System.Numerics;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Nearest rows on the CPU. The screen passes the few pairs that may be nearer than a query's k-th so far; their distances are made in
/// double precision. So the outcome is exact, and one query's does not depend on the others.
/// </summary>
sealed unsafe class HostSearch : ISearch
{
    /// <summary>Rows of queries that a thread takes at once.</summary>
    const int QueryRows = 16 * Panels.TileRows;

    /// <summary>Fewer queries are not worth the panels.</summary>
    const int FewQueries = Panels.TileRows;

    /// <summary>Larger blocks gain nothing: by then the threads seldom wait for each other.</summary>
    const long LargestBlock = 16 << 20;

    readonly Rows rows;
    readonly Screen screen;
    readonly long blockRows;

    /// <summary>Prepares the search.</summary>
    /// <param name="rows">[M, D], contiguous, on the CPU.</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="blockBytes">The most memory that a block of rows takes.</param>
    public HostSearch(Tensor rows, NeighborMetric metric, long blockBytes)
    {
        this.rows = new Rows(rows);
        using var mean = rows.mean([0L]);
        var panelBytes = 0L;
        using (var one = Panels.Create(this.rows.Width, 1)) (panelBytes, blockRows) = (one.PanelBytes, one.Width);
        blockRows *= Math.Clamp(Math.Min(blockBytes, LargestBlock) / panelBytes, 1, (this.rows.Count + blockRows - 1) / blockRows);
        screen = new Screen(metric, mean.data<float>().ToArray(), blockRows);
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
            lock (screen)
            {
                for (var start = 0L; start < rows.Count; start += blockRows)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    FindInBlock(asked, start, (int)Math.Min(blockRows, rows.Count - start), found);
                }
            }
        }
        asked.KeepAlive();
        rows.KeepAlive();
        return found;
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

    void FindInBlock(Rows queries, long start, int count, NearestRows found)
    {
        var width = screen.Panels.Width;
        var panels = (count + width - 1) / width;
        Parallel.For(0, panels, panel =>
        {
            for (var row = panel * width; row < Math.Min((panel + 1) * width, count); row++) screen.Set(row, rows[start + row]);
        });
        // As many parts for each thread, of whole tiles.
        var parts = Environment.ProcessorCount * ((found.Queries - 1) / (QueryRows * Environment.ProcessorCount) + 1);
        var chunk = ((found.Queries - 1) / (parts * Panels.TileRows) + 1) * Panels.TileRows;
        Parallel.For(0, (found.Queries + chunk - 1) / chunk, part =>
            FindInPanels(queries, part * chunk, Math.Min(chunk, found.Queries - part * chunk), start, count, found));
    }

    void FindInPanels(Rows queries, int first, int queryCount, long start, int count, NearestRows found)
    {
        const int TileRows = Panels.TileRows;
        var tiles = (queryCount + TileRows - 1) / TileRows;
        var addresses = stackalloc float*[tiles * TileRows];
        var limits = stackalloc float[tiles * TileRows];
        var bases = stackalloc double[tiles * TileRows];
        for (var i = 0; i < tiles * TileRows; i++)
        {
            // The last tile is filled up by a row that asks for nothing.
            addresses[i] = queries[first + Math.Min(i, queryCount - 1)];
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
                    if (found.Offer(first + i, screen.Distance(addresses[i], rows[start + row]), start + row))
                        limits[i] = screen.Limit(bases[i], found.Worst(first + i));
                }
            }
        }
    }

    /// <summary>Frees the panels.</summary>
    public void Dispose() => screen.Dispose();
}
