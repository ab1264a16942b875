using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Nearest rows by tensor operators, on any device. Products give candidates, a few more than are asked for; their distances are made in
/// double precision. Where the products' error could have hidden a nearer row, the query is asked again in the next precision, and last of
/// all every distance is made in double precision.
/// </summary>
sealed class DeviceSearch : ISearch
{
    const int QueryBlock = 1024;

    /// <summary>Pairs whose differences are taken together, which bounds the memory.</summary>
    const int PairBlock = 8192;

    readonly Tensor rows;
    readonly NeighborMetric metric;
    readonly long blockBytes;
    readonly Tensor mean;
    readonly double largestNorm;
    readonly ScalarType[] precisions;

    /// <summary>Prepares the search.</summary>
    /// <param name="rows">[M, D].</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="blockBytes">The most memory that a block of distances takes.</param>
    /// <param name="products">In which precision rows are looked for.</param>
    public DeviceSearch(Tensor rows, NeighborMetric metric, long blockBytes, ProductPrecision products)
    {
        (this.rows, this.metric, this.blockBytes) = (rows, metric, blockBytes);
        precisions = FastProducts.UseBFloat16(products, rows.device) ? [ScalarType.BFloat16, ScalarType.Float32] : [ScalarType.Float32];
        mean = rows.mean([0L], keepdim: true).DetachFromDisposeScope();
        foreach (var block in Blocks(Math.Max(1, blockBytes / sizeof(float) / Math.Max(1, rows.shape[1]))))
        {
            using var step = NewDisposeScope();
            largestNorm = Math.Max(largestNorm, Prepared(Block(block)).square().sum(1).max().sqrt().item<float>());
        }
    }

