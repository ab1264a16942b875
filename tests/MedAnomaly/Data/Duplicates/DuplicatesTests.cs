using MedAnomaly.Data;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

public sealed class DuplicatesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_similarity_is_the_cosine_that_SciPy_and_Pillow_give()
    {
        var golden = Repository.Golden("data/fingerprint.json");
        Image<L8> Read(string name, bool mirrored = false)
        {
            var (width, height) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32());
            var values = golden.GetProperty(name).EnumerateArray().Select(value => new L8(value.GetByte())).ToArray();
            var image = new Image<L8>(width, height);
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++)
                    image[mirrored ? width - 1 - x : x, y] = values[y * width + x];
            return image;
        }
        var (a, b) = (ImageFingerprint.Of(Read("a")), ImageFingerprint.Of(Read("b")));
        Assert.Equal(golden.GetProperty("similarity").GetDouble(), a.Similarity(b), 1e-5);
        // A mirrored image is as similar; the golden value of the mirrored pair alone is negative.
        Assert.Equal(golden.GetProperty("similarity").GetDouble(), ImageFingerprint.Of(Read("a", mirrored: true)).Similarity(b), 1e-4);
        Assert.True(golden.GetProperty("mirrored").GetDouble() < 0);
        Assert.Equal(1, a.Similarity(a), 1e-5);
    }

    [Fact]
    public void An_image_of_one_colour_is_similar_to_nothing_but_equal_to_itself()
    {
        var (grey, same) = (ImageFingerprint.Of(new Image<L8>(9, 9)), ImageFingerprint.Of(new Image<Rgb24>(9, 9)));
        Assert.Equal(0, grey.Similarity(same));
        Assert.Equal(grey.PixelHash, same.PixelHash);
        Assert.NotEqual(grey.PixelHash, ImageFingerprint.Of(new Image<L8>(3, 27)).PixelHash);
    }

    IImageDataset Small()
    {
        folder.Picture("good/a.png", 1);
        folder.Picture("good/b.png", 1); // a copy of a
        folder.Picture("good/c.png", 1, 48, 40); // a larger one
        folder.Picture("good/d.png", 2);
        folder.Picture("bad/patient1/e.png", 3);
        folder.Picture("bad/patient1/f.png", 4);
        folder.Picture("bad/patient2/g.png", 4);
        return Dataset.OpenFolder(folder.Path);
    }

    [Fact]
    public void Copies_and_near_copies_are_found()
    {
        var found = Duplicates.Find(Small());
        Assert.Equal(["bad/patient1/f bad/patient2/g", "good/a good/b"],
            found.Copies.Select(copies => string.Join(' ', copies.Select(sample => sample.Id))));
        Assert.Equal(["bad/patient1/e", "bad/patient1/f bad/patient2/g", "good/a good/b good/c", "good/d"],
            found.Clusters.Select(cluster => string.Join(' ', cluster.Select(sample => sample.Id))));
    }

    [Fact]
    public void Copies_are_dropped_and_the_first_stays()
    {
        var dataset = Small();
        var unique = Duplicates.Find(dataset).WithoutCopies();
        Assert.Equal(["bad/patient1/e", "bad/patient1/f", "good/a", "good/c", "good/d"], unique.Samples.Select(sample => sample.Id));
        Assert.NotEqual(dataset.ManifestHash, unique.ManifestHash);
        Assert.Equal(48, unique.LoadImage(unique.Samples[3]).Width);
    }

    [Fact]
    public void Patients_with_near_copies_of_each_other_become_one_group()
    {
        var grouped = Duplicates.Find(Small()).WithClustersAsGroups();
        Assert.Equal(["bad/patient1", "bad/patient1", "bad/patient1", "good/a", "good/a", "good/a", "good/d"],
            grouped.Samples.Select(sample => sample.Group));
    }

    [Fact]
    public void An_image_that_cannot_be_read_is_named()
    {
        folder.Picture("good/a.png", 1);
        folder.Write("bad/b.png", "no image");
        var fault = Assert.Throws<DataFormatException>(() => Duplicates.Find(Dataset.OpenFolder(folder.Path)));
        Assert.Contains("b.png", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leakage_counts_copies_near_copies_and_shared_groups_of_normal_test_samples()
    {
        var dataset = Small();
        Sample At(string id) => dataset.Samples.Single(sample => sample.Id == id);
        var split = new Split([At("good/a"), At("good/d")], [], [At("good/b"), At("good/c"), At("good/d"), At("bad/patient1/e")], [],
            SplitProtocol.AsPublished, 0);
        Assert.Equal(new(3, 2, 3, 1, Duplicates.DefaultThreshold), Leakage.Estimate(dataset, split));
        Assert.Equal(1, Leakage.Estimate(dataset, split).Share);
    }
}
