namespace MedAnomaly.Encoders.Weights;

/// <summary>A stretch of bytes in a file, read when needed; no handle stays open.</summary>
readonly record struct FileSlice(string Path, long Offset, long Length)
{
    /// <summary>Reads from <paramref name="start"/> of the slice on until the destination is full.</summary>
    public void Read(long start, Span<byte> destination)
    {
        if (start < 0 || start > Length - destination.Length)
            throw new ArgumentOutOfRangeException(nameof(start), start,
                $"The slice has {Length} bytes; {destination.Length} from there do not fit.");
        try
        {
            using var file = File.OpenRead(Path);
            file.Position = Offset + start;
            file.ReadExactly(destination);
        }
        catch (IOException fault)
        {
            throw new DataFormatException($"{Path} can no longer be read ({destination.Length} bytes at offset {Offset + start}): "
                + $"{fault.Message} "
                + "It has changed since it was opened. Fetch it again.", fault);
        }
    }
}
