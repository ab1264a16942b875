using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>What a frozen encoder computes in.</summary>
public enum Precision
{
    /// <summary>32-bit floats: the reference.</summary>
    Float32,
    /// <summary>
    /// bfloat16, with 8 bits of mantissa: several times faster where the CPU has AMX or on a GPU with tensor cores, slower elsewhere.
    /// Features differ from the reference's by about one part in a hundred.
    /// </summary>
    BFloat16,
}

/// <summary>What this machine computes fast.</summary>
public static class Precisions
{
    /// <summary>Whether bfloat16 is faster than 32-bit floats on <paramref name="device"/>: on a CPU with AMX, and on CUDA.</summary>
    public static bool IsBFloat16Fast(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.type == TorchSharp.DeviceType.CUDA || HasAmx.Value;
    }

    internal static ScalarType ToScalarType(this Precision precision) =>
        precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    // The processor may have AMX and the kernel not hand it out; what the kernel lists may be used.
    static readonly Lazy<bool> HasAmx = new(() => OperatingSystem.IsLinux() && File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").Any(line =>
            line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" amx_bf16", StringComparison.Ordinal)));
}
