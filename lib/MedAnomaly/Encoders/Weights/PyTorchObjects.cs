using System.Collections.Specialized;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders.Weights;

/// <summary>A run of equal elements in a PyTorch file, which one or more arrays view.</summary>
/// <param name="Type">The type of an element.</param>
/// <param name="Key">Its name in the file.</param>
/// <param name="Count">Elements.</param>
sealed record PyTorchStorage(ScalarType Type, string Key, long Count);

/// <summary>An array as a pickle describes it: a view of a storage.</summary>
sealed record PyTorchTensor(PyTorchStorage Storage, long Offset, long[] Shape, long[] Strides);

/// <summary>What the two PyTorch formats share: the functions that a pickle may apply, and the way from its objects to arrays.</summary>
static class PyTorchObjects
{
    /// <summary>Turns a persistent id ('storage', class, key, location, count) into a storage.</summary>
    public static PyTorchStorage Storage(string path, object? id) =>
        id is object?[] and ["storage", PickleGlobal type, string key, string, long count and >= 0, .. { Length: <= 1 } view]
            && view is not [not null]
            ? new PyTorchStorage(StorageType(path, type), key, count)
            : throw Broken(path, "a persistent id is not that of a storage");

    /// <summary>Applies the two functions that arrays need.</summary>
    public static object? Reduce(string path, PickleGlobal function, object?[] arguments) => (function.Name, arguments) switch
    {
        ("torch._utils._rebuild_tensor_v2", [PyTorchStorage storage, long offset, object?[] shape, object?[] strides, ..]) =>
            View(path, storage, offset, shape, strides),
        ("torch._utils._rebuild_parameter", [PyTorchTensor tensor, ..]) => tensor,
        _ => null,
    };

    /// <summary>The arrays of a checkpoint: a state_dict, or a dictionary that holds one under "state_dict" or "model".</summary>
    public static WeightFile ToWeightFile(string path, object? root, Func<PyTorchStorage, FileRegion> locate)
    {
        if (root is not OrderedDictionary dictionary)
            throw Broken(path, "it holds no dictionary of arrays (a whole module, perhaps); save module.state_dict() instead");
        if (!dictionary.Values.OfType<PyTorchTensor>().Any()
            && (dictionary["state_dict"] ?? dictionary["model"]) is OrderedDictionary inner)
            dictionary = inner;
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in dictionary)
        {
            if (entry is { Key: string name, Value: PyTorchTensor tensor })
                tensors.Add(name, new WeightTensor(name, tensor.Storage.Type, tensor.Shape, Reader(tensor, locate(tensor.Storage))));
        }
        return tensors.Count > 0
            ? new WeightFile(path, WeightFormat.PyTorch, tensors, new Dictionary<string, string>())
            : throw Broken(path,
                $"its dictionary holds no arrays; its keys are {string.Join(", ", dictionary.Keys.Cast<object>().Take(8))}");
    }

    public static DataFormatException Broken(string path, string what, Exception? inner = null) =>
        new($"{path} is no readable PyTorch weight file: {what}. Nothing was run and nothing was loaded.", inner);

    static PyTorchTensor View(string path, PyTorchStorage storage, long offset, object?[] shape, object?[] strides)
    {
        long[] sizes = [.. shape.OfType<long>()], steps = [.. strides.OfType<long>()];
        if (sizes.Length != shape.Length || steps.Length != sizes.Length || offset < 0 || sizes.Any(size => size < 0)
            || steps.Any(step => step < 0))
            throw Broken(path, $"an array of storage '{storage.Key}' has an impossible shape {WeightTensor.Format(sizes)} or stride "
                + $"{WeightTensor.Format(steps)}");
        Int128 last = offset, count = 1;
        for (var axis = 0; axis < sizes.Length && last <= storage.Count && count <= storage.Count; axis++)
        {
            last += (Int128)Math.Max(sizes[axis] - 1, 0) * steps[axis];
            count *= sizes[axis];
        }
        // An array larger than its storage (a stride of 0) would turn a small file into much memory.
        return sizes.Contains(0) || (last < storage.Count && count <= storage.Count)
            ? new PyTorchTensor(storage, offset, sizes, steps)
            : throw Broken(path, $"an array of shape {WeightTensor.Format(sizes)} and stride {WeightTensor.Format(steps)} from {offset} "
                + $"goes past its storage '{storage.Key}' of {storage.Count} elements");
    }

    static WeightReader Reader(PyTorchTensor tensor, FileRegion region)
    {
        var size = WeightTensor.ElementSize(tensor.Storage.Type);
        if (IsContiguous(tensor)) return destination => region(tensor.Offset * size, destination);
        return destination =>
        {
            var storage = new byte[tensor.Storage.Count * size];
            region(0, storage);
            var index = new long[tensor.Shape.Length];
            for (var to = 0; to < destination.Length; to += size)
            {
                var from = tensor.Offset;
                for (var axis = 0; axis < index.Length; axis++) from += index[axis] * tensor.Strides[axis];
                storage.AsSpan((int)(from * size), size).CopyTo(destination[to..]);
                for (var axis = index.Length - 1; axis >= 0 && ++index[axis] == tensor.Shape[axis]; axis--) index[axis] = 0;
            }
        };
    }

    static bool IsContiguous(PyTorchTensor tensor)
    {
        var expected = 1L;
        for (var axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != expected) return false;
            expected *= tensor.Shape[axis];
        }
        return true;
    }

    static ScalarType StorageType(string path, PickleGlobal type) => type.Name switch
    {
        "torch.BoolStorage" => ScalarType.Bool,
        "torch.ByteStorage" => ScalarType.Byte,
        "torch.CharStorage" => ScalarType.Int8,
        "torch.ShortStorage" => ScalarType.Int16,
        "torch.IntStorage" => ScalarType.Int32,
        "torch.LongStorage" => ScalarType.Int64,
        "torch.HalfStorage" => ScalarType.Float16,
        "torch.BFloat16Storage" => ScalarType.BFloat16,
        "torch.FloatStorage" => ScalarType.Float32,
        "torch.DoubleStorage" => ScalarType.Float64,
        _ => throw Broken(path, $"'{type.Name}' at offset {type.Offset} is no storage"),
    };
}

/// <summary>Reads bytes of one storage, from <paramref name="start"/> on.</summary>
delegate void FileRegion(long start, Span<byte> destination);
