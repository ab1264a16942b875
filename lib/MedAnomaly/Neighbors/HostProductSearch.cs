using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>
/// Nearest rows on a CPU whose fastest products are of bfloat16 (AMX). As <see cref="HostSearch"/>, with libtorch's products in place of the
/// screen's: what rounding to 8 bits may lose is bounded by the norms of what it lost.
/// </summary>
sealed unsafe class HostProductSearch : ISearch
{
    const int QueryBlock = 1024;

    /// <summary>Larger blocks of products gain nothing.</summary>
    const int LargestBlockRows = 8192;

    readonly Tensor rows;
    readonly NeighborMetric metric;
    readonly Tensor mean;
    readonly long blockRows;

    /// <summary>Prepares the search.</summary>
    /// <param name="rows">[M, D], contiguous, on the CPU.</param>
    /// <param name="metric">Which distance.</param>
    /// <param name="blockBytes">The most memory that a block takes: of rows, in both precisions, and of products.</param>
    public HostProductSearch(Tensor rows, NeighborMetric metric, long blockBytes)
    {
        (this.rows, this.metric) = (rows, metric);
        blockRows = Math.Clamp(blockBytes / (QueryBlock * 2 + rows.shape[1] * 20), 1, LargestBlockRows);
        mean = rows.mean([0L], keepdim: true).DetachFromDisposeScope();
    }

    /// <summary>Vectors rounded to bfloat16, the norms of the rounded ones and of what was lost, and half the squared norms before.</summary>
    sealed record Rounded(Tensor Vectors, double[] Norms, double[] Lost, double[] Halves);

    /// <inheritdoc/>
    public NearestRows Find(Tensor queries, int k, CancellationToken cancellationToken)
    {
        var found = new NearestRows((int)queries.shape[0], k);
        for (var start = 0L; start < rows.shape[0]; start += blockRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(blockRows, rows.shape[0] - start);
            var block = Round(rows.narrow(0, start, count));
            var halves = Array.ConvertAll(block.Halves, half => (float)half);
            for (var from = 0L; from < queries.shape[0]; from += QueryBlock)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var step = NewDisposeScope();
                var asked = Round(queries.narrow(0, from, Math.Min(QueryBlock, queries.shape[0] - from)));
                var products = asked.Vectors.mm(block.Vectors.t());
                Offer(queries, (int)from, asked, start, block, halves, products, found);
            }
        }
        return found;
    }

    Rounded Round(Tensor vectors)
    {
        using var scope = NewDisposeScope();
        var wide = vectors.to(ScalarType.Float64);
        var prepared = wide - mean;
        if (metric == NeighborMetric.Cosine)
        {
            var norms = wide.square().sum(1, keepdim: true).sqrt();
            prepared = wide / (norms + norms.eq(0));
        }
        var rounded = prepared.to(ScalarType.BFloat16);
        var lost = (prepared - rounded.to(ScalarType.Float64)).square().sum(1).sqrt();
        return new(rounded.MoveToOuterDisposeScope(), Values(rounded.to(ScalarType.Float64).square().sum(1).sqrt()), Values(lost),
            Values(prepared.square().sum(1) / 2));

        static double[] Values(Tensor tensor) => tensor.data<double>().ToArray();
    }

    /// <summary>Offers the rows of a block to each query whose product allows that they are near.</summary>
    void Offer(Tensor queries, int firstQuery, Rounded asked, long firstRow, Rounded block, float[] halves, Tensor products, NearestRows found)
    {
        var (queryRows, ownRows) = (new Rows(queries), new Rows(rows));
        var count = halves.Length;
        var (largest, largestLost) = (block.Norms.Max(), block.Lost.Max());
        var first = (ushort*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(products.bytes));
        Parallel.For(0, asked.Norms.Length, query =>
        {
            var number = firstQuery + query;
            // x·c against its rounded factors: x(c - c~) + (x - x~)c~, then the sum in 32 bits, then rounding to 8.
            var error = (asked.Norms[query] + asked.Lost[query]) * largestLost + asked.Lost[query] * largest
                + asked.Norms[query] * largest * ((ownRows.Width + 16) * Math.Pow(2, -23) + Math.Pow(2, -8))
                + (largest + largestLost) * (largest + largestLost) * Math.Pow(2, -23) + ownRows.Width * (double)float.Epsilon;
            var limit = Limit();
            for (var start = 0; start < count; start += 8)
            {
                var row = first + (long)query * count + start;
                for (var candidates = Exceeding(row, start); candidates != 0; candidates &= candidates - 1)
                {
                    var place = start + BitOperations.TrailingZeroCount(candidates);
                    var distance = metric == NeighborMetric.Euclidean
                        ? Rows.SquaredDistance(queryRows[number], ownRows[firstRow + place], ownRows.Width)
                        : Rows.CosineDistance(queryRows[number], ownRows[firstRow + place], ownRows.Width);
                    if (found.Offer(number, distance, firstRow + place)) limit = Limit();
                }
            }

            float Limit() => MathF.BitDecrement((float)(metric == NeighborMetric.Euclidean
                ? asked.Halves[query] - error - found.Worst(number) / 2 : 1 - found.Worst(number) - error));

            uint Exceeding(ushort* row, int start)
            {
                var many = Math.Min(8, count - start);
                uint bits = 0;
                if (many == 8)
                {
                    // A bfloat16 is the upper half of a float.
                    var halfWords = Vector128.Load(row);
                    var words = Vector256.Create(Vector128.WidenLower(halfWords), Vector128.WidenUpper(halfWords));
                    var values = Vector256.ShiftLeft(words, 16).AsSingle();
                    if (metric == NeighborMetric.Euclidean) values -= Vector256.LoadUnsafe(ref halves[start]);
                    return Lanes256.NotAtMost(values, limit);
                }
                for (var i = 0; i < many; i++)
                {
                    var value = BitConverter.UInt32BitsToSingle((uint)row[i] << 16) - (metric == NeighborMetric.Euclidean ? halves[start + i] : 0);
                    if (!(value <= limit)) bits |= 1u << i;
                }
                return bits;
            }
        });
        GC.KeepAlive(products);
        queryRows.KeepAlive();
        ownRows.KeepAlive();
    }

    /// <summary>Frees the mean.</summary>
    public void Dispose() => mean.Dispose();
}
