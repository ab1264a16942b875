using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class ResNetTests
{
    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet34")]
    [InlineData("resnet50")]
    [InlineData("resnet101")]
    [InlineData("wide_resnet50_2")]
    public void The_state_dict_has_torchvisions_names_and_shapes(string name)
    {
        using var scope = NewDisposeScope();
        using var network = new ResNet(ResNetArchitecture.Find(name));
        var golden = Repository.Golden("patchcore/encoders.json").GetProperty("state_dicts").GetProperty(name);

        var state = network.state_dict();

        var lines = string.Concat(state.OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]\n"));
        Assert.Equal(golden.GetProperty("count").GetInt32(), state.Count);
        Assert.Equal(golden.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Layers_and_logits_equal_torchvisions_as_module_and_frozen(int index)
    {
        using var scope = NewDisposeScope();
        using var untracked = no_grad();
        var golden = Repository.Golden("patchcore/encoders.json").GetProperty("cases")[index];
        var pretrained = Formula.Encoder(ResNetArchitecture.Find(golden.GetProperty("architecture").GetString()!),
            Enum.Parse<StridePosition>(golden.GetProperty("stride").GetString()!));
        var images = Formula.Noise(1000, 2, 3, 64, 48);

        using (var module = pretrained.ToModule())
        {
            Formula.AssertClose(golden.GetProperty("logits"), module.call(images));
            foreach (var (name, map) in module.Features(images, ResNet.LayerNames)) Formula.AssertClose(golden.GetProperty("layers")
                .GetProperty(name), map);
        }
        using var frozen = new FrozenEncoder(pretrained);
        foreach (var (name, map) in frozen.Features(images, ResNet.LayerNames)) Formula.AssertClose(golden.GetProperty("layers")
            .GetProperty(name), map);
    }

    [Fact]
    public void Bfloat16_stays_within_a_few_parts_in_a_hundred()
    {
        using var scope = NewDisposeScope();
        var pretrained = Formula.Encoder(ResNetArchitecture.ResNet18);
        var images = Formula.Noise(1000, 2, 3, 64, 48);
        using var reference = new FrozenEncoder(pretrained);
        using var fast = new FrozenEncoder(pretrained, precision: Precision.BFloat16);

        var expected = reference.Features(images, "layer3")["layer3"];
        var actual = fast.Features(images, "layer3")["layer3"];

        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.InRange(((actual - expected).norm() / expected.norm()).item<float>(), 1e-5, 0.05);
    }

    [Fact]
    public void Features_do_not_depend_on_the_batch()
    {
        using var scope = NewDisposeScope();
        using var encoder = new FrozenEncoder(Formula.Encoder(ResNetArchitecture.ResNet18));
        var images = Formula.Noise(1000, 5, 3, 64, 48);

        var together = encoder.Features(images, "layer2")["layer2"];
        var alone = encoder.Features(images.narrow(0, 3, 1), "layer2")["layer2"];

        Assert.InRange((together.narrow(0, 3, 1) - alone).abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void A_layer_that_does_not_exist_is_refused_by_name()
    {
        using var network = new ResNet(ResNetArchitecture.ResNet18);
        using var images = zeros(1, 3, 32, 32);

        var fault = Assert.Throws<ArgumentException>(() => network.Features(images, "layer2", "layer5"));

        Assert.StartsWith("The layers [layer2, layer5] are not one or more of layer1, layer2, layer3, layer4, each once.", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_another_shape_are_refused()
    {
        using var encoder = new FrozenEncoder(Formula.Encoder(ResNetArchitecture.ResNet18));
        using var images = zeros(1, 1, 32, 32);

        var fault = Assert.Throws<ArgumentException>(() => encoder.Features(images, "layer2"));

        Assert.StartsWith("Images of shape [N, 3, H, W] were expected; got [1, 1, 32, 32].", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_architecture_lists_the_known_ones()
    {
        var fault = Assert.Throws<UsageException>(() => ResNetArchitecture.Find("resnet49"));

        Assert.Equal("There is no encoder named 'resnet49'. Choose one of resnet18, resnet34, resnet50, resnet101, wide_resnet50_2.",
            fault.Message);
    }
}
