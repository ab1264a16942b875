using System.Globalization;
using System.Runtime.InteropServices;
using MedAnomaly.Images;
using MedAnomaly.Volumes;

namespace MedAnomaly.Metrics;

/// <summary>
/// Anomaly maps in one folder and their masks in another, matched by file name without its ending: <c>.npy</c> (float32, float64, uint8,
/// bool), <c>.png</c> (grey, 8 or 16 bits), <c>.nii</c> and <c>.nii.gz</c>. An array of NumPy is [y, x] or [z, y, x] against an image or
/// another array, and [x, y, z], as nibabel hands it out, against a NIfTI volume. Masks are 0 for normal, and 1 or 255 for abnormal.
/// </summary>
public sealed class MapFolder
{
    const int ShownNames = 5;

    static readonly string[] endings = [".npy", ".png", ".nii", ".nii.gz"];

    readonly IReadOnlyList<(string Name, string Map, string Mask)> pairs;

    MapFolder(IReadOnlyList<(string Name, string Map, string Mask)> pairs) => this.pairs = pairs;

    /// <summary>How many pairs there are.</summary>
    public int Count => pairs.Count;

    /// <summary>Matches the files of two folders; reads none yet. Other kinds of files, hidden ones and folders inside are passed over.</summary>
    /// <exception cref="DatasetException">A folder is missing or has no map, or a map or mask has no partner or two.</exception>
    public static MapFolder Open(string maps, string masks)
    {
        var (byMap, byMask) = (Files(maps), Files(masks));
        RequirePartners(byMap, byMask, "map", maps, "mask", masks);
        RequirePartners(byMask, byMap, "mask", masks, "map", maps);
        return new([.. byMap.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => (file.Key, file.Value, byMask[file.Key]))]);
    }

    /// <summary>Reads the pairs in the order of their names, one after another.</summary>
    /// <exception cref="DataFormatException">A file is damaged or of another kind, sizes differ, a score is NaN or infinite, or a mask has other values.</exception>
    public IEnumerable<NamedMap> Read()
    {
        var codes = Codes();
        foreach (var (name, mapPath, maskPath) in pairs)
        {
            var inVolume = IsVolume(mapPath) || IsVolume(maskPath);
            var (scores, mask) = (Grid.Load(mapPath, inVolume), Grid.Load(maskPath, inVolume));
            if (scores.Size != mask.Size)
            {
                throw new DataFormatException($"{mapPath} is {scores.SizeText}, but its mask {maskPath} is {mask.SizeText}. "
                    + "A mask must have its map's size; neither was resized. Check that the two belong together.");
            }
            scores.RequireFinite(mapPath);
            var map = new ScoredMap(codes is null ? scores.Singles() : scores.Coded(codes), mask.Mask(maskPath), scores.Width, scores.Height, scores.Depth);
            yield return map.Fault(maskPath, out _) is { } fault ? throw new DataFormatException(fault) : new(name, map);
        }
    }

    /// <summary>Codes for all scores where a map has numbers that single precision would round, and so perhaps tie; null where none has.</summary>
    ScoreCodes? Codes()
    {
        if (!pairs.Any(pair => HasDoubles(pair.Map) && Array.Exists((double[])NumpyFile.Load(pair.Map).Values, value => value != (float)value && double.IsFinite(value))))
            return null;
        return ScoreCodes.Of([.. pairs.SelectMany(pair =>
        {
            var scores = Grid.Load(pair.Map, inVolume: false);
            scores.RequireFinite(pair.Map);
            return scores.Doubles();
        })]);
    }

    static bool HasDoubles(string path) => path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) && NumpyFile.HasDoubles(path);

    static Dictionary<string, string> Files(string folder)
    {
        if (!Directory.Exists(folder)) throw new DatasetException($"{folder} is no folder. Expected one with files ending in {string.Join(", ", endings)}.");
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
        {
            var file = Path.GetFileName(path);
            var ending = endings.LastOrDefault(ending => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
            if (ending is null || file.StartsWith('.')) continue;
            var name = file[..^ending.Length];
            if (!files.TryAdd(name, path))
                throw new DatasetException($"{folder} has two files for '{name}': {Path.GetFileName(files[name])} and {file}. Keep the one that is meant.");
        }
        return files.Count > 0 ? files : throw new DatasetException($"{folder} has no file ending in {string.Join(", ", endings)}.");
    }

    static void RequirePartners(Dictionary<string, string> files, Dictionary<string, string> partners, string kind, string folder, string partner, string partnerFolder)
    {
        string[] lonely = [.. files.Where(file => !partners.ContainsKey(file.Key)).Select(file => Path.GetFileName(file.Value)).Order(StringComparer.Ordinal)];
        if (lonely.Length == 0) return;
        var names = string.Join(", ", lonely.Take(ShownNames)) + (lonely.Length > ShownNames ? ", ..." : "");
        throw new DatasetException(string.Create(CultureInfo.InvariantCulture, $"{lonely.Length} of {files.Count} files in {folder} have no {partner} of the same name in {partnerFolder}: {names}. ")
            + $"A {kind} and its {partner} share their file name up to the ending; a normal image needs a mask too, all 0.");
    }

    static bool IsVolume(string path) => !path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".png", StringComparison.OrdinalIgnoreCase);

    /// <summary>Numbers on a grid, x fastest.</summary>
    sealed record Grid(Array Values, int Width, int Height, int Depth)
    {
        public (int, int, int) Size => (Width, Height, Depth);

        public string SizeText => Depth == 1 ? $"{Width} x {Height}" : $"{Width} x {Height} x {Depth}";

        public static Grid Load(string path, bool inVolume)
        {
            if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) return OfArray(NumpyFile.Load(path), path, inVolume);
            if (!IsVolume(path)) return OfImage(Image.Load(path), path);
            var volume = Nifti.Load(path);
            return new(volume.Voxels, volume.Size.X, volume.Size.Y, volume.Size.Z);
        }

        static Grid OfImage(Image image, string path)
        {
            if (image.PixelType.Channels != 1)
                throw new DataFormatException($"{path} has {image.PixelType.Name} pixels; a map or a mask is grey, of 8 or 16 bits. Save the scores, not their picture in colour.");
            Array values = image.PixelType.BitsPerChannel == 8 ? image.Bytes.ToArray()
                : Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(image.Bytes).ToArray(), value => (float)value);
            return new(values, image.Width, image.Height, 1);
        }

        static Grid OfArray(NumpyArray array, string path, bool inVolume)
        {
            // [1, y, x], [y, x, 1] and the like are images.
            List<int> sizes = [.. array.Shape];
            while (sizes.Count > 2 && sizes.Remove(1))
            {
            }
            if (sizes.Count is < 2 or > 3) throw new DataFormatException($"{path} has the shape {NumpyFile.Text(array.Shape)}; expected 2 axes for an image or 3 for a volume.");
            if (!inVolume) return new(array.Values, sizes[^1], sizes[^2], sizes.Count == 3 ? sizes[0] : 1);
            if (sizes.Count == 2) sizes.Add(1);
            return new(Transposed(array.Values, sizes[0], sizes[1], sizes[2]), sizes[0], sizes[1], sizes[2]);
        }

        /// <summary>[x, y, z] with z fastest, turned to x fastest.</summary>
        static Array Transposed(Array values, int width, int height, int depth)
        {
            return values switch
            {
                float[] singles => Turn(singles),
                double[] doubles => Turn(doubles),
                _ => Turn((byte[])values),
            };

            T[] Turn<T>(T[] source)
            {
                var target = new T[source.Length];
                for (var i = 0; i < target.Length; i++)
                {
                    var (x, y, z) = (i % width, i / width % height, i / width / height);
                    target[i] = source[(x * height + y) * depth + z];
                }
                return target;
            }
        }

        public float[] Singles() => Values switch
        {
            float[] singles => singles,
            double[] doubles => Array.ConvertAll(doubles, value => (float)value),
            _ => Array.ConvertAll((byte[])Values, value => (float)value),
        };

        public IEnumerable<double> Doubles() => Values as double[] ?? Singles().Select(value => (double)value);

        public float[] Coded(ScoreCodes codes) => [.. Doubles().Select(codes.Encode)];

        /// <summary>Refuses NaN and infinities in the values as they are in the file.</summary>
        public void RequireFinite(string path)
        {
            var i = 0;
            foreach (var value in Doubles())
            {
                if (!double.IsFinite(value))
                {
                    var place = new ScoredMap(default, default, Width, Height, Depth).Place(i);
                    throw new DataFormatException(string.Create(CultureInfo.InvariantCulture,
                        $"The score of {path} at {place} is {value}; a ranking needs finite numbers. Find out what made it."));
                }
                i++;
            }
        }

        /// <summary>The values as a mask; whether they are 0, 1 or 255 is for <see cref="ScoredMap"/> to say, which no fraction passes.</summary>
        public byte[] Mask(string path)
        {
            if (Values is byte[] bytes) return bytes;
            var mask = new byte[Values.Length];
            var i = 0;
            foreach (var value in Doubles())
            {
                if (value is not (0 or 1 or 255 or 65535))
                {
                    var place = new ScoredMap(default, default, Width, Height, Depth).Place(i);
                    throw new DataFormatException(string.Create(CultureInfo.InvariantCulture,
                        $"The mask of {path} is {value} at {place}; a mask is 0 (normal), and 1 or 255 (abnormal). ")
                        + "Values between come from resampling: resample masks by the nearest neighbour.");
                }
                mask[i++] = value == 0 ? (byte)0 : (byte)1;
            }
            return mask;
        }
    }
}
