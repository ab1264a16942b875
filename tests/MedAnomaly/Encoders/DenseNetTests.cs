using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MedAnomaly.Data;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class DenseNetTests : IDisposable
{
    static readonly DenseNetArchitecture Small = new("small", [2, 1], 4, 8);

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");
    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose()
    {
        scope.Dispose();
        folder.Delete(recursive: true);
    }

    static JsonElement Golden => Repository.Golden("classifiers/densenet.json");

    /// <summary>The formula's weights: the n-th array takes stream n.</summary>
    static Dictionary<string, WeightTensor> Weights(DenseNet network) => network.state_dict()
        .Select((entry, n) => Formula.Weight(n, entry.Key, entry.Value.shape)).ToDictionary(weight => weight.Name, StringComparer.Ordinal);

    string Save(DenseNet network, Func<string, string>? rename = null)
    {
        var path = Path.Combine(folder.FullName, "densenet.safetensors");
        Safetensors.Save(path, network.state_dict().ToDictionary(entry => rename?.Invoke(entry.Key) ?? entry.Key, entry => entry.Value));
        return path;
    }

    [Fact]
    public void The_state_dict_has_torchvisions_names_and_shapes()
    {
        using var network = new DenseNet(DenseNetArchitecture.DenseNet121);

        var state = network.state_dict();

        var lines = string.Concat(state.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}]\n"));
        Assert.Equal(7_978_856, network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(Golden.GetProperty("parameters").GetInt64(), network.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal(Golden.GetProperty("count").GetInt32(), state.Count);
        Assert.Equal(Golden.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines))));
    }

    [Fact]
    public void Features_and_logits_equal_torchvisions()
    {
        using var network = new DenseNet(DenseNetArchitecture.DenseNet121);
        StateDicts.Load(network, Weights(network), "formula");
        network.eval();
        Tensor features = zeros(0);
        var listener = ((nn.Module<Tensor, Tensor>)network.named_children().First().module).register_forward_hook((_, _, output) =>
        {
            // The last rectifier overwrites what it gets.
            features = output.clone().DetachFromDisposeScope();
            return output;
        });
        using var untracked = no_grad();

        var logits = network.call(Formula.Noise(1000, 2, 3, 64, 64));

        using var _ = features;
        listener.remove();
        Formula.AssertClose(Golden.GetProperty("features"), features);
        Formula.AssertClose(Golden.GetProperty("logits"), logits);
    }

    [Fact]
    public void Files_with_the_old_names_load_and_another_number_of_classes_gets_a_fresh_last_layer()
    {
        using var original = new DenseNet(Small, classes: 5);
        StateDicts.Load(original, Weights(original), "formula");
        original.eval();
        var path = Save(original, name => name.Contains("denselayer", StringComparison.Ordinal)
            ? name.Replace("norm1.", "norm.1.", StringComparison.Ordinal).Replace("conv2.", "conv.2.", StringComparison.Ordinal) : name);
        var images = Formula.Noise(1000, 1, 3, 32, 32);

        using var same = DenseNet.OpenTorchvision(path, Small, classes: 5);
        using var tuned = DenseNet.OpenTorchvision(path, Small, classes: 2);

        using var untracked = no_grad();
        Assert.False(same.training);
        Assert.Equal(original.call(images).data<float>().ToArray(), same.call(images).data<float>().ToArray());
        Assert.Equal([1L, 2L], tuned.call(images).shape);
        Assert.Equal(original.state_dict()["features.denseblock1.denselayer2.conv2.weight"].data<float>().ToArray(),
            tuned.state_dict()["features.denseblock1.denselayer2.conv2.weight"].data<float>().ToArray());
    }

    [Fact]
    public void Weights_of_another_network_are_refused()
    {
        using var small = new DenseNet(Small, classes: 2);
        var path = Save(small);

        var fault = Assert.Throws<DataFormatException>(() => DenseNet.OpenTorchvision(path, DenseNetArchitecture.DenseNet121, classes: 2));

        Assert.StartsWith($"The weights of {path} do not fit densenet121, which has 727 arrays: ", fault.Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => DenseNet.OpenTorchvision(Path.Combine(folder.FullName, "none"), Small, classes: 2));
    }

    [Fact]
    public void ImageNet_weights_have_a_manifest_with_their_hash()
    {
        var download = Assert.Single(Catalog.BuiltIn[DenseNet.ImageNetId].Downloads);

        Assert.Equal(ManifestKind.Weights, Catalog.BuiltIn[DenseNet.ImageNetId].Kind);
        Assert.Equal("densenet121-a639ec97.pth", download.File);
    }
}
