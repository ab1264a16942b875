using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>A number of any type. Implicitly made from C#'s numbers, so that an operator needs one overload for all of them.</summary>
public sealed class Scalar : IDisposable
{
    Scalar(ScalarType type, Tag tag, long bits)
    {
        Type = type;
        Tag = tag;
        Bits = bits;
    }

    public ScalarType Type { get; }

    internal Tag Tag { get; }

    /// <summary>The integer, the truth value, or the bits of the double.</summary>
    internal long Bits { get; }

    public static implicit operator Scalar(byte value) => new(ScalarType.Byte, Tag.Int, value);
    public static implicit operator Scalar(sbyte value) => new(ScalarType.Int8, Tag.Int, value);
    public static implicit operator Scalar(short value) => new(ScalarType.Int16, Tag.Int, value);
    public static implicit operator Scalar(int value) => new(ScalarType.Int32, Tag.Int, value);
    public static implicit operator Scalar(long value) => new(ScalarType.Int64, Tag.Int, value);
    public static implicit operator Scalar(Half value) =>
        new(ScalarType.Float16, Tag.Double, BitConverter.DoubleToInt64Bits((double)value));
    public static implicit operator Scalar(float value) => new(ScalarType.Float32, Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Scalar(double value) => new(ScalarType.Float64, Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Scalar(bool value) => new(ScalarType.Bool, Tag.Bool, value ? 1 : 0);

    internal double AsDouble => Tag == Tag.Double ? BitConverter.Int64BitsToDouble(Bits) : Bits;

    internal long AsInt64 => Tag == Tag.Double ? checked((long)AsDouble) : Bits;

    /// <summary>Does nothing: a scalar holds no native memory here. TorchSharp's does, so code written for it disposes them.</summary>
    public void Dispose() { }

    public override string ToString() => Tag switch
    {
        Tag.Bool => Bits != 0 ? "True" : "False",
        Tag.Int => Bits.ToString(CultureInfo.InvariantCulture),
        _ => AsDouble.ToString("R", CultureInfo.InvariantCulture),
    };
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this byte value) => value;
    public static Scalar ToScalar(this sbyte value) => value;
    public static Scalar ToScalar(this short value) => value;
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this Half value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;

    public static byte ToByte(this Scalar value) => checked((byte)value.AsInt64);
    public static sbyte ToSByte(this Scalar value) => checked((sbyte)value.AsInt64);
    public static short ToInt16(this Scalar value) => checked((short)value.AsInt64);
    public static int ToInt32(this Scalar value) => checked((int)value.AsInt64);
    public static long ToInt64(this Scalar value) => value.AsInt64;
    public static Half ToHalf(this Scalar value) => (Half)value.AsDouble;
    public static float ToSingle(this Scalar value) => (float)value.AsDouble;
    public static double ToDouble(this Scalar value) => value.AsDouble;
    public static bool ToBoolean(this Scalar value) => value.AsDouble != 0;
}
