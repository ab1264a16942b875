using static TorchSharp.torch;

namespace TorchSharp.Tests.Values;

/// <summary>The inputs of tests/golden/libtorch.py, made by the same formula.</summary>
internal static class Data
{
    /// <summary>Distinct multiples of 1/512 in [-9.8, 9.8]: any language makes them exactly.</summary>
    internal static Tensor data(int seed, params long[] shape)
    {
        var values = new float[shape.TotalSize()];
        for (long i = 0; i < values.Length; i++) values[i] = ((i * 7919 + seed * 104729L) % 10007 - 5003) / 512f;
        return tensor(values, shape);
    }

    internal static Tensor longs(params long[] values) => tensor(values);
}
