using System.Text.Json;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Tests.Encoders;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MedAnomaly.Tests.Detectors.Autoencoders;

/// <summary>A network's weights against those of tests/golden/autoencoders.py.</summary>
static class Weights
{
    /// <summary>Puts in the formula's weights, once there are as many arrays and parameters as Python's network has.</summary>
    public static void Fill(Module network, JsonElement golden)
    {
        Assert.Equal(golden.GetProperty("arrays").GetInt32(), network.state_dict().Count);
        Assert.Equal(golden.GetProperty("parameters").GetInt32(), network.parameters().Sum(parameter => parameter.numel()));
        StateDicts.Load(network, network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape, gain: 1)).ToDictionary(weight => weight.Name), "formula");
    }

    /// <summary>Compares the gradients, makes the step, and compares the weights after it.</summary>
    public static void AssertStep(Module network, optim.Optimizer optimizer, JsonElement golden, double relative)
    {
        var gradients = golden.GetProperty("gradients");
        // A bias before a batch normalisation has a gradient of zero: what is there is rounding, and nobody's.
        foreach (var (name, parameter) in network.named_parameters().Where(entry => IsKnown(entry.name))) Formula.AssertClose(gradients.GetProperty(name), parameter.grad!, relative);
        optimizer.step();
        foreach (var (name, value) in network.state_dict())
        {
            var after = golden.GetProperty("after").GetProperty(name);
            var ours = value.to(ScalarType.Float64).contiguous().data<double>().ToArray();
            // A first step of Adam is 1e-4 long whatever the gradient's size: of one that is all rounding not even the direction is known.
            var known = gradients.TryGetProperty(name, out var gradient) ? 10 * relative * gradient.GetProperty("norm").GetDouble() / Math.Sqrt(ours.Length) : 0;
            var (step, i) = (after.GetProperty("step").GetInt32(), 0);
            foreach (var expected in after.GetProperty("values").EnumerateArray().Select(number => number.GetDouble()))
            {
                var isKnown = known == 0 || (IsKnown(name) && Math.Abs(gradient.GetProperty("values")[i].GetDouble()) > known);
                Assert.Equal(expected, ours[i++ * step], isKnown ? 1e-6 * Math.Max(1, Math.Abs(expected)) : 2.01e-4);
            }
        }

        bool IsKnown(string name) => gradients.GetProperty(name).GetProperty("norm").GetDouble() > 1e-3;
    }
}