    /// <inheritdoc/>
    public NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken)
    {
        var found = new NearestRows((int)queries.shape[0], k);
        for (var start = 0L; start < queries.shape[0]; start += QueryBlock)
        {
            using var scope = NewDisposeScope();
            var block = queries.narrow(0, start, Math.Min(QueryBlock, queries.shape[0] - start));
            int[] open = [.. Enumerable.Range(0, (int)block.shape[0])];
            foreach (var precision in precisions)
            {
                if (open.Length == 0) break;
                var asked = block.index_select(0, tensor(Array.ConvertAll(open, place => (long)place)).to(rows.device));
                open = Answer(asked, Array.ConvertAll(open, place => (int)start + place), precision, found, cancellationToken)
                    .ConvertAll(place => open[place]).ToArray();
            }
            foreach (var place in open) AnswerExactly(block.narrow(0, place, 1), (int)start + place, found, cancellationToken);
        }
        return found;
    }

    /// <summary>Finds the rows of some queries.</summary>
    /// <returns>The queries, by their place, whose rows are not certain and were not written.</returns>
    List<int> Answer(Tensor queries, int[] places, ScalarType precision, NearestRows found, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        // More room where more pairs look alike.
        var wanted = (int)Math.Min(found.K + (precision == ScalarType.Float32 ? 8 : 56), rows.shape[0]);
        var prepared = Prepared(queries);
        var norms = prepared.to(ScalarType.Float64).square().sum(1, keepdim: true).sqrt();
        var errors = Errors(norms, precision);
        var (approximate, indices) = Candidates(prepared, wanted, precision, cancellationToken);
        approximate = approximate.to(ScalarType.Float64);
        var near = approximate.le(approximate.narrow(1, found.K - 1, 1) + errors * 2);
        var exact = Distances(queries, indices, near);
        var candidates = indices.cpu().data<long>().ToArray();
        var leftOut = (approximate.narrow(1, wanted - 1, 1) - errors).cpu().data<double>().ToArray();
        var doubtful = new List<int>();
        var sorted = new (double Distance, long Row)[wanted];
        for (var query = 0; query < places.Length; query++)
        {
            for (var i = 0; i < wanted; i++) sorted[i] = (exact[query * wanted + i], candidates[query * wanted + i]);
            Array.Sort(sorted);
            // Written so that a product that overflowed leaves doubt.
            if (wanted < rows.shape[0] && !(leftOut[query] > sorted[found.K - 1].Distance)) doubtful.Add(query);
            else foreach (var (distance, row) in sorted) found.Offer(places[query], distance, row);
        }
        return doubtful;
    }

    /// <summary>What a distance from products may be off by, [Q, 1].</summary>
    Tensor Errors(Tensor norms, ScalarType precision)
    {
        // A sum of D products loses at most D units of the product of the norms; the rest is for the norms and the centring.
        var sums = (norms + largestNorm).square() * ((rows.shape[1] + 16) * Math.Pow(2, -23));
        // Both factors are rounded to 8 bits, and so is the product.
        return precision == ScalarType.Float32 ? sums : sums + norms * (2 * largestNorm * (3 * Math.Pow(2, -8) + Math.Pow(2, -14)));
    }

    /// <summary>The rows that seem nearest, by distances from products, a block of rows at a time.</summary>
    (Tensor Distances, Tensor Indices) Candidates(Tensor prepared, int wanted, ScalarType precision, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var queries = prepared.to(precision);
        var queryNorms = prepared.square().sum(1, keepdim: true);
        var blockRows = Math.Max(wanted, blockBytes / (prepared.shape[0] * sizeof(float)));
        var best = empty([prepared.shape[0], 0], ScalarType.Float32, rows.device);
        var indices = empty([prepared.shape[0], 0], ScalarType.Int64, rows.device);
        foreach (var (start, count) in Blocks(blockRows))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var block = Prepared(Block((start, count)));
            var distances = queries.mm(block.to(precision).t()).to(ScalarType.Float32).mul_(metric == NeighborMetric.Euclidean ? -2 : -1);
            distances = metric == NeighborMetric.Euclidean ? distances.add_(block.square().sum(1)).add_(queryNorms) : distances.add_(1);
            var (nearest, places) = distances.topk((int)Math.Min(wanted, count), 1, largest: false);
            var merged = cat([best, nearest], 1);
            (nearest, var chosen) = merged.topk((int)Math.Min(wanted, merged.shape[1]), 1, largest: false);
            places = cat([indices, places + start], 1).gather(1, chosen);
            best.Dispose();
            indices.Dispose();
            (best, indices) = (nearest.MoveToOuterDisposeScope(), places.MoveToOuterDisposeScope());
        }
        return (best.MoveToOuterDisposeScope(), indices.MoveToOuterDisposeScope());
    }

    IEnumerable<(long Start, long Count)> Blocks(long blockRows)
    {
        for (var start = 0L; start < rows.shape[0]; start += blockRows) yield return (start, Math.Min(blockRows, rows.shape[0] - start));
    }

    Tensor Block((long Start, long Count) block) => rows.narrow(0, block.Start, block.Count);

    /// <summary>
    /// Around their mean the rows have smaller norms, and less is lost when products are subtracted from those; the cosine's are unit vectors.
    /// </summary>
    Tensor Prepared(Tensor vectors)
    {
        if (metric == NeighborMetric.Euclidean) return vectors - mean;
        var norms = vectors.to(ScalarType.Float64).square().sum(1, keepdim: true).sqrt();
        // A zero vector stays one.
        return (vectors / (norms + norms.eq(0))).to(ScalarType.Float32);
    }

    /// <summary>Distances [Q · candidates] in double precision, for the candidates that are near; the others' are infinite.</summary>
    double[] Distances(Tensor queries, Tensor indices, Tensor near)
    {
        using var scope = NewDisposeScope();
        var result = full([indices.numel()], double.PositiveInfinity, ScalarType.Float64, rows.device);
        var places = near.flatten().nonzero().squeeze(1);
        var width = indices.shape[1];
        for (var start = 0L; start < places.shape[0]; start += PairBlock)
        {
            using var step = NewDisposeScope();
            var chunk = places.narrow(0, start, Math.Min(PairBlock, places.shape[0] - start));
            result.index_copy_(0, chunk, Exact(queries.index_select(0, chunk.div(width, RoundingMode.floor)),
                rows.index_select(0, indices.flatten().index_select(0, chunk))));
        }
        return result.cpu().data<double>().ToArray();
    }

    void AnswerExactly(Tensor query, int place, NearestRows found, CancellationToken cancellationToken)
    {
        foreach (var (start, count) in Blocks(PairBlock))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var distances = Exact(query, Block((start, count))).cpu().data<double>().ToArray();
            for (var i = 0; i < count; i++) found.Offer(place, distances[i], start + i);
        }
    }

    /// <summary>Squared Euclidean or cosine distances of the rows of two matrices, one by one.</summary>
    Tensor Exact(Tensor a, Tensor b)
    {
        (a, b) = (a.to(ScalarType.Float64), b.to(ScalarType.Float64));
        if (metric == NeighborMetric.Euclidean) return (a - b).square().sum(1);
        var norms = a.square().sum(1) * b.square().sum(1);
        // Without direction the product is 0, and the distance 1.
        return ((a * b).sum(1) / (norms + norms.eq(0)).sqrt()).neg().add_(1).clamp_(0, 2);
    }

    /// <summary>Frees the mean.</summary>
    public void Dispose() => mean.Dispose();
}
