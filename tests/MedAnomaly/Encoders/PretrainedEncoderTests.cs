using MedAnomaly.Data;
using MedAnomaly.Encoders;
using MedAnomaly.Encoders.Weights;
using MedAnomaly.Images;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Encoders;

public sealed class PretrainedEncoderTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Weights_survive_a_safetensors_file_with_their_hash()
    {
        using var scope = NewDisposeScope();
        var original = Formula.Encoder(ResNetArchitecture.ResNet18);
        var path = Path.Combine(folder.FullName, "resnet18.safetensors");
        using (var network = original.ToModule()) Safetensors.Save(path, network.state_dict());

        var read = PretrainedEncoder.OpenTorchvision(ResNetArchitecture.ResNet18, path);

        Assert.Equal(original.Sha256, read.Sha256);
        Assert.Equal(path, read.Source);
        using var images = Formula.Noise(1000, 1, 3, 32, 32);
        using FrozenEncoder a = new(original), b = new(read);
        Assert.Equal(0, (a.Features(images, "layer2")["layer2"] - b.Features(images, "layer2")["layer2"]).abs().max().item<float>());
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused_with_names_and_shapes()
    {
        var weights = Formula.Encoder(ResNetArchitecture.ResNet18) with { Architecture = ResNetArchitecture.ResNet50 };

        var fault = Assert.Throws<DataFormatException>(() => weights.ToModule());

        Assert.Equal("The weights of formula do not fit resnet50, which has 320 arrays: 165 missing: layer1.0.conv3.weight, "
            + "layer1.0.bn3.weight, layer1.0.bn3.bias, "
            + "layer1.0.bn3.running_mean, layer1.0.bn3.running_var, .... 24 of another shape: layer1.0.conv1.weight (expected [64, 64, 1, "
            + "1], got [64, 64, 3, 3]), "
            + "layer1.1.conv1.weight (expected [64, 256, 1, 1], got [64, 64, 3, 3]), layer2.0.conv1.weight (expected [128, 256, 1, 1], got "
            + "[128, 64, 3, 3]), "
            + "layer2.0.downsample.0.weight (expected [512, 256, 1, 1], got [128, 64, 1, 1]), layer2.0.downsample.1.weight (expected "
            + "[512], got [128]), .... "
            + "Nothing was loaded. Choose the architecture that the weights were trained with.", fault.Message);
    }

    [Fact]
    public void Missing_left_over_and_misshapen_arrays_are_listed_and_nothing_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 3);
        var before = layer.weight!.clone();
        var path = Path.Combine(folder.FullName, "w.safetensors");
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["weight"] = zeros(3, 3), ["scale"] = zeros(1) });

        var fault = Assert.Throws<DataFormatException>(() => StateDicts.Load(layer, Safetensors.Open(path).Tensors, "w.safetensors"));

        Assert.Equal("The weights of w.safetensors do not fit Linear, which has 2 arrays: 1 missing: bias. 1 unexpected: scale. "
            + "1 of another shape: weight (expected [3, 2], got [3, 3]). Nothing was loaded. Choose the architecture that the weights were "
            + "trained with.", fault.Message);
        Assert.True(layer.weight!.equal(before).all().item<bool>());
    }

    [Fact]
    public void Another_model_in_TensorFlow_js_form_is_refused()
    {
        File.WriteAllBytes(Path.Combine(folder.FullName, "s.bin"), new byte[4]);
        var path = Path.Combine(folder.FullName, "model.json");
        File.WriteAllText(path, """{"weightsManifest":[{"paths":["s.bin"],"weights":[{"name":"dense/kernel","shape":[1,1],"dtype":"float32"}]}]}""");

        var fault = Assert.Throws<DataFormatException>(() => PretrainedEncoder.OpenKerasResNet50(folder.FullName));

        Assert.Equal($"{path} is no Keras ResNet-50: 'conv1/kernel' is missing. It has 1 arrays, such as dense/kernel. Nothing was "
            + "loaded.", fault.Message);
    }

    [Fact]
    public void An_unknown_id_lists_the_known_ones()
    {
        var fault = Assert.Throws<UsageException>(() => PretrainedEncoder.Open("vgg16"));

        Assert.StartsWith("'vgg16' names no encoder. Choose one of resnet50-imagenet, resnet50-imagenet-gray, resnet18-torchvision, ", fault.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resnet18-torchvision")]
    [InlineData("resnet34-torchvision")]
    [InlineData("resnet50-torchvision")]
    [InlineData("resnet50-torchvision-v2")]
    [InlineData("resnet101-torchvision")]
    [InlineData("wide-resnet50-2-torchvision")]
    [InlineData("wide-resnet50-2-torchvision-v2")]
    [InlineData(PretrainedEncoder.DefaultId)]
    public void Every_encoder_that_can_be_opened_has_a_manifest(string id) => Assert.Equal(ManifestKind.Weights, Catalog.BuiltIn[id].Kind);

    [Fact]
    public void The_ImageNet_ResNet_50_gives_Pythons_features_and_names_a_class()
    {
        var location = DataStore.FromEnvironment().Find(PretrainedEncoder.DefaultId);
        Assert.SkipWhen(location is null,
            $"The weights are not on this machine; 'medanomaly data get {PretrainedEncoder.DefaultId}' fetches them.");
        using var scope = NewDisposeScope();
        var pretrained = PretrainedEncoder.Open();
        var golden = Repository.Golden("patchcore/imagenet.json");
        Assert.Equal(golden.GetProperty("count").GetInt32(), pretrained.Weights.Count);
        using var encoder = new FrozenEncoder(pretrained);
        using var images = Formula.Noise(3000, 1, 3, 64, 64) * 100;

        var features = encoder.Features(images, "layer2", "layer3");

        Formula.AssertClose(golden.GetProperty("layer2"), features["layer2"]);
        Formula.AssertClose(golden.GetProperty("layer3"), features["layer3"]);
        Formula.AssertClose(golden.GetProperty("locally_aware"), new LocallyAwarePatches().Embed(features));
    }

    [Theory]
    [InlineData(StridePosition.Conv3x3)]
    [InlineData(StridePosition.Conv1x1)]
    public void Collapsed_colours_change_nothing_on_a_grey_image_but_at_the_border(StridePosition stride)
    {
        var original = Formula.Encoder(ResNetArchitecture.ResNet18, stride);
        var collapsed = original.CollapseColours();
        var image = new Image<L8>(128, 128);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = new((byte)(i * 37 % 251));

        using FrozenEncoder colour = new(original), grey = new(collapsed);
        using var a = colour.Features(original.Transform(128).Batch([image]), "layer1")["layer1"];
        using var b = grey.Features(collapsed.Transform(128).Batch([image]), "layer1")["layer1"];

        // Zeros around the image are another grey once the means differ: seven pixels, a maximum and four convolutions carry that inwards.
        using var inner = a.narrow(2, 8, 16).narrow(3, 8, 16);
        using var other = b.narrow(2, 8, 16).narrow(3, 8, 16);
        using var difference = (inner - other).abs().max() / inner.abs().max();
        Assert.InRange(difference.item<float>(), 0, 1e-4);
        Assert.NotEqual(original.Sha256, collapsed.Sha256);
        Assert.Equal("formula, colours collapsed", collapsed.Source);
    }

    [Fact]
    public void A_trained_modules_state_is_weights_like_any_other()
    {
        using var network = new ResNet(ResNetArchitecture.ResNet18, classes: 4);
        var weights = StateDicts.Of(network);

        using var again = (Formula.Encoder(ResNetArchitecture.ResNet18) with { Weights = weights, Source = "trained" }).ToModule();

        Assert.Equal(network.state_dict()["layer3.1.conv2.weight"].data<float>().ToArray(), again.state_dict()["layer3.1.conv2.weight"].data<float>().ToArray());
        Assert.Equal(4, again.state_dict()["fc.bias"].numel());
        Assert.Equal(StateDicts.Hash(weights), StateDicts.Hash(StateDicts.Of(again)));
    }

    [Fact]
    public void A_first_convolution_of_one_channel_sees_grey_images_as_three()
    {
        using var scope = NewDisposeScope();
        var path = Path.Combine(folder.FullName, "resnet50-gray.safetensors");
        var colour = Formula.Encoder(ResNetArchitecture.ResNet50);
        using (var network = colour.ToModule())
        {
            var state = network.state_dict();
            state["conv1.weight"] = state["conv1.weight"].sum(1, keepdim: true);
            Safetensors.Save(path, state);
        }

        var grey = PretrainedEncoder.OpenGreyResNet50(path);

        Assert.Equal([64L, 3, 7, 7], grey.Weights["conv1.weight"].Shape);
        Assert.Single(grey.Normalisation.Mean.Distinct());
        // Three equal channels through the colour network and through the grey one.
        var images = Formula.Noise(1000, 1, 1, 32, 32).expand(1, 3, 32, 32);
        using FrozenEncoder a = new(colour), b = new(grey);
        Assert.True((a.Features(images, "layer2")["layer2"] - b.Features(images, "layer2")["layer2"]).abs().max().item<float>() < 1e-3);
    }

    [Fact]
    public void Grey_weights_that_are_absent_say_how_to_get_them()
    {
        var store = new DataStore(folder.FullName);

        var fault = Assert.Throws<DatasetException>(() => PretrainedEncoder.Open(PretrainedEncoder.GreyId, store));

        Assert.Contains("Ask the authors of the paper", fault.Message, StringComparison.Ordinal);
    }
}
