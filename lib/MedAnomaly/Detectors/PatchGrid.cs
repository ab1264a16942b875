using MedAnomaly.Data.Brains;

namespace MedAnomaly.Detectors;

/// <summary>
/// Square patches of a slice by a window that slides in equal steps, and maps put together from what was found in each. Patches without a
/// pixel of brain are ignored (source 002, section 3.2.3).
/// </summary>
public sealed class PatchGrid
{
    readonly int width;
    readonly int height;
    readonly List<(int X, int Y)> corners = [];

    /// <summary>The patches of one slice.</summary>
    /// <param name="brain">Which pixels of the slice are brain, row after row.</param>
    /// <param name="width">The slice's columns.</param>
    /// <param name="size">A patch's height and width; source 002: 32.</param>
    /// <param name="stride">Pixels between patches; source 002: 16. The last of a row or column ends with the slice, however far that is.</param>
    /// <exception cref="UsageException">The slice is smaller than a patch, or patches would leave gaps.</exception>
    public PatchGrid(ReadOnlySpan<bool> brain, int width, int size = 32, int stride = 16)
    {
        (this.width, height, Size) = (width, brain.Length / width, size);
        if (size < 1 || stride < 1 || stride > size)
            throw new UsageException($"Patches of {size} pixels every {stride} make no grid; the stride is 1 to the size.");
        if (width < size || height < size)
            throw new UsageException($"A slice of {width} x {height} pixels has no patch of {size}. Cut larger slices, or choose smaller patches.");
        foreach (var y in Starts(height, size, stride))
        {
            foreach (var x in Starts(width, size, stride))
            {
                if (HasBrain(brain, x, y)) corners.Add((x, y));
            }
        }
    }

    /// <summary>A patch's height and width.</summary>
    public int Size { get; }

    /// <summary>The upper left pixel of each patch.</summary>
    public IReadOnlyList<(int X, int Y)> Corners => corners;

    /// <summary>The patches of a slice, in the order of <see cref="Corners"/>.</summary>
    /// <param name="brain">The brain that the grid was made for.</param>
    /// <param name="slice">The slice that the grid was made for.</param>
    public IEnumerable<(float[] Pixels, bool[] Brain)> Cut(PreparedBrain brain, int slice) => corners.Select(corner => Cut(brain, slice, corner, Size));

    /// <summary>One patch.</summary>
    /// <param name="brain">The brain.</param>
    /// <param name="slice">The slice.</param>
    /// <param name="corner">Its upper left pixel.</param>
    /// <param name="size">Its height and width.</param>
    public static (float[] Pixels, bool[] Brain) Cut(PreparedBrain brain, int slice, (int X, int Y) corner, int size)
    {
        ArgumentNullException.ThrowIfNull(brain);
        var (pixels, inside) = (new float[size * size], new bool[size * size]);
        for (var row = 0; row < size; row++)
        {
            var start = (corner.Y + row) * brain.Width + corner.X;
            brain.Slice(slice).Slice(start, size).CopyTo(pixels.AsSpan(row * size));
            brain.Brain(slice).Slice(start, size).CopyTo(inside.AsSpan(row * size));
        }
        return (pixels, inside);
    }

    /// <summary>Random patches whose middle lies in the brain: what source 002 trains on.</summary>
    /// <param name="brain">The brain.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Of the places.</param>
    /// <param name="size">Their height and width.</param>
    /// <exception cref="DatasetException">No pixel of the brain is the middle of a patch.</exception>
    public static IReadOnlyList<(float[] Pixels, bool[] Brain)> Draw(PreparedBrain brain, int count, int seed, int size = 32)
    {
        ArgumentNullException.ThrowIfNull(brain);
        var places = brain.Slices.SelectMany(slice => Middles(brain, slice, size).Select(corner => (slice, corner))).ToArray();
        if (places.Length == 0)
            throw new DatasetException($"{brain.Name}: no pixel of the brain is the middle of a patch of {size} x {size}. Choose smaller patches.");
        var random = new SplitMix64((ulong)seed);
        return [.. Enumerable.Range(0, count).Select(_ => places[random.Next(places.Length)]).Select(place => Cut(brain, place.slice, place.corner, size))];
    }

    /// <summary>The map of a slice as the sum of its patches' maps; 0 where there is no patch.</summary>
    /// <param name="maps">For each patch its pixels' scores.</param>
    public float[] Sum(IReadOnlyList<float[]> maps)
    {
        RequireAll(maps.Count);
        var sum = new float[width * height];
        foreach (var (patch, (x, y)) in corners.Index())
        {
            for (var pixel = 0; pixel < Size * Size; pixel++) sum[(y + pixel / Size) * width + x + pixel % Size] += maps[patch][pixel];
        }
        return sum;
    }

    /// <summary>
    /// The coarse map of a slice from one score a patch: each pixel has the mean of the patches that it lies in, so that the map has cells of
    /// the stride; 0 where there is no patch.
    /// </summary>
    public float[] Coarse(IReadOnlyList<double> scores)
    {
        RequireAll(scores.Count);
        var (sum, count) = (Sum([.. scores.Select(score => Constant((float)score))]), Sum([.. scores.Select(_ => Constant(1))]));
        return [.. sum.Zip(count, (value, patches) => patches > 0 ? value / patches : 0)];
    }

    float[] Constant(float value)
    {
        var patch = new float[Size * Size];
        Array.Fill(patch, value);
        return patch;
    }

    void RequireAll(int count)
    {
        if (count != corners.Count) throw new ArgumentException($"The slice has {corners.Count} patches, but there are scores of {count}.");
    }

    bool HasBrain(ReadOnlySpan<bool> brain, int x, int y)
    {
        for (var row = y; row < y + Size; row++)
        {
            if (brain.Slice(row * width + x, Size).Contains(true)) return true;
        }
        return false;
    }

    static IEnumerable<int> Starts(int length, int size, int stride)
    {
        var last = length - size;
        for (var start = 0; start < last; start += stride) yield return start;
        yield return last;
    }

    /// <summary>The upper left pixels of the patches of a slice whose middle is brain.</summary>
    static List<(int X, int Y)> Middles(PreparedBrain brain, int slice, int size)
    {
        List<(int, int)> middles = [];
        var inside = brain.Brain(slice);
        for (var y = 0; y <= brain.Height - size; y++)
        {
            for (var x = 0; x <= brain.Width - size; x++)
            {
                if (inside[(y + size / 2) * brain.Width + x + size / 2]) middles.Add((x, y));
            }
        }
        return middles;
    }
}
