namespace MedAnomaly.Data;

/// <summary>Sets of the numbers from 0, joined two at a time; a set's root is its smallest number, whatever the order of joining.</summary>
sealed class DisjointSets(int count)
{
    readonly int[] parent = [.. Enumerable.Range(0, count)];

    internal int Root(int i)
    {
        while (parent[i] != i) i = parent[i] = parent[parent[i]];
        return i;
    }

    internal void Join(int i, int j)
    {
        (i, j) = (Root(i), Root(j));
        parent[Math.Max(i, j)] = Math.Min(i, j);
    }
}
