using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class MedViTTests : IDisposable
{
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>The formula's weights by the order of the names, as tests/golden/medvit.py gives them to the authors' network.</summary>
    static Dictionary<string, WeightTensor> Weights(MedViT network) =>
        network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape, gain: 1))
            .ToDictionary(weight => weight.Name, StringComparer.Ordinal);

    [Theory]
    [InlineData("medvit-small")]
    [InlineData("medvit-base")]
    [InlineData("medvit-large")]
    public void Parameters_and_outputs_are_those_of_the_authors_network(string name)
    {
        var golden = Repository.Golden("medvit/networks.json").GetProperty("networks").GetProperty(name);
        using var network = new MedViT(MedViTArchitecture.Find(name), classes: 10);
        var names = string.Concat(network.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]\n"));
        Assert.Equal(golden.GetProperty("arrays").GetInt32(), network.state_dict().Count);
        Assert.Equal(golden.GetProperty("parameters").GetInt64(), network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(golden.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(names))));
        using var encoder = new MedViTEncoder(MedViTArchitecture.Find(name), Weights(network), "formula");
        StateDicts.Load(network, Weights(network), "formula");
        network.eval();
        var images = Formula.Noise(3000, 2, 3, 96, 96);

        var features = encoder.Features(images, MedViT.LayerNames.ToArray());

        var outputs = golden.GetProperty("outputs");
        foreach (var stage in MedViT.LayerNames) Formula.AssertClose(outputs.GetProperty(stage), features[stage]);
        using var untracked = no_grad();
        Formula.AssertClose(outputs.GetProperty("classes"), network.call(images));
    }

    [Fact]
    public void Earlier_stages_do_not_depend_on_what_else_is_asked_for()
    {
        using var network = new MedViT(MedViTArchitecture.Small, classes: 2);
        network.eval();
        var images = Formula.Noise(1, 1, 3, 64, 64);

        var one = network.Features(images, "stage2")["stage2"];
        var two = network.Features(images, "stage2", "stage3");

        Assert.Equal([1, 256, 8, 8], one.shape);
        Assert.Equal([1, 512, 4, 4], two["stage3"].shape);
        Assert.Equal(one.data<float>().ToArray(), two["stage2"].data<float>().ToArray());
    }

    [Fact]
    public void Training_leaves_branches_out_at_random_and_moves_every_parameter()
    {
        random.manual_seed(1);
        using var network = new MedViT(MedViTArchitecture.Small, classes: 2);
        var images = Formula.Noise(1, 4, 3, 64, 64);

        Assert.NotEqual(network.call(images).data<float>().ToArray(), network.call(images).data<float>().ToArray());
        network.call(images).sum().backward();
        Assert.All(network.named_parameters(), entry => Assert.False(entry.parameter.grad is null, entry.name));
        network.eval();
        Assert.Equal(network.call(images).data<float>().ToArray(), network.call(images).data<float>().ToArray());
    }

    [Fact]
    public void Weights_of_another_size_and_unknown_names_are_refused()
    {
        using var small = new MedViT(MedViTArchitecture.Small, classes: 10);

        Assert.StartsWith("The weights of formula do not fit medvit-base, which has",
            Assert.Throws<DataFormatException>(() => new MedViTEncoder(MedViTArchitecture.Base, Weights(small), "formula")).Message, StringComparison.Ordinal);
        Assert.Equal("There is no MedViT named 'tiny'. Choose one of medvit-small, medvit-base, medvit-large.",
            Assert.Throws<UsageException>(() => MedViTArchitecture.Find("tiny")).Message);
        Assert.Throws<ArgumentException>(() => small.Features(Formula.Noise(1, 1, 3, 32, 32), "layer2"));
    }
}
