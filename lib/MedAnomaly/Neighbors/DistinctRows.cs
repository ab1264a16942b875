using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>Which rows of a matrix are equal, bit by bit.</summary>
sealed class DistinctRows
{
    /// <summary>Bytes that are looked at together: a tensor's span has at most 2 GiB.</summary>
    const long BlockBytes = 64L << 20;

    readonly Dictionary<int, List<long>> duplicates = [];

    DistinctRows(Tensor matrix)
    {
        var first = new List<long>();
        var known = new Dictionary<UInt128, int>();
        var rowBytes = checked((int)matrix.shape[1] * sizeof(float));
        var blockRows = Math.Max(1, BlockBytes / Math.Max(rowBytes, 1));
        for (var start = 0L; start < matrix.shape[0]; start += blockRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(blockRows, matrix.shape[0] - start);
            var bytes = rowBytes == 0 ? [] : matrix.narrow(0, start, count).cpu().contiguous().bytes;
            var digests = Digests(bytes, rowBytes, (int)count);
            for (var i = 0; i < count; i++) Add(start + i, digests[i], first, known);
        }
        First = [.. first];
    }

    /// <summary>The first occurrence of each distinct row, ascending.</summary>
    public long[] First { get; }

    /// <summary>How many distinct rows there are.</summary>
    public int Count => First.Length;

    /// <summary>Compares the rows of a matrix [M, D] of 32-bit floats.</summary>
    public static DistinctRows Find(Tensor matrix) => new(matrix);

    /// <summary>All rows equal to the distinct row <paramref name="index"/>, ascending.</summary>
    public IEnumerable<long> Members(long index) => duplicates.TryGetValue((int)index, out var others) ? others.Prepend(First[index])
        : [First[index]];

    /// <summary>For some of all rows, which distinct row each is equal to.</summary>
    public long[] Places(long start, long count)
    {
        var places = new long[count];
        for (var index = 0; index < First.Length; index++)
        {
            foreach (var row in Members(index))
            {
                if (row >= start && row < start + count) places[row - start] = index;
            }
        }
        return places;
    }

    void Add(long row, UInt128 digest, List<long> first, Dictionary<UInt128, int> known)
    {
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(known, digest, out var exists);
        if (exists)
        {
            ref var members = ref CollectionsMarshal.GetValueRefOrAddDefault(duplicates, index, out _);
            (members ??= []).Add(row);
            return;
        }
        index = first.Count;
        first.Add(row);
    }

    static unsafe UInt128[] Digests(ReadOnlySpan<byte> rows, int rowBytes, int count)
    {
        var digests = new UInt128[count];
        fixed (byte* first = rows)
        {
            var address = (nint)first;
            Parallel.For(0, count, i => digests[i] = Digest(new((byte*)address + (long)i * rowBytes, rowBytes)));
        }
        return digests;
    }

    /// <summary>Half a SHA-256: rows of one digest are the same rows.</summary>
    static UInt128 Digest(ReadOnlySpan<byte> row)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, digest);
        return MemoryMarshal.Read<UInt128>(digest);
    }
}
