using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders.Weights;

/// <summary>Fills a span with the bytes of one array, in C order and little endian.</summary>
/// <param name="destination">As long as the array, in bytes.</param>
public delegate void WeightReader(Span<byte> destination);

/// <summary>One named array of a weight file. Its values stay in the file until they are asked for.</summary>
public sealed class WeightTensor
{
    readonly WeightReader read;

    /// <summary>Describes an array whose values <paramref name="read"/> fetches.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the array would have more bytes than a 64-bit number counts.</exception>
    public WeightTensor(string name, ScalarType type, IReadOnlyList<long> shape, WeightReader read)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Name = name;
        Type = type;
        Shape = shape;
        this.read = read;
        ByteCount = TryCountBytes(type, shape) ?? throw new ArgumentException($"{name} has the impossible shape {Format(shape)}.",
            nameof(shape));
    }

    /// <summary>The name in the file ("layer1.0.conv1.weight").</summary>
    public string Name { get; }

    /// <summary>The type of an element.</summary>
    public ScalarType Type { get; }

    /// <summary>The sizes, outermost first; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many bytes the values take.</summary>
    public long ByteCount { get; }

    /// <summary>Reads the values' bytes, in C order and little endian.</summary>
    /// <exception cref="ArgumentException">The destination is not <see cref="ByteCount"/> bytes long.</exception>
    /// <exception cref="DataFormatException">The file has changed since it was opened.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length != ByteCount)
            throw new ArgumentException($"{Name} has {ByteCount} bytes; the destination has {destination.Length}.", nameof(destination));
        if (destination.Length > 0) read(destination);
    }

    /// <summary>Reads the values into an array.</summary>
    /// <exception cref="DataFormatException">The array holds no 32-bit floats, or the file has changed since it was opened.</exception>
    public float[] ToSingles()
    {
        if (Type != ScalarType.Float32)
            throw new DataFormatException($"{Name} holds {Type}; 32-bit floats were expected. Convert the weights to float32 first.");
        var values = new float[ByteCount / sizeof(float)];
        CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads the values into a new tensor of the same type and shape.</summary>
    /// <exception cref="DataFormatException">The file has changed since it was opened.</exception>
    public Tensor ToTensor(Device? device = null)
    {
        var tensor = empty(Shape.ToArray(), Type);
        if (ByteCount > 0) CopyTo(tensor.bytes);
        if (device is null || device.type == TorchSharp.DeviceType.CPU) return tensor;
        using (tensor) return tensor.to(device);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Type} {Format(Shape)}";

    /// <summary>A shape as the error messages print it: [64, 3, 7, 7].</summary>
    internal static string Format(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>
    /// The bytes that an array of this type and shape takes; nothing when a size is negative or the product does not fit.
    /// </summary>
    internal static long? TryCountBytes(ScalarType type, IReadOnlyList<long> shape)
    {
        if (shape.Any(size => size < 0)) return null;
        if (shape.Contains(0)) return 0;
        Int128 bytes = ElementSize(type);
        foreach (var size in shape)
        {
            bytes *= size;
            if (bytes > long.MaxValue) return null;
        }
        return (long)bytes;
    }

    internal static int ElementSize(ScalarType type) => type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A weight file holds booleans, integers and floats."),
    };
}
