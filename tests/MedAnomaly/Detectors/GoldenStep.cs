using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Tests.Detectors;

/// <summary>A step of training as Python's torch makes it: weights by formula before, gradients, and weights after.</summary>
static class GoldenStep
{
    /// <summary>Gives a network the weights of the formula, the n-th array in the order of the names taking stream n.</summary>
    public static void Fill(Module network) => StateDicts.Load(network, network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape, gain: 1)).ToDictionary(weight => weight.Name), "formula");

    /// <summary>Compares the gradients that a golden has.</summary>
    public static void AssertGradients(JsonElement golden, Module network, double relative = 2e-4)
    {
        var gradients = golden.GetProperty("gradients");
        var compared = 0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (!gradients.TryGetProperty(name, out var gradient)) continue;
            // A bias before a batch normalisation has no gradient but rounding.
            if (gradient.GetProperty("norm").GetDouble() > 1e-5) Formula.AssertClose(gradient, parameter.grad!, relative);
            compared++;
        }
        Assert.Equal(gradients.EnumerateObject().Count(), compared);
    }

    /// <summary>Compares weights and buffers after a first step of Adam with a learning rate of 1e-4.</summary>
    public static void AssertAfter(JsonElement golden, Module network)
    {
        foreach (var (name, value) in network.state_dict())
        {
            var after = golden.GetProperty("after").GetProperty(name);
            var ours = value.to(ScalarType.Float64).contiguous().data<double>().ToArray();
            // A first step of Adam is 1e-4 long whatever the gradient's size: of one that is all rounding not even the direction is known.
            var known = golden.GetProperty("gradients").TryGetProperty(name, out var gradient) ? Math.Max(1e-5, 1e-3 * gradient.GetProperty("norm").GetDouble() / Math.Sqrt(ours.Length)) : 0;
            var (step, i) = (after.GetProperty("step").GetInt32(), 0);
            foreach (var expected in after.GetProperty("values").EnumerateArray().Select(number => number.GetDouble()))
            {
                var isKnown = known == 0 || Math.Abs(gradient.GetProperty("values")[i].GetDouble()) > known;
                Assert.Equal(expected, ours[i++ * step], isKnown ? 1e-6 * Math.Max(1, Math.Abs(expected)) : 2.01e-4);
            }
        }
    }
}
