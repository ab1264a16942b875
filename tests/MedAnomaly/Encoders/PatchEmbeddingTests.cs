using System.Text.Json;
using MedAnomaly.Encoders;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class PatchEmbeddingTests
{
    static Dictionary<string, Tensor> Maps(JsonElement golden) => golden.GetProperty("shapes").EnumerateArray()
        .Select((shape, i) => (Name: $"layer{i + 1}", Map: Formula.Noise(100
        + i, [.. shape.EnumerateArray().Select(size => size.GetInt64())]) + 1))
        .ToDictionary(entry => entry.Name, entry => entry.Map);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Locally_aware_patches_equal_patchcore_inspections(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Repository.Golden("patchcore/patches.json").GetProperty("cases")[index];
        var maps = Maps(golden);
        var embedding = new LocallyAwarePatches([.. maps.Keys], golden.GetProperty("patch_size")
            .GetInt32(), golden.GetProperty("pretrain").GetInt32(),
            golden.GetProperty("target").GetInt32());

        Formula.AssertClose(golden.GetProperty("locally_aware"), embedding.Embed(maps), 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Average_pooled_patches_equal_anomalibs(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Repository.Golden("patchcore/patches.json").GetProperty("cases")[index];
        var maps = Maps(golden);

        Formula.AssertClose(golden.GetProperty("average_pooled"), new AveragePooledPatches([.. maps.Keys]).Embed(maps), 1e-5);
    }

    [Fact]
    public void A_missing_layer_is_named()
    {
        using var scope = NewDisposeScope();

        var fault = Assert.Throws<ArgumentException>(() => new LocallyAwarePatches()
            .Embed(new Dictionary<string, Tensor> { ["layer2"] = zeros(1, 4, 2, 2) }));

        Assert.StartsWith("The features of layer3 are missing; there are layer2.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_embedding_survives_json()
    {
        PatchEmbedding embedding = new LocallyAwarePatches(["layer1"], 5, 100, 50);

        var read = JsonSerializer.Deserialize<PatchEmbedding>(JsonSerializer.Serialize(embedding));

        Assert.Equal(["layer1"], read!.Layers);
        Assert.Equal(5, Assert.IsType<LocallyAwarePatches>(read).PatchSize);
    }
}
