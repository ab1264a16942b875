using System.Runtime.InteropServices;
using System.Text.Json;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

/// <summary>The numbers that tests/golden/patchcore.py makes from a formula, so that its goldens hold results only.</summary>
static class Formula
{
    /// <summary>Numbers in [-1, 1): a 32-bit mixing function of the position.</summary>
    public static Tensor Noise(long stream, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        Fill(values, stream);
        return tensor(values, shape);
    }

    /// <summary>A network's weights: the n-th array of its state_dict takes stream n.</summary>
    public static PretrainedEncoder Encoder(ResNetArchitecture architecture, StridePosition stride = StridePosition.Conv3x3)
    {
        using var network = new ResNet(architecture, stride);
        var weights = network.state_dict().Select((entry, n) => Weight(n, entry.Key, entry.Value.shape))
            .ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        return new PretrainedEncoder(architecture, stride, 1e-5, ImageNormalisation.Torchvision, weights, "formula");
    }

    /// <summary>Compares a tensor with a golden's shape, norm and every step-th value.</summary>
    public static void AssertClose(JsonElement golden, Tensor actual, double relative = 1e-4)
    {
        Assert.Equal(golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), actual.shape);
        AssertClose(golden, [.. actual.to(ScalarType.Float64).contiguous().data<double>()], relative);
    }

    public static void AssertClose(JsonElement golden, double[] actual, double relative = 1e-4)
    {
        var norm = golden.GetProperty("norm").GetDouble();
        Assert.InRange(Math.Sqrt(actual.Sum(value => value * value)), norm * (1 - relative), norm * (1 + relative));
        var step = golden.GetProperty("step").GetInt32();
        var scale = norm / Math.Sqrt(actual.Length);
        var i = 0;
        foreach (var expected in golden.GetProperty("values").EnumerateArray())
        {
            Assert.InRange(actual[i] - expected.GetDouble(), -relative * scale, relative * scale);
            i += step;
        }
    }

    /// <summary>One array: its kind decides the range; kernels have the spread ±√(gain / inputs).</summary>
    public static WeightTensor Weight(int n, string name, long[] shape, double gain = 6)
    {
        if (name.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            return new WeightTensor(name, ScalarType.Int64, shape, destination => destination.Clear());
        var (factor, offset) = shape.Length >= 2 ? ((float)Math.Sqrt(gain / shape.Skip(1).Aggregate((product, size) => product * size)), 0f)
            : name.EndsWith("running_var", StringComparison.Ordinal) || name.EndsWith("weight", StringComparison.Ordinal) ? (0.5f, 1f)
            : (0.1f, 0f);
        return new WeightTensor(name, ScalarType.Float32, shape, destination =>
        {
            var values = MemoryMarshal.Cast<byte, float>(destination);
            Fill(values, n);
            foreach (ref var value in values) value = value * factor + offset;
        });
    }

    static void Fill(Span<float> values, long stream)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var x = unchecked((uint)(i + stream * 0x9E3779B9L));
            x = unchecked((x ^ (x >> 16)) * 0x85EBCA6Bu);
            x = unchecked((x ^ (x >> 13)) * 0xC2B2AE35u);
            values[i] = (float)((x ^ (x >> 16)) / 2147483648.0 - 1);
        }
    }
}
