namespace MedAnomaly.Images;

/// <summary>An image file's bytes in memory, and what to call it when it is refused.</summary>
sealed class ImageFile
{
    // An image of the most pixels, 16 bits in four channels and uncompressed, is smaller.
    const long MaxBytes = 1_500_000_000;

    ImageFile(string name, byte[] bytes) => (Name, Bytes) = (name, bytes);

    public string Name { get; }

    public byte[] Bytes { get; }

    public static ImageFile Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            throw new DataFormatException($"{path} is a folder, not an image. Name a file in it.");
        if (!File.Exists(path))
            throw new DataFormatException(path.Contains('\uFFFD', StringComparison.Ordinal)
                ? $"{path} cannot be opened: its name holds bytes that are not UTF-8 (shown as \uFFFD). Rename the file, then run again."
                : $"{path} is not there. Expected an image file; check the path, capitals included.");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return new(path, ReadAll(stream, path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DataFormatException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    public static ImageFile Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var name = stream is FileStream file ? file.Name : "The stream";
        if (stream.CanSeek)
            return new(name, ReadAll(stream, name));
        var memory = new MemoryStream();
        stream.CopyTo(memory);
        memory.Position = 0;
        return new(name, ReadAll(memory, name));
    }

    static byte[] ReadAll(Stream stream, string name)
    {
        var length = stream.Length - stream.Position;
        if (length == 0)
            throw new DataFormatException($"{name} is empty: 0 bytes. Expected an image; copy or download it again.");
        if (length > MaxBytes)
            throw new DataFormatException($"{name} has {length} bytes, more than the {MaxBytes} that an image may have. It was not read.");
        var bytes = new byte[length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
