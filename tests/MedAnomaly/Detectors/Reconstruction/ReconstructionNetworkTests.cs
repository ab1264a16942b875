using System.Text.Json;
using MedAnomaly.Detectors;
using MedAnomaly.Tests.Classifiers;
using MedAnomaly.Tests.Encoders;
using MedAnomaly.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace MedAnomaly.Tests.Detectors.Reconstruction;

/// <summary>The networks of source 001 against the same ones in Python's torch: tests/golden/reconstruction.py.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class ReconstructionNetworkTests : IDisposable
{
    static readonly JsonElement all = Repository.Golden("reconstruction/reconstruction.json");

    readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    static ReconstructionNetwork Make(string name) => name switch
    {
        "cae" => new ConvolutionalAutoencoder(32, latentDimension: 8, dropout: 0),
        "ssae" => new ScaleSpaceAutoencoder(64, dropout: 0),
        "ssaeCopied" => new ScaleSpaceAutoencoder(64, dropout: 0, modelsCoarsest: false),
        "dagmm" => new GaussianMixtureAutoencoder(32, latentDimension: 4, components: 3, dropout: 0),
        "fAnoGan" => new FAnoGan(32, width: 4, latentDimension: 8),
        "fAnoGanPort" => new FAnoGan(32, variant: FAnoGanVariant.Port, latentDimension: 8),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, null),
    };

    [Theory]
    [InlineData("cae", true)]
    [InlineData("ssae", true)]
    [InlineData("ssaeCopied", true)]
    [InlineData("dagmm", false)]
    [InlineData("fAnoGan", false)]
    [InlineData("fAnoGanPort", false)]
    public void Reconstructions_scores_losses_gradients_and_a_step_are_Pythons(string name, bool training)
    {
        var golden = all.GetProperty(name);
        int Number(string key) => golden.GetProperty(key).GetInt32();
        using var network = Make(name);
        GoldenStep.Fill(network, golden);
        network.eval();
        var images = Formula.Noise(3000, Number("images"), 1, Number("size"), Number("size")) * 0.5 + 0.5;

        using (no_grad())
        {
            network.Settle(images);
            Formula.AssertClose(golden.GetProperty("reconstruction"), network.call(images));
            Formula.AssertClose(golden.GetProperty("scores"), network.Scores(images), 1e-3);
        }
        GoldenStep.Fill(network);
        network.train(training);
        using var stage = network.Stages(new() { LearningRate = 1e-4 }).Last();
        var terms = network.Losses(images);
        var expected = golden.GetProperty("terms").EnumerateArray().Select(term => term.GetDouble()).ToList();
        Assert.Equal(expected.Count, terms.Count);
        for (var i = 0; i < expected.Count; i++) Assert.Equal(expected[i], terms[i].Value.item<float>(), 1e-4 * Math.Abs(expected[i]));
        terms.Select(term => term.Value).Aggregate((sum, term) => sum + term).backward();
        GoldenStep.AssertStep(network, stage.Optimizers[0], golden, network is GaussianMixtureAutoencoder ? 1e-2 : 5e-4);
    }

    [Fact]
    public void The_critics_distance_gradient_penalty_and_step_are_Pythons()
    {
        var golden = all.GetProperty("critic");
        using var network = new FAnoGan(32, width: 4, latentDimension: 8);
        GoldenStep.Fill(network);
        network.eval();
        var (generator, critic) = ((Synthesis)network.children().First(), (Analysis)network.children().ElementAt(1));
        using var stage = new AdversarialStage(new() { LearningRate = 1e-4, Beta1 = 0.9, Beta2 = 0.999 }, generator, critic, (_, _) => throw new InvalidOperationException());
        var real = (Formula.Noise(3000, 6, 1, 32, 32) * 0.5 + 0.5) * 2 - 1;

        var made = generator.call(Formula.Noise(3001, 6, 8)).detach();
        var (distance, penalty) = AdversarialStage.CriticLosses(critic, real, made, Formula.Noise(3002, 6, 1, 1, 1) * 0.5 + 0.5);

        Formula.AssertClose(golden.GetProperty("made"), made);
        Assert.Equal(golden.GetProperty("distance").GetDouble(), distance.item<float>(), 1e-5);
        Assert.Equal(golden.GetProperty("penalty").GetDouble(), penalty.item<float>(), 1e-5);
        (penalty * 10 - distance).backward();
        GoldenStep.AssertStep(network, stage.Optimizers[0], golden, 5e-4);
    }

    [Fact]
    public void The_penalty_is_that_of_the_norm_over_all_values_of_an_image()
    {
        // A critic that adds up all pixels has a slope of √(pixels) everywhere; a norm along one axis only would be √8.
        using var critic = new Analysis(nn.Sequential(nn.Identity()), 64, 1);
        using (no_grad()) critic.parameters().First().fill_(1);

        var (_, penalty) = AdversarialStage.CriticLosses(critic, rand(3, 1, 8, 8), rand(3, 1, 8, 8), rand(3, 1, 1, 1));

        Assert.Equal(49, penalty.item<float>(), 1e-3);
    }

    [Fact]
    public void The_energy_of_a_mixture_is_its_negative_log_likelihood_in_any_dimension()
    {
        // One standard normal component in three dimensions: at the mean -log N is 3 / 2 log 2π.
        var mixture = new GaussianMixtureAutoencoder.Mixture(ones(1), zeros(1, 3), eye(3).unsqueeze(0));

        var energies = GaussianMixtureAutoencoder.Energies(tensor(new float[] { 0, 0, 0, 1, 2, 2 }, [2, 3]), mixture).data<float>().ToArray();

        Assert.Equal(1.5 * Math.Log(2 * Math.PI), energies[0], 1e-5);
        Assert.Equal(1.5 * Math.Log(2 * Math.PI) + 4.5, energies[1], 1e-5);
    }

    [Fact]
    public void Sizes_that_make_no_sense_are_named()
    {
        string Fault(Func<ReconstructionNetwork> make) => Assert.Throws<UsageException>(() => make().Dispose()).Message;

        Assert.Equal("CAE halves images 4 times, so their size must be a multiple of 16; got 28. Resize them to 32.", Fault(() => new ConvolutionalAutoencoder(28)));
        Assert.Equal("SSAE halves images 5 times, so their size must be a multiple of 32; got 48. Resize them to 64.", Fault(() => new ScaleSpaceAutoencoder(48)));
        Assert.Equal("DAGMM halves images 4 times, so their size must be a multiple of 16; got 0. Resize them to 16.", Fault(() => new GaussianMixtureAutoencoder(0)));
        Assert.Equal("The authors' f-AnoGAN takes images whose size is a power of two; got 48. Resize them to 64.", Fault(() => new FAnoGan(48)));
        Assert.Equal("CAE needs channels; got 0.", Fault(() => new ConvolutionalAutoencoder(channels: 0)));
        Assert.Equal("CAE needs latent dimensions; got 0.", Fault(() => new ConvolutionalAutoencoder(latentDimension: 0)));
        Assert.Equal("DAGMM needs components; got 0.", Fault(() => new GaussianMixtureAutoencoder(components: 0)));
        Assert.Equal("f-AnoGAN needs channels and latent dimensions; got 0 and 128.", Fault(() => new FAnoGan(width: 0)));
        Assert.Equal("Dropout is 1; it lies between 0 and 1, and is less than 1.", Fault(() => new ScaleSpaceAutoencoder(dropout: 1)));
    }
}
