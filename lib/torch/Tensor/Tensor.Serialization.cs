using TorchSharp.Utils;

namespace TorchSharp;

public static partial class TensorExtensionMethods
{
    const int BufferSize = 1 << 20, MaxDimensions = 64;

    /// <summary>Writes type, shape and elements in TorchSharp's format.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        using var memory = tensor.detach().cpu();
        using var rows = memory.contiguous();
        writer.Encode((int)rows.dtype);
        var shape = rows.shape;
        writer.Encode(shape.Length);
        foreach (var n in shape) writer.Encode(n);
        writer.Flush();
        rows.WriteBytesToStream(writer.BaseStream, BufferSize);
    }

    public static void Save(this torch.Tensor tensor, Stream stream)
    {
        using var writer = new BinaryWriter(stream);
        tensor.Save(writer);
    }

    public static void Save(this torch.Tensor tensor, string location) => tensor.Save(File.Create(location));

    /// <summary>Reads a tensor of the same type and shape into this one.</summary>
    /// <exception cref="ArgumentException">The file's type or shape is another.</exception>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        using var loaded = Load(reader, skip);
        if (skip) return;
        if (loaded.dtype != tensor.dtype)
            throw new ArgumentException($"Mismatched tensor data types while loading: the file has {loaded.dtype}, the model {tensor.dtype}. Make sure that the model you are loading into is exactly the same as the origin.");
        if (!loaded.shape.AsSpan().SequenceEqual(tensor.shape))
            throw new ArgumentException($"Mismatched tensor shape while loading: the file has [{string.Join(", ", loaded.shape)}], the model [{string.Join(", ", tensor.shape)}]. Make sure that the model you are loading into is exactly the same as the origin.");
        using var still = torch.no_grad();
        tensor.copy_(loaded);
    }

    public static void Load(ref torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        if (tensor is null) tensor = Load(reader, skip);
        else tensor.Load(reader, skip);
    }

    /// <summary>Reads a tensor; with skip, past one, and returns an empty one.</summary>
    /// <exception cref="InvalidDataException">This is no tensor, or the file ends before its elements do.</exception>
    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        var type = (torch.ScalarType)checked((sbyte)reader.Decode());
        if (!Enum.IsDefined(type))
            throw new InvalidDataException($"{(int)type} is no tensor type: the file is damaged or not in TorchSharp's format.");
        var dimensions = reader.Decode();
        if (dimensions > MaxDimensions)
            throw new InvalidDataException($"{dimensions} dimensions: the file is damaged or not in TorchSharp's format.");
        var shape = new long[dimensions];
        for (var d = 0; d < shape.Length; d++) shape[d] = reader.Decode();
        long bytes;
        try
        {
            bytes = checked(shape.TotalSize() * type.ElementSize());
        }
        catch (OverflowException)
        {
            throw new InvalidDataException($"A shape of [{string.Join(", ", shape)}]: the file is damaged.");
        }
        var stream = reader.BaseStream;
        // Before any memory is taken: a damaged shape must not ask for more than the file can fill.
        if (stream.CanSeek && stream.Length - stream.Position < bytes)
            throw new InvalidDataException($"A tensor of shape [{string.Join(", ", shape)}] needs {bytes} bytes, but only {stream.Length - stream.Position} are left in the file: it is cut off or damaged.");
        if (skip)
        {
            stream.Seek(bytes, SeekOrigin.Current);
            return torch.empty(0, dtype: type);
        }
        var result = torch.empty(shape, type, torch.CPU);
        result.ReadBytesFromStream(stream, BufferSize);
        return result;
    }
}

public static partial class torch
{
    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.Load(location);

    public partial class Tensor
    {
        public void save(string location) => this.Save(location);

        public static Tensor load(string location) => Load(location);

        public static Tensor Load(string location) => Load(File.OpenRead(location));

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream);
            return Load(reader);
        }

        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Load(reader);
    }
}
