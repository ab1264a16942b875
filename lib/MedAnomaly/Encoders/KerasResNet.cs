using System.Runtime.InteropServices;
using MedAnomaly.Encoders.Weights;
using static TorchSharp.torch;

namespace MedAnomaly.Encoders;

/// <summary>
/// Gives the weights of Keras' ResNet-50 (v1) torchvision's names and layout: kernels from height-width-in-out to out-in-height-width, and
/// each convolution's bias, which torchvision's network lacks, subtracted from the running mean of the normalisation after it.
/// </summary>
static class KerasResNet
{
    /// <summary>The epsilon of Keras' batch normalisation in this network.</summary>
    public const double BatchNormEpsilon = 1.001e-5;

    /// <exception cref="DataFormatException">The file is no Keras ResNet-50: an array that it should have is missing.</exception>
    public static IReadOnlyDictionary<string, WeightTensor> ToTorchvision(WeightFile file)
    {
        var weights = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        Convert(file, weights, "conv1", "bn_conv1", "conv1", "bn1");
        var depths = ResNetArchitecture.ResNet50.Depths;
        for (var layer = 0; layer < depths.Count; layer++)
        {
            for (var block = 0; block < depths[layer]; block++)
            {
                var (keras, torch) = ($"{layer + 2}{(char)('a' + block)}_branch", $"layer{layer + 1}.{block}");
                for (var i = 1; i <= 3; i++)
                {
                    var part = (char)('a' + i - 1);
                    Convert(file, weights, $"res{keras}2{part}", $"bn{keras}2{part}", $"{torch}.conv{i}", $"{torch}.bn{i}");
                }
                if (block == 0) Convert(file, weights, $"res{keras}1", $"bn{keras}1", $"{torch}.downsample.0", $"{torch}.downsample.1");
            }
        }
        var fc = Find(file, "fc1000/kernel", 2);
        Add(weights, "fc.weight", [fc.Shape[1], fc.Shape[0]], () => Transpose(fc.ToSingles(), 1, fc.Shape[0], fc.Shape[1]));
        Add(weights, "fc.bias", Find(file, "fc1000/bias", 1));
        return weights;
    }

    static void Convert(WeightFile file, Dictionary<string, WeightTensor> weights,
        string kerasConv, string kerasNorm, string conv, string norm)
    {
        var kernel = Find(file, $"{kerasConv}/kernel", 4);
        var (height, width, inputs, outputs) = (kernel.Shape[0], kernel.Shape[1], kernel.Shape[2], kernel.Shape[3]);
        // [h w, i, o] -> [o, h w, i] -> [o, i, h w]
        Add(weights, $"{conv}.weight", [outputs, inputs, height, width],
            () => Transpose(Transpose(kernel.ToSingles(), 1, height * width * inputs, outputs), outputs, height * width, inputs));
        var bias = Find(file, $"{kerasConv}/bias", 1);
        var mean = Find(file, $"{kerasNorm}/moving_mean", 1);
        Add(weights, $"{norm}.weight", Find(file, $"{kerasNorm}/gamma", 1));
        Add(weights, $"{norm}.bias", Find(file, $"{kerasNorm}/beta", 1));
        Add(weights, $"{norm}.running_mean", mean.Shape, () => [.. mean.ToSingles().Zip(bias.ToSingles(), (m, b) => m - b)]);
        Add(weights, $"{norm}.running_var", Find(file, $"{kerasNorm}/moving_variance", 1));
    }

    static WeightTensor Find(WeightFile file, string name, int rank) =>
        file.Tensors.TryGetValue(name, out var tensor) && tensor.Shape.Count == rank
            ? tensor
            : throw new DataFormatException($"{file.Path} is no Keras ResNet-50: "
                + $"{(tensor is null ? $"'{name}' is missing" : $"{tensor} should have {rank} axes")}. "
                + $"It has {file.Tensors.Count} arrays, such as {string.Join(", ", file.Tensors.Keys.Take(3))}. Nothing was loaded.");

    static void Add(Dictionary<string, WeightTensor> weights, string name, WeightTensor tensor) =>
        Add(weights, name, tensor.Shape, tensor.ToSingles);

    static void Add(Dictionary<string, WeightTensor> weights, string name, IReadOnlyList<long> shape, Func<float[]> read) =>
        weights.Add(name, new WeightTensor(name, ScalarType.Float32, shape,
            destination => MemoryMarshal.AsBytes(read().AsSpan()).CopyTo(destination)));

    /// <summary>Swaps the last two axes of [batch, rows, columns].</summary>
    static float[] Transpose(float[] values, long batch, long rows, long columns)
    {
        var result = new float[values.Length];
        for (long b = 0, from = 0; b < batch; b++)
        {
            for (long row = 0; row < rows; row++)
            {
                for (long column = 0; column < columns; column++) result[(b * columns + column) * rows + row] = values[from++];
            }
        }
        return result;
    }
}
