using System.Text.Json;
using MedAnomaly.Classifiers;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Tests.Encoders;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MedAnomaly.Tests.Classifiers;

/// <summary>Activation maps against their papers' formulas in Python: tests/golden/classifiers.py.</summary>
public sealed class ActivationMapTests : IDisposable
{
    static readonly JsonElement golden = Repository.Golden("classifiers/activationMaps.json");

    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static T Filled<T>(T network) where T : Module
    {
        StateDicts.Load(network, network.state_dict().Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape)).ToDictionary(weight => weight.Name, StringComparer.Ordinal), "formula");
        network.eval();
        return network;
    }

    static Module<Tensor, Tensor> Small() => Filled(Sequential(Conv2d(3, 6, 3, padding: 1), BatchNorm2d(6), ReLU(), MaxPool2d(2), Conv2d(6, 8, 3, padding: 1), ReLU(),
        AdaptiveAvgPool2d(2), Flatten(), Linear(32, 3)));

    public static TheoryData<string> Names => [.. ActivationMap.All.Select(method => method.Name)];

    static ActivationMap Method(string name) => ActivationMap.All.Single(method => method.Name == name);

    [Theory]
    [MemberData(nameof(Names))]
    public void Maps_are_Pythons(string name)
    {
        using var network = Small();

        var maps = Method(name).Of(network, Formula.Noise(1000, 2, 3, 16, 16), golden.GetProperty("class").GetInt32(), golden.GetProperty("layer").GetString()!);

        var expected = golden.GetProperty("maps").GetProperty(name);
        Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()), [maps.Count, maps[0].Height, maps[0].Width]);
        Formula.AssertClose(expected, [.. maps.SelectMany(map => map.Values).Select(value => (double)value)], 1e-3);
        Assert.All(maps, map => Assert.Equal(1, map.Values.Max(), 1e-5));
    }

    [Fact]
    public void What_FullGrad_adds_up_is_the_class_score_but_for_the_dense_layers_bias()
    {
        using var network = Small();
        var image = Formula.Noise(1000, 2, 3, 16, 16).narrow(0, 0, 1);

        var terms = FullGrad.Terms(network, image, 1);

        Assert.Equal(4, terms.Count);
        Assert.Equal(network.call(image)[0, 1].item<float>() - golden.GetProperty("denseBias").GetDouble(), terms.Sum(term => term.sum().item<float>()), 1e-4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_network_of_ours_can_be_explained_and_is_as_it_was(string name)
    {
        // Score-CAM takes a pass a channel.
        var method = name == "Score-CAM" ? new ScoreCam(mostChannels: 3) : Method(name);
        var images = Formula.Noise(1000, 1, 3, 64, 64);
        foreach (var (network, layer) in new (Module<Tensor, Tensor>, string)[]
        {
            (Filled(new ResNet(ResNetArchitecture.ResNet18, classes: 2)), "layer4"), (Filled(new DenseNet(new("small", [2, 2], 8, 16), classes: 2)), "features.norm5"),
            (Filled(new ConvNet(2)), "layers.7"),
        })
        {
            using var owned = network;
            var before = network.call(images).detach();

            // Nothing may speak for one of the classes.
            var maps = new[] { 0, 1 }.SelectMany(one => method.Of(network, images, one, layer)).ToList();

            Assert.All(maps, map => Assert.Equal((64, 64), (map.Width, map.Height)));
            Assert.All(maps, map => Assert.All(map.Values, value => Assert.InRange(value, 0, 1)));
            Assert.True(maps.Max(map => map.Values.Max()) > 0.9, network.GetName());
            Assert.Equal(before.data<float>().ToArray(), network.call(images).detach().data<float>().ToArray());
            Assert.All(network.parameters(), parameter => Assert.Null(parameter.grad));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_that_sees_nothing_gives_zeros(string name)
    {
        using var network = Sequential(Conv2d(3, 4, 1), ReLU(), AdaptiveAvgPool2d(1), Flatten(), Linear(4, 2));
        using (no_grad())
        {
            foreach (var parameter in network.parameters()) parameter.zero_();
        }

        var map = Assert.Single(Method(name).Of(network, ones(1, 3, 8, 8), 0, "1"));

        Assert.All(map.Values, value => Assert.Equal(0, value));
    }

    [Fact]
    public void Fewer_channels_of_Score_CAM_are_those_that_vary_most()
    {
        using var network = Small();
        var images = Formula.Noise(1000, 1, 3, 16, 16);

        Assert.Equal(ActivationMap.ScoreCam.Of(network, images, 1, "5")[0].Values, new ScoreCam(mostChannels: 8).Of(network, images, 1, "5")[0].Values);
        Assert.NotEqual(ActivationMap.ScoreCam.Of(network, images, 1, "5")[0].Values, new ScoreCam(mostChannels: 1).Of(network, images, 1, "5")[0].Values);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScoreCam(0));
    }

    [Fact]
    public void A_layer_or_class_that_is_not_there_and_a_layer_without_a_height_are_named()
    {
        using var network = Small();
        var images = Formula.Noise(1000, 1, 3, 16, 16);

        foreach (var method in ActivationMap.All)
        {
            Assert.Equal("There is no class 3; the network's 3 outputs are the classes 0 to 2.", Assert.Throws<UsageException>(() => method.Of(network, images, 3, "5")).Message);
            Assert.StartsWith("There is no class -1;", Assert.Throws<UsageException>(() => method.Of(network, images, -1, "5")).Message, StringComparison.Ordinal);
            if (method == ActivationMap.FullGrad) continue;
            Assert.Equal("Sequential has no layer 'features'. Its 9 layers end with 4, 5, 6, 7, 8.", Assert.Throws<UsageException>(() => method.Of(network, images, 0, "features")).Message);
            Assert.Equal("The layer '8' gives [1, 3], which has no height and width. Choose one before it.", Assert.Throws<UsageException>(() => method.Of(network, images, 0, "8")).Message);
        }
        Assert.StartsWith("Images are [N, C, H, W]; got [3, 16, 16].", Assert.Throws<ArgumentException>(() => ActivationMap.GradCam.Of(network, images[0], 0, "5")).Message, StringComparison.Ordinal);
    }

    sealed class Bypassed : Module<Tensor, Tensor>
    {
        readonly TorchSharp.Modules.Conv2d used = Conv2d(3, 2, 1), unused = Conv2d(3, 2, 1);

        public Bypassed()
            : base(nameof(Bypassed)) => RegisterComponents();

        public override Tensor forward(Tensor input) => used.call(input).mean([2, 3]);
    }

    [Fact]
    public void A_layer_that_nothing_passes_through_is_named()
    {
        using var network = new Bypassed();

        Assert.Equal("Nothing passed through the layer 'unused': the network does not call it. Choose another.",
            Assert.Throws<UsageException>(() => ActivationMap.GradCam.Of(network, ones(1, 3, 4, 4), 0, "unused")).Message);
    }

    [Fact]
    public void A_cancelled_explanation_stops()
    {
        using var network = Small();
        Assert.Throws<OperationCanceledException>(() => ActivationMap.GradCam.Of(network, ones(1, 3, 8, 8), 0, "5", new(canceled: true)));
    }
}
