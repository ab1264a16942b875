using System.Globalization;

namespace MedAnomaly.Metrics;

/// <summary>Takes in the pixels of one map after another, and ranks them.</summary>
sealed class PixelPool(PixelScope scope, Connectivity connectivity)
{
    readonly Segments<float> normal = new();
    readonly Segments<ulong> abnormal = new();
    readonly List<int> regionSizes = [];
    int pooled;

    /// <summary>How many maps came, in the scope or not.</summary>
    public int Seen { get; private set; }

    /// <summary>Checks a map and takes in its pixels, if it is in the scope.</summary>
    /// <exception cref="ArgumentException">The map cannot be ranked.</exception>
    public void Add(ScoredMap map)
    {
        var count = map.CountAbnormal(Seen++);
        if (scope == PixelScope.AbnormalImages && count == 0) return;
        pooled++;
        var scores = map.Scores.Span;
        if (count == 0)
        {
            normal.Append(scores);
            return;
        }
        var mask = map.Mask.Span;
        var components = ConnectedComponents.Of(mask, map.Width, map.Height, map.Depth, connectivity);
        float[] outside = new float[scores.Length - count];
        ulong[] inside = new ulong[count];
        int negative = 0, positive = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            // The region rides in the lower bits of the key that is sorted by its upper ones.
            if (mask[i] == 0) outside[negative++] = scores[i];
            else inside[positive++] = (ulong)RadixSort.Key(scores[i]) << 32 | (uint)(regionSizes.Count + components.Labels[i] - 1);
        }
        normal.Append(outside);
        abnormal.Append(inside);
        regionSizes.AddRange(components.Sizes);
    }

    /// <summary>Sorts what came in; the pool is empty afterwards.</summary>
    /// <exception cref="DatasetException">No map was in the scope.</exception>
    public RankedPixels Rank()
    {
        if (pooled == 0) throw new DatasetException($"None of the {Seen} maps has an abnormal pixel, so there is no abnormal image to pool.");
        var positives = abnormal.Join();
        RadixSort.Sort<ulong>(positives, lowBit: 32);
        var negatives = normal.Join();
        RadixSort.Sort(negatives);
        return new(new(new(Array.ConvertAll(positives, key => RadixSort.Value((uint)(key >> 32)))), new(negatives)),
            Array.ConvertAll(positives, key => (int)(uint)key), [.. regionSizes], pooled, scope);
    }

    /// <summary>A list that grows without ever copying what it holds, and gives it up piece by piece.</summary>
    sealed class Segments<T> where T : unmanaged
    {
        const int Longest = 1 << 22;

        readonly Queue<T[]> full = new();
        T[] last = [];
        int used;
        long count;

        public void Append(ReadOnlySpan<T> items)
        {
            count += items.Length;
            if (count > Array.MaxLength)
            {
                throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                    $"The maps have more than the {Array.MaxLength} pixels of one class that one ranking holds. Rank them volume by volume and average."));
            }
            while (!items.IsEmpty)
            {
                if (used == last.Length)
                {
                    if (used > 0) full.Enqueue(last);
                    last = GC.AllocateUninitializedArray<T>(Math.Min(Longest, Math.Max(items.Length, 2 * used)));
                    used = 0;
                }
                var part = items[..Math.Min(items.Length, last.Length - used)];
                part.CopyTo(last.AsSpan(used));
                used += part.Length;
                items = items[part.Length..];
            }
        }

        public T[] Join()
        {
            var joined = GC.AllocateUninitializedArray<T>((int)count);
            var at = 0;
            while (full.TryDequeue(out var segment))
            {
                segment.CopyTo(joined, at);
                at += segment.Length;
            }
            last.AsSpan(0, used).CopyTo(joined.AsSpan(at));
            (last, used, count) = ([], 0, 0);
            return joined;
        }
    }
}
