namespace MedAnomaly.Volumes;

/// <summary>The voxel types of NIfTI, by the format's own codes.</summary>
public enum NiftiDatatype
{
    /// <summary>No type was set.</summary>
    Unknown = 0,
    /// <summary>One bit a voxel; not read.</summary>
    Binary = 1,
    /// <summary>8-bit unsigned integer.</summary>
    UInt8 = 2,
    /// <summary>16-bit integer.</summary>
    Int16 = 4,
    /// <summary>32-bit integer.</summary>
    Int32 = 8,
    /// <summary>32-bit floating point.</summary>
    Float32 = 16,
    /// <summary>Two 32-bit floats; not read.</summary>
    Complex64 = 32,
    /// <summary>64-bit floating point.</summary>
    Float64 = 64,
    /// <summary>Red, green, blue of 8 bits each; not read.</summary>
    Rgb24 = 128,
    /// <summary>8-bit integer.</summary>
    Int8 = 256,
    /// <summary>16-bit unsigned integer.</summary>
    UInt16 = 512,
    /// <summary>32-bit unsigned integer.</summary>
    UInt32 = 768,
    /// <summary>64-bit integer.</summary>
    Int64 = 1024,
    /// <summary>64-bit unsigned integer.</summary>
    UInt64 = 1280,
    /// <summary>128-bit floating point; not read.</summary>
    Float128 = 1536,
    /// <summary>Two 64-bit floats; not read.</summary>
    Complex128 = 1792,
    /// <summary>Two 128-bit floats; not read.</summary>
    Complex256 = 2048,
    /// <summary>Red, green, blue and opacity of 8 bits each; not read.</summary>
    Rgba32 = 2304,
}

static class NiftiDatatypes
{
    /// <summary>Bytes a voxel of a type that is read; 0 for every other.</summary>
    public static int Size(this NiftiDatatype type) => type switch
    {
        NiftiDatatype.UInt8 or NiftiDatatype.Int8 => 1,
        NiftiDatatype.Int16 or NiftiDatatype.UInt16 => 2,
        NiftiDatatype.Int32 or NiftiDatatype.UInt32 or NiftiDatatype.Float32 => 4,
        NiftiDatatype.Int64 or NiftiDatatype.UInt64 or NiftiDatatype.Float64 => 8,
        _ => 0,
    };

    public static bool IsFloat(this NiftiDatatype type) => type is NiftiDatatype.Float32 or NiftiDatatype.Float64;
}
