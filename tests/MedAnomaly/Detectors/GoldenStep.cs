using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Tests.Detectors;

/// <summary>A step of training as Python's torch makes it: weights by formula before, gradients, and weights after.</summary>
static class GoldenStep
{
    /// <summary>Gives a network that has as many arrays and parameters as Python's the weights of the formula.</summary>
    public static void Fill(Module network, JsonElement golden)
    {
        Assert.Equal(golden.GetProperty("arrays").GetInt32(), network.state_dict().Count);
        Assert.Equal(golden.GetProperty("parameters").GetInt32(), network.parameters().Sum(parameter => parameter.numel()));
        Fill(network);
    }

    /// <summary>Gives a network the weights of the formula, the n-th array in the order of the names taking stream n.</summary>
    public static void Fill(Module network) => StateDicts.Load(network, network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
        .Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape, gain: 1)).ToDictionary(weight => weight.Name), "formula");

    /// <summary>Compares the gradients that a golden has, makes a first step of Adam with a learning rate of 1e-4, and compares weights and buffers.</summary>
    /// <param name="network">Its gradients are there.</param>
    /// <param name="optimizer">Of the network, or of a part of it.</param>
    /// <param name="golden">With "gradients" and "after".</param>
    /// <param name="relative">How far gradients may be apart, of their norm.</param>
    /// <param name="rounding">
    /// A norm that is all rounding, and nobody's: that of a bias before a batch normalisation, whose gradient is zero.
    /// </param>
    public static void AssertStep(Module network, optim.Optimizer optimizer, JsonElement golden, double relative, double rounding = 1e-5)
    {
        var gradients = golden.GetProperty("gradients");
        var compared = 0;
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (!gradients.TryGetProperty(name, out var gradient)) continue;
            if (IsKnown(gradient)) Formula.AssertClose(gradient, parameter.grad!, relative);
            compared++;
        }
        Assert.Equal(gradients.EnumerateObject().Count(), compared);
        optimizer.step();
        foreach (var (name, value) in network.state_dict())
        {
            var after = golden.GetProperty("after").GetProperty(name);
            var ours = value.to(ScalarType.Float64).contiguous().data<double>().ToArray();
            // A first step of Adam is 1e-4 long whatever the gradient's size: of one that is all rounding not even the direction is known.
            var known = gradients.TryGetProperty(name, out var gradient) ? Math.Max(1e-5, 10 * relative * Norm(gradient) / Math.Sqrt(ours.Length)) : 0;
            var (step, i) = (after.GetProperty("step").GetInt32(), 0);
            foreach (var expected in after.GetProperty("values").EnumerateArray().Select(number => number.GetDouble()))
            {
                var isKnown = known == 0 || (IsKnown(gradient) && Math.Abs(gradient.GetProperty("values")[i].GetDouble()) > known);
                Assert.Equal(expected, ours[i++ * step], isKnown ? 1e-6 * Math.Max(1, Math.Abs(expected)) : 2.01e-4);
            }
        }

        static double Norm(JsonElement gradient) => gradient.GetProperty("norm").GetDouble();
        bool IsKnown(JsonElement gradient) => Norm(gradient) > rounding;
    }
}
