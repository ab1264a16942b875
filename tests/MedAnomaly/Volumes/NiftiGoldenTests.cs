using System.Globalization;
using System.Text.Json;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Volumes;

/// <summary>Against nibabel: tests/golden/volumes.py.</summary>
public sealed class NiftiGoldenTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    static readonly JsonElement[] Cases = [.. Repository.Golden("volumes/files.json").GetProperty("cases").EnumerateArray()];

    public static TheoryData<string> FileCases => [.. Cases.Select(Name)];

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(FileCases))]
    public void Voxels_affine_and_orientation_are_those_of_nibabel(string name)
    {
        var expected = Cases.Single(one => Name(one) == name);
        foreach (var file in expected.GetProperty("files").EnumerateObject())
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, "case" + file.Name), file.Value.GetBytesFromBase64());
        }
        foreach (var file in expected.GetProperty("files").EnumerateObject())
        {
            var volume = Nifti.Load(Path.Combine(folder.FullName, "case" + file.Name));

            Assert.Equal(Floats(expected.GetProperty("voxels")), volume.Voxels);
            Assert.Equal(expected.GetProperty("size").EnumerateArray().Select(size => size.GetInt32()), [volume.Size.X, volume.Size.Y, volume.Size.Z]);
            AssertClose(expected.GetProperty("affine"), volume.Affine, 1e-12);
            Assert.Equal(expected.GetProperty("codes").GetString(), volume.Orientation.Codes);
        }
    }

    [Fact]
    public void Every_orientation_is_named_and_turned_as_nibabel_does()
    {
        foreach (var expected in Repository.Golden("volumes/orientations.json").GetProperty("cases").EnumerateArray())
        {
            var affine = new Affine([.. expected.GetProperty("affine").EnumerateArray().Select(Double)]);
            var volume = new Volume(new(4, 3, 2, affine), [.. Enumerable.Range(0, 24).Select(value => (float)value)]);

            var canonical = volume.ToCanonical();

            Assert.Equal(expected.GetProperty("codes").GetString(), volume.Orientation.Codes);
            // Not always RAS: between two axes the choice depends on their order, in nibabel as here.
            Assert.Equal(expected.GetProperty("canonicalCodes").GetString(), canonical.Orientation.Codes);
            Assert.Equal(Floats(expected.GetProperty("canonicalVoxels")), canonical.Voxels);
            AssertClose(expected.GetProperty("canonicalAffine"), canonical.Affine, 1e-12);
        }
    }

    [Fact]
    public void A_series_is_read_frame_by_frame_or_whole_and_never_by_chance()
    {
        var expected = Repository.Golden("volumes/series.json").GetProperty("case");
        var path = Path.Combine(folder.FullName, "series.nii");
        File.WriteAllBytes(path, expected.GetProperty("file").GetBytesFromBase64());
        var frames = expected.GetProperty("frames").EnumerateArray().Select(Floats).ToArray();

        Assert.Equal(frames, Nifti.LoadSeries(path).Select(volume => volume.Voxels));
        Assert.Equal(frames[1], Nifti.Load(path, 1).Voxels);
        Assert.Equal($"{path} holds a series of 3 volumes (3 x 2 x 2 x 3), where one is expected. Name one (Nifti.Load(path, frame), 0 to 2) or take all "
            + "(Nifti.LoadSeries(path)).", Assert.Throws<DataFormatException>(() => Nifti.Load(path)).Message);
        Assert.StartsWith($"{path} holds the volumes 0 to 2.", Assert.Throws<ArgumentOutOfRangeException>(() => Nifti.Load(path, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_extensions_that_nibabel_wrote_are_read()
    {
        var file = Cases.Single(one => Name(one) == "two extensions");
        var path = Path.Combine(folder.FullName, "extended.nii");
        File.WriteAllBytes(path, file.GetProperty("files").GetProperty(".nii").GetBytesFromBase64());

        var extensions = Nifti.ReadHeader(path).Header.Extensions;

        Assert.Equal([6, 4], extensions.Select(extension => extension.Code));
        Assert.Equal("seen by nibabel", System.Text.Encoding.ASCII.GetString(extensions[0].Data).TrimEnd('\0'));
        Assert.StartsWith("<AFNI_attributes/>", System.Text.Encoding.ASCII.GetString(extensions[1].Data), StringComparison.Ordinal);
    }

    static string Name(JsonElement one) => one.GetProperty("name").GetString()!;

    internal static float[] Floats(JsonElement values) => [.. values.EnumerateArray().Select(value => (float)Double(value))];

    internal static double Double(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);

    internal static void AssertClose(JsonElement expected, Affine affine, double tolerance)
    {
        var values = expected.EnumerateArray().Select(Double).ToArray();
        for (var i = 0; i < 12; i++) Assert.Equal(values[i], affine[i / 4, i % 4], tolerance * Math.Max(1, Math.Abs(values[i])));
    }
}
