using System.Text;

namespace TorchSharp;

/// <summary>One argument of an operator: implicitly made from what C# has, coerced by the operator's schema on the native side.</summary>
public readonly struct Value
{
    readonly object? reference;
    readonly long bits;
    readonly Tag tag;

    Value(Tag tag, object? reference, long bits = 0)
    {
        this.tag = tag;
        this.reference = reference;
        this.bits = bits;
    }

    /// <summary>None: no value for an optional argument.</summary>
    public static Value None => default;

    /// <summary>The default of the schema, for an argument before others that are given.</summary>
    public static Value Default => new(Tag.Default, null);

    public static implicit operator Value(torch.Tensor? v) => v is null ? None : new(Tag.Tensor, v);
    public static implicit operator Value(Scalar? v) => v is null ? None : new(v.Tag, null, v.Bits);
    public static implicit operator Value(long v) => new(Tag.Int, null, v);
    public static implicit operator Value(long? v) => v is { } x ? x : None;
    public static implicit operator Value(double v) => new(Tag.Double, null, BitConverter.DoubleToInt64Bits(v));
    public static implicit operator Value(double? v) => v is { } x ? x : None;
    public static implicit operator Value(bool v) => new(Tag.Bool, null, v ? 1 : 0);
    public static implicit operator Value(bool? v) => v is { } x ? x : None;
    public static implicit operator Value(torch.ScalarType v) => new(Tag.Int, null, (long)v);
    public static implicit operator Value(torch.ScalarType? v) => v is { } x ? x : None;
    public static implicit operator Value(torch.Device? v) =>
        v is null ? None : new(Tag.Device, null, (long)v.type | (long)(v.index + 1) << 8);
    public static implicit operator Value(torch.Generator? v) => v is null ? None : new(Tag.Generator, v);
    public static implicit operator Value(string? v) => v is null ? None : new(Tag.String, v);
    public static implicit operator Value(long[]? v) => v is null ? None : new(Tag.Ints, v);
    public static implicit operator Value(double[]? v) => v is null ? None : new(Tag.Doubles, v);
    public static implicit operator Value(bool[]? v) => v is null ? None : new(Tag.Bools, v);
    public static implicit operator Value(torch.Tensor?[]? v) => v is null ? None : new(Tag.Tensors, v);
    public static implicit operator Value(ReadOnlySpan<long> v) => new(Tag.Ints, v.ToArray());
    public static implicit operator Value((long, long) v) => new(Tag.Ints, new[] { v.Item1, v.Item2 });
    public static implicit operator Value((long, long, long) v) => new(Tag.Ints, new[] { v.Item1, v.Item2, v.Item3 });

    /// <summary>What must stay alive until the native call has returned.</summary>
    internal object? Reference => reference;

    /// <summary>How many 8-byte words of scratch memory <see cref="Write"/> needs.</summary>
    internal int Words => tag switch
    {
        Tag.Ints => ((long[])reference!).Length,
        Tag.Doubles => ((double[])reference!).Length,
        Tag.Tensors => ((torch.Tensor?[])reference!).Length,
        Tag.Bools => ((bool[])reference!).Length / 8 + 1,
        Tag.String => Encoding.UTF8.GetMaxByteCount(((string)reference!).Length) / 8 + 1,
        _ => 0,
    };

    /// <summary>Lays the value out for the native side, lists in the scratch memory, which must not move until the call has
    /// returned.</summary>
    internal unsafe void Write(NativeValue* to, ref long* scratch)
    {
        to->Tag = tag;
        to->Length = 0;
        to->Integer = bits;
        switch (tag)
        {
            case Tag.Tensor:
                to->Pointer = (void*)((torch.Tensor)reference!).Handle;
                return;
            case Tag.Generator:
                to->Pointer = (void*)((torch.Generator)reference!).Handle;
                return;
            case Tag.Ints:
                to->Length = ((long[])reference!).Length;
                ((long[])reference).CopyTo(new Span<long>(scratch, to->Length));
                break;
            case Tag.Doubles:
                to->Length = ((double[])reference!).Length;
                ((double[])reference).CopyTo(new Span<double>(scratch, to->Length));
                break;
            case Tag.Bools:
                to->Length = ((bool[])reference!).Length;
                ((bool[])reference).CopyTo(new Span<bool>(scratch, to->Length));
                break;
            case Tag.Tensors:
                var tensors = (torch.Tensor?[])reference!;
                to->Length = tensors.Length;
                for (var i = 0; i < tensors.Length; i++) scratch[i] = tensors[i]?.Handle ?? 0;
                break;
            case Tag.String:
                var text = (string)reference!;
                to->Length = Encoding.UTF8.GetBytes(text, new Span<byte>(scratch, Words * 8));
                break;
            default:
                return;
        }
        to->Pointer = scratch;
        scratch += Words;
    }
}
