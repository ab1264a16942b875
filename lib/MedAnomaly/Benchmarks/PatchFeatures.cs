using MedAnomaly.Data;
using MedAnomaly.Data.Simulation;
using MedAnomaly.Encoders;
using MedAnomaly.Neighbors;
using static TorchSharp.torch;

namespace MedAnomaly.Benchmarks;

/// <summary>ResNet-50's patch features of real images, or of the simulated cohort where the images are not here.</summary>
static class PatchFeatures
{
    const int ImageSize = 224;
    const int Batch = 8;

    /// <summary>ResNet-50's second stage has a position for 8 x 8 pixels.</summary>
    const int PatchesAnImage = ImageSize / 8 * (ImageSize / 8);

    /// <summary>Patch features [<paramref name="count"/>, 1024], or their random projection to fewer dimensions.</summary>
    public static Tensor Make(Benchmark benchmark, BenchmarkReport report, string dataset, long count, long? projection = null)
    {
        using var untracked = no_grad();
        using var encoder = new FrozenEncoder(PretrainedEncoder.Open(progress: benchmark.Progress));
        var embedding = new LocallyAwarePatches();
        var images = Open(dataset, benchmark, count);
        var samples = images.Samples.Where(sample => !sample.IsAbnormal).ToArray();
        if (samples.Length * (long)PatchesAnImage < count)
            throw new DatasetException($"{images.Title} has {samples.Length * (long)PatchesAnImage} patches of normal images; the benchmark needs "
                + $"{count}. Name a larger dataset by --dataset, or {BrainCohort.DatasetId}, which is as large as it needs to be.");
        Tensor? features = null, matrix = null;
        var made = 0L;
        foreach (var batch in new ImageBatches(images, samples, encoder.Pretrained.Transform(ImageSize), Batch))
        {
            benchmark.CancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var patches = embedding.Embed(encoder.Features(batch, embedding.Layers)).flatten(0, 2);
            if (projection is { } width)
            {
                matrix ??= RandomProjection.Matrix(patches.shape[1], width, seed: 0).t().DetachFromDisposeScope();
                patches = patches.mm(matrix);
            }
            features ??= empty([count, patches.shape[1]]).DetachFromDisposeScope();
            var taken = Math.Min(patches.shape[0], count - made);
            features.narrow(0, made, taken).copy_(patches.narrow(0, 0, taken));
            made += taken;
            benchmark.Progress?.Report(new("patch features", made, count));
            if (made == count) break;
        }
        matrix?.Dispose();
        report.Data = $"{count} patch features of {encoder.Pretrained.Source} from {images.Title} "
            + $"({(images.Kind == DataKind.Simulated ? "a simulation, not patients" : "real images")}), {features!.shape[1]} dimensions";
        return features;
    }

    static IImageDataset Open(string dataset, Benchmark benchmark, long count)
    {
        if (dataset != BrainCohort.DatasetId) return Dataset.Open(dataset, progress: benchmark.Progress);
        var slices = new SliceStack().Count;
        return BrainCohort.Simulate(BrainTemplate.Open(progress: benchmark.Progress),
            new CohortDesign { Normal = (int)(count / (PatchesAnImage * slices)) + 1, Abnormal = 0 }, benchmark.Progress);
    }

    /// <summary>Clustered numbers [N, D] from a seed, which stand in for features where times do not matter.</summary>
    public static Tensor Stand(BenchmarkReport report, long count, long dimensions)
    {
        using var generator = new Generator(0);
        using var scope = NewDisposeScope();
        var centers = rand([20, dimensions], generator: generator);
        var places = (rand([count], generator: generator) * 20).to(ScalarType.Int64);
        report.Data = $"{count} clustered random vectors of {dimensions} dimensions, a stand-in";
        return (centers.index_select(0, places) + rand([count, dimensions], generator: generator) * 0.2).MoveToOuterDisposeScope();
    }
}
