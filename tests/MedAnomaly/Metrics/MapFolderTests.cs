using System.Text;
using MedAnomaly.Experiments;
using MedAnomaly.Images;
using MedAnomaly.Metrics;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Metrics;

public sealed class MapFolderTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("medanomaly-maps-").FullName;

    public MapFolderTests()
    {
        Directory.CreateDirectory(Maps);
        Directory.CreateDirectory(Masks);
    }

    string Maps => Path.Combine(root, "maps");

    string Masks => Path.Combine(root, "masks");

    public void Dispose() => Directory.Delete(root, recursive: true);

    static void WriteNumpy<T>(string path, T[] values, string type, params int[] shape) where T : unmanaged
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}\n";
        File.WriteAllBytes(path, [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header),
            .. System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())]);
    }

    void WriteMap(string name, params float[] scores) => WriteNumpy(Path.Combine(Maps, name + ".npy"), scores, "<f4", 2, scores.Length / 2);

    void WriteMask(string name, params byte[] mask) => WriteNumpy(Path.Combine(Masks, name + ".npy"), mask, "|u1", 2, mask.Length / 2);

    NamedMap[] Read() => [.. MapFolder.Open(Maps, Masks).Read()];

    string Fault<TFault>() where TFault : Exception => Assert.Throws<TFault>(Read).Message.Replace(root + "/", "", StringComparison.Ordinal);

    [Fact]
    public void Maps_and_masks_of_different_kinds_are_matched_by_name()
    {
        WriteMap("b", 1, 2, 3, 4, 5, 6);
        Image.LoadPixelData<L8>(new L8[] { new(0), new(255), new(0), new(0), new(0), new(255) }, 3, 2).SaveAsPng(Path.Combine(Masks, "b.png"));
        Image.LoadPixelData<L16>(new L16[] { new(0), new(40000), new(5), new(6) }, 2, 2).SaveAsPng(Path.Combine(Maps, "a.png"));
        WriteMask("a", 0, 1, 0, 0);
        File.WriteAllText(Path.Combine(Maps, "readme.txt"), "passed over");

        var read = Read();

        Assert.Equal(["a", "b"], read.Select(named => named.Name));
        Assert.Equal([0, 40000, 5, 6], read[0].Map.Scores.ToArray());
        Assert.Equal((3, 2, 1), (read[1].Map.Width, read[1].Map.Height, read[1].Map.Depth));
        Assert.Equal(1, RankedPixels.Of([read[0].Map]).Scores.Auroc.Value);
    }

    [Fact]
    public void An_array_against_a_NIfTI_mask_has_its_axes_as_nibabel_hands_them_out()
    {
        // Only voxel (1, 0, 2) of 2 x 3 x 4 is abnormal, and only it scores 1.
        var scores = new float[2 * 3 * 4];
        scores[(1 * 3 + 0) * 4 + 2] = 1;
        WriteNumpy(Path.Combine(Maps, "v.npy"), scores, "<f4", 2, 3, 4);
        var mask = new Volume(new(2, 3, 4, Affine.Identity));
        mask[1, 0, 2] = 1;
        Nifti.Save(mask, Path.Combine(Masks, "v.nii.gz"), NiftiDatatype.UInt8);

        var map = Assert.Single(Read()).Map;

        Assert.Equal((2, 3, 4), (map.Width, map.Height, map.Depth));
        Assert.Equal(1, RankedPixels.Of([map]).Scores.AveragePrecision.Value);
    }

    [Fact]
    public void Scores_that_differ_in_double_precision_only_are_no_ties()
    {
        WriteNumpy(Path.Combine(Maps, "d.npy"), new[] { 0.1, 0.1 + 1e-12, -3, 7.25 }, "<f8", 2, 2);
        WriteMask("d", 0, 1, 0, 0);
        WriteNumpy(Path.Combine(Maps, "e.npy"), new[] { 0.1 - 1e-12, 0.1, 0.1, 5 }, "<f8", 2, 2);
        WriteMask("e", 0, 0, 0, 1);

        var read = Read();

        Assert.Equal(2 / 3.0, RankedPixels.Of([read[0].Map]).Scores.Auroc.Value, 1e-15);
        // Of 12 pairs of an abnormal and a normal pixel only those with 7.25 are in the wrong order.
        Assert.Equal(10 / 12.0, RankedPixels.Of(read.Select(named => named.Map)).Scores.Auroc.Value, 1e-15);
    }

    [Fact]
    public void Per_volume_and_pooled_metrics_are_told_apart_and_an_empty_truth_is_undefined()
    {
        WriteMap("a", 1, 2, 3, 4);
        WriteMask("a", 0, 0, 0, 1);
        WriteMap("b", 11, 12, 13, 14);
        WriteMask("b", 0, 0, 255, 0);
        WriteMap("normal", 50, 51, 52, 53);
        WriteMask("normal", 0, 0, 0, 0);

        var evaluation = PixelEvaluation.Of(Read());

        Assert.Equal([1.0, 2 / 3.0, null], evaluation.Volumes.Select(volume => volume.Metrics.Auroc.ValueOrNull));
        Assert.Equal("0.8333 (1 of 3 undefined and left out)", evaluation.Mean(metrics => metrics.Auroc).ToString());
        Assert.Equal("undefined (no abnormal region)", evaluation.Volumes[2].Metrics.Pro.ToString());
        Assert.Equal((3 + 5) / 20.0, evaluation.Pooled.Auroc.Value, 1e-15);

        var report = MetricsReport.Of(evaluation);
        Assert.Equal((2, 1), (report.MeanOverVolumes!.Included, report.MeanOverVolumes.Excluded));
        Assert.Equal(12, report.Metrics[0].N);
        using var json = System.Text.Json.JsonDocument.Parse(RunRecordJson.Write(report));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, json.RootElement.GetProperty("volumes")[2].GetProperty("metrics")[0].GetProperty("value").ValueKind);
    }

    [Fact]
    public void Taking_maps_one_by_one_ranks_them_as_all_at_once()
    {
        var random = new SplitMix64(6);
        ScoredMap[] maps = [.. Enumerable.Range(0, 7).Select(_ => new ScoredMap(
            Enumerable.Range(0, 3000).Select(_ => random.Next(500) / 500f).ToArray(), Enumerable.Range(0, 3000).Select(_ => (byte)(random.Next(10) / 9)).ToArray(), 60, 50))];

        var streamed = RankedPixels.Of(maps.Select(map => map));

        Assert.Equal((RankedPixels.Of(maps).Pro(), RankedPixels.Of(maps).Scores.Auroc), (streamed.Pro(), streamed.Scores.Auroc));
        Assert.Equal(21000, streamed.Scores.Count);
        float[] scores = [.. maps.SelectMany(map => map.Scores.ToArray())];
        byte[] labels = [.. maps.SelectMany(map => map.Mask.ToArray())];
        Assert.Equal(RankedScores.Of<byte>(scores, labels).AveragePrecision, streamed.Scores.AveragePrecision);
    }

    [Fact]
    public void Folders_that_do_not_match_are_refused_with_the_names()
    {
        Assert.Equal("maps has no file ending in .npy, .png, .nii, .nii.gz.", Fault<DatasetException>());
        WriteMap("a", 1, 2, 3, 4);
        WriteMap("b", 1, 2, 3, 4);
        WriteMask("a", 0, 0, 0, 1);
        Assert.Equal("1 of 2 files in maps have no mask of the same name in masks: b.npy. A map and its mask share their file name up to the ending; "
            + "a normal image needs a mask too, all 0.", Fault<DatasetException>());
        WriteMask("b", 0, 0, 0, 1);
        WriteMask("c", 0, 0, 0, 1);
        Assert.StartsWith("1 of 3 files in masks have no map of the same name in maps: c.npy.", Fault<DatasetException>(), StringComparison.Ordinal);
        Image.LoadPixelData<L8>(new L8[4], 2, 2).SaveAsPng(Path.Combine(Maps, "a.png"));
        Assert.Equal("maps has two files for 'a': a.npy and a.png. Keep the one that is meant.", Fault<DatasetException>());
        Assert.EndsWith("none is no folder. Expected one with files ending in .npy, .png, .nii, .nii.gz.",
            Assert.Throws<DatasetException>(() => MapFolder.Open(Path.Combine(root, "none"), Masks)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_with_the_file_and_the_place()
    {
        WriteMap("a", 1, 2, 3, 4, 5, 6);
        WriteMask("a", 0, 0, 0, 1);
        Assert.Equal("maps/a.npy is 3 x 2, but its mask masks/a.npy is 2 x 2. A mask must have its map's size; neither was resized. "
            + "Check that the two belong together.", Fault<DataFormatException>());
        WriteMask("a", 0, 0, 0, 1, 0, 128);
        Assert.Equal("The mask of masks/a.npy is 128 at (x 2, y 1); a mask is 0 (normal), and 1 or 255 (abnormal). "
            + "Values between come from resampling: resample masks by the nearest neighbour.", Fault<DataFormatException>());
        WriteNumpy(Path.Combine(Masks, "a.npy"), new float[] { 0, 0.5f, 0, 1, 0, 0 }, "<f4", 2, 3);
        Assert.StartsWith("The mask of masks/a.npy is 0.5 at (x 1, y 0);", Fault<DataFormatException>(), StringComparison.Ordinal);
        WriteMask("a", 0, 0, 0, 1, 0, 0);
        WriteMap("a", 1, 2, 3, 4, float.NaN, 6);
        Assert.Equal("The score of maps/a.npy at (x 1, y 1) is NaN; a ranking needs finite numbers. Find out what made it.", Fault<DataFormatException>());
        WriteNumpy(Path.Combine(Maps, "a.npy"), new[] { 1, 2, 3, 4, 5, double.PositiveInfinity }, "<f8", 2, 3);
        Assert.StartsWith("The score of maps/a.npy at (x 2, y 1) is Infinity;", Fault<DataFormatException>(), StringComparison.Ordinal);
        WriteNumpy(Path.Combine(Maps, "a.npy"), new float[6], "<f4", 6);
        Assert.Equal("maps/a.npy has the shape 6; expected 2 axes for an image or 3 for a volume.", Fault<DataFormatException>());
        File.Delete(Path.Combine(Maps, "a.npy"));
        Image.LoadPixelData<Rgb24>(new Rgb24[6], 3, 2).SaveAsPng(Path.Combine(Maps, "a.png"));
        Assert.Equal("maps/a.png has Rgb24 pixels; a map or a mask is grey, of 8 or 16 bits. Save the scores, not their picture in colour.", Fault<DataFormatException>());
    }
}
