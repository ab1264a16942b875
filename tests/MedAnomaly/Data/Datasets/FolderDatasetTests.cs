using System.Diagnostics;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class FolderDatasetTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Fault()
    {
        var fault = Assert.Throws<DatasetException>(() => Dataset.OpenFolder(folder.Path));
        Assert.Equal(ExitCode.Data, fault.ExitCode);
        return fault.Message.Replace(folder.Path, "F", StringComparison.Ordinal);
    }

    [Fact]
    public void Subfolders_of_normal_and_abnormal_images_are_opened()
    {
        folder.Picture("Normal cases/b.png", 1);
        folder.Picture("Normal cases/a.png", 2);
        folder.Picture("Malignant cases/patient 7/c.png", 3);
        folder.Write("Malignant cases/notes.txt", "not an image");
        folder.Write("Malignant cases/._c.png", "what macOS leaves");
        var dataset = Dataset.Open(folder.Path);

        Assert.Equal(["Malignant cases/patient 7/c", "Normal cases/a", "Normal cases/b"], dataset.Samples.Select(sample => sample.Id));
        Assert.Equal([Label.Abnormal, Label.Normal, Label.Normal], dataset.Samples.Select(sample => sample.Label));
        Assert.Equal("Malignant cases/patient 7", dataset.Samples[0].Group);
        Assert.Equal((24, 20), (dataset.LoadImage(dataset.Samples[0]).Width, dataset.LoadImage(dataset.Samples[0]).Height));
        Assert.Null(dataset.LoadMask(dataset.Samples[0]));
        Assert.Equal(0, dataset.LoadMask(dataset.Samples[1])!.Count);
        Assert.Equal(DataKind.Real, dataset.Kind);
    }

    [Fact]
    public void The_layout_of_MVTec_AD_is_opened_with_its_masks()
    {
        folder.Picture("train/good/000.png", 1);
        folder.Picture("test/good/000.png", 2);
        folder.Picture("test/scratch/000.png", 3);
        folder.MaskOf("ground_truth/scratch/000_mask.png", 5);
        var dataset = Dataset.OpenFolder(folder.Path);

        Assert.Equal(["test/good/000", "test/scratch/000", "train/good/000"], dataset.Samples.Select(sample => sample.Id));
        var scratch = Assert.Single(dataset.Samples, sample => sample.IsAbnormal);
        Assert.Equal("scratch", scratch.Class);
        Assert.Equal(5, dataset.LoadMask(scratch)!.Count);
    }

    [Fact]
    public void The_hash_names_the_samples_their_labels_and_sizes()
    {
        folder.Picture("good/a.png", 1);
        folder.Picture("bad/b.png", 2);
        var hash = Dataset.OpenFolder(folder.Path).ManifestHash;
        Assert.Equal(64, hash.Length);
        Assert.Equal(hash, Dataset.OpenFolder(folder.Path).ManifestHash);
        folder.Picture("good/c.png", 3);
        Assert.NotEqual(hash, Dataset.OpenFolder(folder.Path).ManifestHash);
    }

    [Fact]
    public void A_folder_without_images_is_refused()
    {
        folder.Write("normal/readme.txt", "nothing");
        Assert.Equal("F has no PNG, JPEG or TIFF image in it. Put normal images into 'normal' and abnormal ones into 'abnormal'.", Fault());
    }

    [Fact]
    public void A_folder_of_one_class_is_refused()
    {
        folder.Picture("good/a.png", 1);
        Assert.Equal("F has 1 normal images and no abnormal one: nothing tells how well an anomaly is found. Add a folder 'abnormal'.",
            Fault());
        Directory.Delete(folder.At("good"), recursive: true);
        folder.Picture("bad/a.png", 1);
        Assert.Equal("F has 1 abnormal images and no normal one, from which a detector could learn. Add a folder 'normal'.", Fault());
    }

    [Fact]
    public void Images_in_no_class_and_classes_of_unknown_meaning_are_refused()
    {
        folder.Picture("a.png", 1);
        Assert.Equal("F has the image 'a.png' in no folder of a class. Put it into 'normal' or 'abnormal'.", Fault());
        File.Delete(folder.At("a.png"));
        folder.Picture("strange/a.png", 1);
        Assert.Equal("F has a folder 'strange' that is neither normal nor abnormal. Begin its name with a word such as normal, good, "
            + "healthy "
            + "or abnormal, anomalous, anomaly, or move it elsewhere.", Fault());
    }

    [Fact]
    public void Masks_that_are_missing_superfluous_or_of_nothing_are_listed()
    {
        folder.Picture("good/a.png", 1);
        folder.Picture("bad/b.png", 2);
        folder.Picture("bad/c.png", 3);
        folder.MaskOf("masks/bad/b.png");
        Assert.Equal("F has masks, but 1 abnormal images have no mask: bad/c. Complete or remove them.", Fault());
        folder.MaskOf("masks/good/a_mask.png");
        folder.MaskOf("masks/bad/z.png");
        Assert.Equal("F has masks, but 1 abnormal images have no mask: bad/c; 1 normal images have one: good/a; 1 masks belong to no "
            + "image: masks/bad/z.png. "
            + "Complete or remove them.", Fault());
    }

    [Fact]
    public void A_page_saved_as_an_image_is_refused_when_it_is_loaded()
    {
        folder.Picture("good/a.png", 1);
        folder.Write("bad/b.png", "<!DOCTYPE html><html>Please log in</html>");
        var dataset = Dataset.OpenFolder(folder.Path);
        Assert.Contains(folder.At("bad/b.png"), Assert.Throws<DataFormatException>(() => dataset.LoadImage(dataset.Samples[0]))
            .Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_are_not_UTF8_are_refused()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems have no such names.");
        Directory.CreateDirectory(folder.At("good"));
        Shell($"touch \"{folder.At("good")}/$(printf 'caf\\351').png\"");
        try
        {
            Assert.Equal("F/good holds a name that is not valid UTF-8 ('caf\uFFFD.png'), which .NET cannot open. Rename it, for instance "
                + "with 'convmv -f latin1 -t utf8'.", Fault());
        }
        finally
        {
            Shell($"rm \"{folder.At("good")}\"/caf*"); // .NET cannot remove it either.
        }
    }

    static void Shell(string command)
    {
        using var process = Process.Start("sh", ["-c", command]);
        process.WaitForExit();
    }

    [Fact]
    public void Names_that_differ_only_in_how_accents_are_written_are_refused()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Other systems take the two for one.");
        folder.Picture("good/caf\u00e9.png", 1);
        folder.Picture("good/cafe\u0301.png", 2);
        Assert.Equal("F holds two files whose names look alike but are composed differently (Unicode NFC and NFD): 'good/caf\u00e9.png'. "
            + "Some systems take them for one. Remove or rename one of them.", Fault());
    }

    [Fact]
    public void Blanks_quotes_and_hashes_in_names_do_no_harm()
    {
        folder.Picture("good/a 'b' \"c\" #1.png", 1);
        folder.Picture("bad/ü#2 (3).png", 2);
        folder.MaskOf("masks/bad/ü#2 (3).png", 3);
        var dataset = Dataset.OpenFolder(folder.Path);
        Assert.Equal(3, dataset.LoadMask(dataset.Samples[0])!.Count);
        Assert.Equal("good/a 'b' \"c\" #1", dataset.Samples[1].Id);
    }

    [Fact]
    public void What_is_neither_an_id_nor_a_folder_is_refused_with_the_nearest_id()
    {
        var fault = Assert.Throws<UsageException>(() => Dataset.Open("head-ctt", new DataStore(folder.At("data"))));
        Assert.Equal("'head-ctt' is neither a dataset nor a folder. Did you mean 'head-ct'? 'medanomaly data list' shows all datasets.",
            fault.Message);
    }
}
