using System.Buffers.Binary;
using System.Collections.Specialized;
using System.Numerics;

namespace MedAnomaly.Encoders.Weights;

/// <summary>
/// torch.save before 1.6, as the older weights of torchvision are: pickles of a magic number, a protocol version, facts on the writing
/// machine, the object and the storages' keys, then each storage as a 64-bit count and its elements.
/// </summary>
static class PyTorchLegacy
{
    static readonly BigInteger Magic = BigInteger.Parse("1950a86a20f9469cfc6c", System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture);
    const long ProtocolVersion = 1001;
    const int MaximumPickles = 16 << 20;

    /// <exception cref="DataFormatException">The file is damaged, or its pickle asks for more than arrays need.</exception>
    public static WeightFile Open(string path)
    {
        var length = new FileInfo(path).Length;
        var head = new byte[Math.Min(length, MaximumPickles)];
        using (var file = File.OpenRead(path)) file.ReadExactly(head);
        var storages = new Dictionary<string, PyTorchStorage>(StringComparer.Ordinal);
        var unpickler = new Unpickler(path, head, id => Remember(path, PyTorchObjects.Storage(path, id), storages),
            (function, arguments) => PyTorchObjects.Reduce(path, function, arguments));
        if (unpickler.Read() is not BigInteger magic || magic != Magic) throw PyTorchObjects.Broken(path, "its magic number is wrong");
        if (unpickler.Read() is not ProtocolVersion) throw PyTorchObjects.Broken(path, $"its protocol version is not {ProtocolVersion}");
        if (unpickler.Read() is not OrderedDictionary system || system["little_endian"] is not true)
            throw PyTorchObjects.Broken(path, "it was not written on a little-endian machine");
        var root = unpickler.Read();
        if (unpickler.Read() is not List<object?> keys) throw PyTorchObjects.Broken(path, "it has no list of storage keys");
        var slices = Locate(path, keys, storages, unpickler.Position, length);
        return PyTorchObjects.ToWeightFile(path, root, storage =>
            slices.TryGetValue(storage.Key, out var slice) ? slice.Read
                : throw PyTorchObjects.Broken(path, $"the storage '{storage.Key}' is missing"));
    }

    static PyTorchStorage Remember(string path, PyTorchStorage storage, Dictionary<string, PyTorchStorage> storages) =>
        storages.TryAdd(storage.Key, storage) || storages[storage.Key] == storage
            ? storage
            : throw PyTorchObjects.Broken(path, $"the storage '{storage.Key}' is described twice, differently");

    static Dictionary<string, FileSlice> Locate(string path, List<object?> keys, Dictionary<string, PyTorchStorage> storages,
        long position, long length)
    {
        var slices = new Dictionary<string, FileSlice>(StringComparer.Ordinal);
        Span<byte> countBytes = stackalloc byte[sizeof(long)];
        foreach (var item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage))
                throw PyTorchObjects.Broken(path, $"it lists the unknown storage '{item}'");
            if (length - position < sizeof(long)) throw PyTorchObjects.Broken(path, $"it ends at {length}, before the storage '{key}'");
            new FileSlice(path, position, sizeof(long)).Read(0, countBytes);
            var count = BinaryPrimitives.ReadInt64LittleEndian(countBytes);
            if (count != storage.Count)
                throw PyTorchObjects.Broken(path,
                    $"the storage '{key}' at offset {position} has {count} elements; expected {storage.Count}");
            position += sizeof(long);
            var bytes = (Int128)count * WeightTensor.ElementSize(storage.Type);
            if (bytes > length - position)
                throw PyTorchObjects.Broken(path,
                    $"the storage '{key}' needs {bytes} bytes at offset {position}; the file ends at {length}");
            if (!slices.TryAdd(key, new FileSlice(path, position, (long)bytes)))
                throw PyTorchObjects.Broken(path, $"it lists the storage '{key}' twice");
            position += (long)bytes;
        }
        return position == length ? slices : throw PyTorchObjects.Broken(path, $"{length - position} bytes follow its last storage");
    }
}
