using System.Buffers.Binary;
using System.Text;

namespace MedAnomaly.Volumes;

/// <summary>How a field is stored.</summary>
enum FieldType
{
    Byte,
    Int16,
    Int32,
    Int64,
    Float32,
    Float64,
    Text,
}

/// <summary>Where a field lies in a header of version 1 and of version 2, from the format's definition (nifti1.h, nifti2.h).</summary>
sealed record NiftiField(string Name, int Offset1, FieldType Type1, int Offset2, FieldType Type2, int Count = 1)
{
    public static readonly NiftiField Dim = new("dim", 40, FieldType.Int16, 16, FieldType.Int64, 8);
    public static readonly NiftiField Datatype = new("datatype", 70, FieldType.Int16, 12, FieldType.Int16);
    public static readonly NiftiField Bitpix = new("bitpix", 72, FieldType.Int16, 14, FieldType.Int16);
    public static readonly NiftiField Pixdim = new("pixdim", 76, FieldType.Float32, 104, FieldType.Float64, 8);
    public static readonly NiftiField VoxOffset = new("vox_offset", 108, FieldType.Float32, 168, FieldType.Int64);
    public static readonly NiftiField Slope = new("scl_slope", 112, FieldType.Float32, 176, FieldType.Float64);
    public static readonly NiftiField Intercept = new("scl_inter", 116, FieldType.Float32, 184, FieldType.Float64);

    public static readonly NiftiField Units = new("xyzt_units", 123, FieldType.Byte, 500, FieldType.Int32);

    /// <summary>Of version 1 only; FreeSurfer keeps a length there that a 16-bit dim cannot hold.</summary>
    public static readonly NiftiField Glmin = new("glmin", 144, FieldType.Int32, 0, FieldType.Int32);

    public static readonly NiftiField Description = new("descrip", 148, FieldType.Text, 240, FieldType.Text, 80);
    public static readonly NiftiField QformCode = new("qform_code", 252, FieldType.Int16, 344, FieldType.Int32);
    public static readonly NiftiField SformCode = new("sform_code", 254, FieldType.Int16, 348, FieldType.Int32);
    public static readonly NiftiField Quaternion = new("quatern_b", 256, FieldType.Float32, 352, FieldType.Float64, 3);
    public static readonly NiftiField QformOffset = new("qoffset_x", 268, FieldType.Float32, 376, FieldType.Float64, 3);
    public static readonly NiftiField Sform = new("srow_x", 280, FieldType.Float32, 400, FieldType.Float64, 12);
    public static readonly NiftiField Magic = new("magic", 344, FieldType.Text, 4, FieldType.Text, 4);

    public FieldType Type(int version) => version == 1 ? Type1 : Type2;

    public int Offset(int version, int index = 0) => (version == 1 ? Offset1 : Offset2) + index * Type(version) switch
    {
        FieldType.Int16 => 2,
        FieldType.Int32 or FieldType.Float32 => 4,
        FieldType.Byte or FieldType.Text => 1,
        _ => 8,
    };
}

/// <summary>The bytes of a header, read and written field by field.</summary>
sealed class NiftiFields(byte[] bytes, int version, bool bigEndian)
{
    public const int Length1 = 348;
    public const int Length2 = 540;

    public int Version => version;

    public bool IsBigEndian => bigEndian;

    public ReadOnlySpan<byte> Bytes => bytes;

    public static int Length(int version) => version == 1 ? Length1 : Length2;

    /// <summary>An integer field, or a real one that is used as such.</summary>
    public long Integer(NiftiField field, int index = 0)
    {
        var at = At(field, index);
        return field.Type(version) switch
        {
            FieldType.Byte => at[0],
            FieldType.Int16 => bigEndian ? BinaryPrimitives.ReadInt16BigEndian(at) : BinaryPrimitives.ReadInt16LittleEndian(at),
            FieldType.Int32 => Integer32(at),
            FieldType.Int64 => Integer64(at),
            _ => throw new ArgumentException($"{field.Name} holds no integer.", nameof(field)),
        };
    }

    public double Real(NiftiField field, int index = 0) => field.Type(version) switch
    {
        FieldType.Float32 => BitConverter.Int32BitsToSingle(Integer32(At(field, index))),
        FieldType.Float64 => BitConverter.Int64BitsToDouble(Integer64(At(field, index))),
        _ => Integer(field, index),
    };

    /// <summary>The text up to the first zero byte; what is not ASCII becomes a question mark.</summary>
    public string Text(NiftiField field)
    {
        var text = bytes.AsSpan(field.Offset(version), field.Count);
        var end = text.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
    }

    /// <summary>Writes a number; little-endian only.</summary>
    public void Set(NiftiField field, double value, int index = 0)
    {
        var at = bytes.AsSpan(field.Offset(version, index));
        switch (field.Type(version))
        {
            case FieldType.Byte: at[0] = checked((byte)value); break;
            case FieldType.Int16: BinaryPrimitives.WriteInt16LittleEndian(at, checked((short)value)); break;
            case FieldType.Int32: BinaryPrimitives.WriteInt32LittleEndian(at, checked((int)value)); break;
            case FieldType.Int64: BinaryPrimitives.WriteInt64LittleEndian(at, checked((long)value)); break;
            case FieldType.Float32: BinaryPrimitives.WriteSingleLittleEndian(at, (float)value); break;
            case FieldType.Float64: BinaryPrimitives.WriteDoubleLittleEndian(at, value); break;
            default: throw new ArgumentException($"{field.Name} holds no number.", nameof(field));
        }
    }

    /// <summary>Writes text, cut to the field's length.</summary>
    public void Set(NiftiField field, string text)
    {
        var encoded = Encoding.ASCII.GetBytes(text);
        encoded.AsSpan(0, Math.Min(encoded.Length, field.Count)).CopyTo(bytes.AsSpan(field.Offset(version)));
    }

    ReadOnlySpan<byte> At(NiftiField field, int index) => bytes.AsSpan(field.Offset(version, index));

    int Integer32(ReadOnlySpan<byte> at) =>
        bigEndian ? BinaryPrimitives.ReadInt32BigEndian(at) : BinaryPrimitives.ReadInt32LittleEndian(at);

    long Integer64(ReadOnlySpan<byte> at) =>
        bigEndian ? BinaryPrimitives.ReadInt64BigEndian(at) : BinaryPrimitives.ReadInt64LittleEndian(at);
}
