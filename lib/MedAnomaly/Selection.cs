using System.Numerics;

namespace MedAnomaly;

/// <summary>Values by their rank, in time proportional to their number.</summary>
static class Selection
{
    /// <summary>
    /// Hoare's selection: puts the value of rank <paramref name="rank"/>, from 0, in its sorted place, the smaller ones before it. No value may be NaN.
    /// </summary>
    public static T Select<T>(Span<T> values, int rank) where T : struct, IComparisonOperators<T, T, bool>
    {
        var (first, last) = (0, values.Length - 1);
        while (first < last)
        {
            var pivot = values[(first + last) >>> 1];
            var (left, right) = (first, last);
            while (left <= right)
            {
                while (values[left] < pivot) left++;
                while (values[right] > pivot) right--;
                if (left > right) break;
                (values[left], values[right]) = (values[right], values[left]);
                left++;
                right--;
            }
            if (rank <= right) last = right;
            else if (rank >= left) first = left;
            else break;
        }
        return values[rank];
    }
}
