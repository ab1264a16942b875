using System.IO.Compression;

namespace MedAnomaly.Encoders.Weights;

/// <summary>torch.save since 1.6: a zip archive with data.pkl, and each storage uncompressed in data/KEY.</summary>
static class PyTorchZip
{
    /// <summary>No model of ours comes near: the pickle of a state_dict takes some 100 bytes an array.</summary>
    const long MaximumPickle = 64 << 20;

    /// <exception cref="DataFormatException">The archive is damaged, or its pickle asks for more than arrays need.</exception>
    public static WeightFile Open(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var pickles = archive.Entries.Where(entry => entry.Name == "data.pkl").ToArray();
            if (pickles is not [var pickleEntry])
                throw PyTorchObjects.Broken(path, $"it has {pickles.Length} entries named data.pkl; expected one");
            var folder = pickleEntry.FullName[..^"data.pkl".Length];
            CheckByteOrder(path, archive.GetEntry($"{folder}byteorder"));
            var pickle = ReadPickle(path, pickleEntry);
            var root = new Unpickler(path, pickle, id => PyTorchObjects.Storage(path, id),
                (function, arguments) => PyTorchObjects.Reduce(path, function, arguments)).Read();
            return PyTorchObjects.ToWeightFile(path, root, storage => Locate(path, archive, $"{folder}data/{storage.Key}", storage));
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(path, fault);
        }
    }

    static byte[] ReadPickle(string path, ZipArchiveEntry entry)
    {
        if (entry.Length > MaximumPickle)
            throw PyTorchObjects.Broken(path, $"its pickle has {entry.Length} bytes; {MaximumPickle} are allowed");
        if (entry.Length != entry.CompressedLength)
            throw PyTorchObjects.Broken(path, $"'{entry.FullName}' is compressed; torch.save stores it as it is");
        var pickle = new byte[entry.Length];
        using var stream = entry.Open();
        ReadExactly(path, entry.FullName, stream, pickle);
        return pickle;
    }

    static void CheckByteOrder(string path, ZipArchiveEntry? entry)
    {
        if (entry is null) return;
        using var reader = new StreamReader(entry.Open());
        var order = new char["little".Length];
        if (reader.Read(order) != order.Length || new string(order) != "little")
            throw PyTorchObjects.Broken(path, "it was written on a big-endian machine");
    }

    static FileRegion Locate(string path, ZipArchive archive, string name, PyTorchStorage storage)
    {
        var entry = archive.GetEntry(name) ?? throw PyTorchObjects.Broken(path, $"the storage '{name}' is missing");
        var expected = (Int128)storage.Count * WeightTensor.ElementSize(storage.Type);
        // Stored, not deflated: so an entry is never longer than the file, and a small file never becomes much memory.
        return entry.Length == expected && entry.CompressedLength == expected
            ? (start, destination) => Read(path, name, start, destination)
            : throw PyTorchObjects.Broken(path,
                $"the storage '{name}' has {entry.Length} bytes ({entry.CompressedLength} stored); expected {expected}");
    }

    static void Read(string path, string name, long start, Span<byte> destination)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            using var stream = archive.GetEntry(name)?.Open()
                ?? throw PyTorchObjects.Broken(path, $"the storage '{name}' has gone since the file was opened");
            var skipped = new byte[Math.Min(start, 1 << 16)];
            for (var left = start; left > 0; left -= skipped.Length)
                ReadExactly(path, name, stream, skipped.AsSpan(0, (int)Math.Min(left, skipped.Length)));
            ReadExactly(path, name, stream, destination);
        }
        catch (InvalidDataException fault)
        {
            throw Damaged(path, fault);
        }
    }

    static void ReadExactly(string path, string name, Stream stream, Span<byte> destination)
    {
        try
        {
            stream.ReadExactly(destination);
        }
        catch (EndOfStreamException fault)
        {
            throw PyTorchObjects.Broken(path, $"'{name}' ends {destination.Length} bytes or less too early", fault);
        }
    }

    static DataFormatException Damaged(string path, InvalidDataException fault) =>
        PyTorchObjects.Broken(path, $"it is a damaged zip archive: {fault.Message}", fault);
}
