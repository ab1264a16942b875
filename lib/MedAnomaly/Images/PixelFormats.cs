using System.Runtime.InteropServices;

namespace MedAnomaly.Images;

/// <summary>
/// What an image may be made of. Conversion goes through <see cref="Rgba32"/>, or through <see cref="Rgba64"/> where both ends have 16
/// bits a channel. 8 bits become 16 by repetition (v * 257); 16 become 8 by keeping the high byte (v >> 8), as Pillow has it for
/// colour: nothing is clipped or stretched. Alpha is dropped where the target has none, without blending. Grey is ITU-R 601 luma in
/// Pillow's fixed point, so that colour to <see cref="L8"/> equals <c>convert("L")</c>.
/// </summary>
public interface IPixel<TSelf>
    where TSelf : unmanaged, IPixel<TSelf>
{
    /// <summary>Channels and bits of this pixel type.</summary>
    static abstract PixelTypeInfo TypeInfo { get; }

    /// <summary>The pixel of 8 bits a channel that is nearest to this.</summary>
    Rgba32 ToRgba32();

    /// <summary>This pixel with 16 bits a channel.</summary>
    Rgba64 ToRgba64();

    /// <summary>The pixel of this type for <paramref name="source"/>.</summary>
    static abstract TSelf FromRgba32(Rgba32 source);

    /// <summary>The pixel of this type for <paramref name="source"/>.</summary>
    static abstract TSelf FromRgba64(Rgba64 source);
}

/// <summary>How a pixel is stored.</summary>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="BitsPerChannel">8 or 16.</param>
public sealed record PixelTypeInfo(int Channels, int BitsPerChannel)
{
    /// <summary>Bits of a whole pixel.</summary>
    public int BitsPerPixel => Channels * BitsPerChannel;

    /// <summary>Whether the last channel is opacity.</summary>
    public bool HasAlpha => Channels % 2 == 0;

    /// <summary>The name of the pixel type: L8, La16, L16, La32, Rgb24, Rgba32, Rgb48 or Rgba64.</summary>
    public string Name => (Channels switch { 1 => "L", 2 => "La", 3 => "Rgb", _ => "Rgba" })
        + BitsPerPixel.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>8-bit grey.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct L8(byte PackedValue) : IPixel<L8>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(1, 8);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => new(PackedValue, PackedValue, PackedValue, byte.MaxValue);

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => ToRgba32().ToRgba64();

    /// <inheritdoc/>
    public static L8 FromRgba32(Rgba32 source) => new(source.Luma);

    /// <inheritdoc/>
    public static L8 FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());
}

/// <summary>16-bit grey.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct L16(ushort PackedValue) : IPixel<L16>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(1, 16);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => ToRgba64().ToRgba32();

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => new(PackedValue, PackedValue, PackedValue, ushort.MaxValue);

    /// <inheritdoc/>
    public static L16 FromRgba32(Rgba32 source) => new((ushort)(source.Luma * 257));

    /// <inheritdoc/>
    public static L16 FromRgba64(Rgba64 source) => new(source.Luma);
}

/// <summary>8-bit grey and opacity.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct La16(byte L, byte A) : IPixel<La16>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(2, 8);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => new(L, L, L, A);

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => ToRgba32().ToRgba64();

    /// <inheritdoc/>
    public static La16 FromRgba32(Rgba32 source) => new(source.Luma, source.A);

    /// <inheritdoc/>
    public static La16 FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());
}

/// <summary>16-bit grey and opacity.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct La32(ushort L, ushort A) : IPixel<La32>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(2, 16);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => ToRgba64().ToRgba32();

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => new(L, L, L, A);

    /// <inheritdoc/>
    public static La32 FromRgba32(Rgba32 source) => new((ushort)(source.Luma * 257), (ushort)(source.A * 257));

    /// <inheritdoc/>
    public static La32 FromRgba64(Rgba64 source) => new(source.Luma, source.A);
}

/// <summary>8-bit red, green, blue.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Rgb24(byte R, byte G, byte B) : IPixel<Rgb24>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(3, 8);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => new(R, G, B, byte.MaxValue);

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => ToRgba32().ToRgba64();

    /// <inheritdoc/>
    public static Rgb24 FromRgba32(Rgba32 source) => new(source.R, source.G, source.B);

    /// <inheritdoc/>
    public static Rgb24 FromRgba64(Rgba64 source) => FromRgba32(source.ToRgba32());
}

/// <summary>16-bit red, green, blue.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Rgb48(ushort R, ushort G, ushort B) : IPixel<Rgb48>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(3, 16);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => ToRgba64().ToRgba32();

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => new(R, G, B, ushort.MaxValue);

    /// <inheritdoc/>
    public static Rgb48 FromRgba32(Rgba32 source) => FromRgba64(source.ToRgba64());

    /// <inheritdoc/>
    public static Rgb48 FromRgba64(Rgba64 source) => new(source.R, source.G, source.B);
}

/// <summary>8-bit red, green, blue and opacity.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Rgba32(byte R, byte G, byte B, byte A) : IPixel<Rgba32>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(4, 8);

    // Weights of ITU-R 601 in 16-bit fixed point; they add up to 65536, so that grey stays what it was.
    internal byte Luma => (byte)((19595 * R + 38470 * G + 7471 * B + 32768) >> 16);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => this;

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => new((ushort)(R * 257), (ushort)(G * 257), (ushort)(B * 257), (ushort)(A * 257));

    /// <inheritdoc/>
    public static Rgba32 FromRgba32(Rgba32 source) => source;

    /// <inheritdoc/>
    public static Rgba32 FromRgba64(Rgba64 source) => source.ToRgba32();
}

/// <summary>16-bit red, green, blue and opacity.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct Rgba64(ushort R, ushort G, ushort B, ushort A) : IPixel<Rgba64>
{
    /// <inheritdoc/>
    public static PixelTypeInfo TypeInfo { get; } = new(4, 16);

    internal ushort Luma => (ushort)((19595L * R + 38470L * G + 7471L * B + 32768) >> 16);

    /// <inheritdoc/>
    public Rgba32 ToRgba32() => new((byte)(R >> 8), (byte)(G >> 8), (byte)(B >> 8), (byte)(A >> 8));

    /// <inheritdoc/>
    public Rgba64 ToRgba64() => this;

    /// <inheritdoc/>
    public static Rgba64 FromRgba32(Rgba32 source) => source.ToRgba64();

    /// <inheritdoc/>
    public static Rgba64 FromRgba64(Rgba64 source) => source;
}
