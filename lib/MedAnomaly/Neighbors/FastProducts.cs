using System.Collections.Concurrent;
using System.Diagnostics;
using MedAnomaly.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Neighbors;

/// <summary>Whether a device multiplies matrices of bfloat16 faster than those of 32-bit floats: measured once, where it can.</summary>
static class FastProducts
{
    /// <summary>A lesser gain is eaten up by the pairs that low precision cannot tell apart.</summary>
    const double WorthWhile = 1.5;

    static readonly ConcurrentDictionary<string, bool> Measured = new(StringComparer.Ordinal);

    /// <summary>What is asked for, or what is faster.</summary>
    public static bool UseBFloat16(ProductPrecision products, Device device) => products == ProductPrecision.BFloat16
        || (products == ProductPrecision.Fastest && Precisions.IsBFloat16Fast(device) && Measured.GetOrAdd(device.ToString(), _ => IsFaster(device)));

    static bool IsFaster(Device device)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var single = ones([1024, 1024], ScalarType.Float32, device);
        var half = ones([1024, 1024], ScalarType.BFloat16, device);
        return Seconds(single) > WorthWhile * Seconds(half);
    }

    /// <summary>The least time of a few products: others' work on the machine only adds to it.</summary>
    static double Seconds(Tensor matrix) => Enumerable.Range(0, 4).Min(_ =>
    {
        using var scope = NewDisposeScope();
        var clock = Stopwatch.StartNew();
        // Reading a value waits for the device.
        matrix.mm(matrix)[0, 0].to(ScalarType.Float32).item<float>();
        return clock.Elapsed.TotalSeconds;
    });
}
