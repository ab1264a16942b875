using MedAnomaly.Data;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Data;

public sealed class ManifestDatasetTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    IImageDataset Open(Manifest manifest) => Dataset.Open(manifest.Id, new DataStore(folder.At("data"), folder.Path, new([manifest])));

    string Fault(Manifest manifest) =>
        Assert.ThrowsAny<WorkbenchException>(() => Open(manifest)).Message.Replace(folder.Path, "F", StringComparison.Ordinal);

    [Fact]
    public void Files_become_samples_whatever_folders_wrap_them()
    {
        folder.Picture("small/The small dataset/no/1.png", 1);
        folder.Picture("small/The small dataset/yes/1.png", 2);
        var dataset = Open(SmallManifest.Read());
        Assert.Equal(["no/1", "yes/1"], dataset.Samples.Select(sample => sample.Id));
        Assert.Equal(["no", "yes"], dataset.Samples.Select(sample => sample.Class));
        Assert.Equal(("small", "Small", DataKind.Real), (dataset.Id, dataset.Title, dataset.Kind));
        Assert.Equal(DataKind.StandIn, Open(SmallManifest.Read(("\"traps\"", "\"standsFor\": \"uwf\", \"traps\""))).Kind);
    }

    [Fact]
    public void A_copy_with_other_numbers_of_files_says_what_is_missing()
    {
        folder.Picture("small/no/1.png", 1);
        folder.Picture("small/yes/1.png", 2);
        Assert.Equal("F/small has 1 files '**/no/*.png' among 2, small has 2 or 3. Ask nobody for it; or open the folder by its path to "
            + "use what is there.",
            Fault(SmallManifest.Read(("\"class\": \"no\"", "\"counts\": [2, 3]"))));
        Directory.Delete(folder.At("small/yes"), recursive: true);
        Assert.Equal("F/small has 0 files '**/yes/*.png' among 1, small has at least one. Ask nobody for it; or open the folder by its "
            + "path to use what is there.",
            Fault(SmallManifest.Read()));
    }

    [Fact]
    public void A_sample_that_is_there_twice_is_refused()
    {
        folder.Picture("small/no/1.png", 1);
        folder.Picture("small/copy/no/1.png", 1);
        folder.Picture("small/yes/1.png", 2);
        Assert.Equal("F/small holds the sample 'no/1' twice: copy/no/1.png and no/1.png. Keep one copy.", Fault(SmallManifest.Read()));
    }

    [Fact]
    public void The_name_tells_the_patient_where_the_manifest_says_so()
    {
        folder.Picture("small/no/7_1.png", 1);
        folder.Picture("small/yes/8_1.png", 2);
        var manifest = SmallManifest.Read(("\"class\": \"no\"", "\"group\": \"/([0-9]+)_\""));
        Assert.Equal(["7", "yes/8_1"], Open(manifest).Samples.Select(sample => sample.Group));
        folder.Picture("small/no/x.png", 3);
        Assert.Equal("The name 'no/x.png' does not tell its patient, as the manifest's '/([0-9]+)_' expects. Rename the file.",
            Fault(manifest));
    }

    static Manifest WithTable(string table) =>
        SmallManifest.Read((SmallManifest.Rules, $$"""[ { "pattern": "images/*.png" } ], "table": {{table}}"""));

    [Fact]
    public void A_table_tells_the_labels_with_blanks_after_commas_and_numbers_for_names()
    {
        folder.Picture("small/images/000.png", 1);
        folder.Picture("small/images/001.png", 2);
        folder.Picture("small/images/010.png", 3);
        folder.Write("small/labels.csv", "\uFEFFid, hemorrhage\r\n0,1\r\n1,0\r\n10, 0\r\n\r\n");
        var dataset = Open(WithTable("""{ "file": "labels.csv", "key": "id", "label": "hemorrhage", "normal": "0" }"""));
        Assert.Equal([Label.Abnormal, Label.Normal, Label.Normal], dataset.Samples.Select(sample => sample.Label));
    }

    [Fact]
    public void A_table_may_be_several_files_leave_rows_out_and_name_patients()
    {
        foreach (var name in "abcd") folder.Picture($"small/images/{name}.png", name);
        folder.Write("small/train.txt", "p1 a.png negative x\np1 b.png positive x\n");
        folder.Write("small/test.txt", "p2 c.png negative x\np3 \"d.png\" negative z\n");
        var manifest = WithTable("""
            { "file": "{train,test}.txt", "separator": "blank", "columns": ["patient", "file", "class", "source"], "key": "file",
              "label": "class", "normal": "negative", "group": "patient", "where": { "source": "x" } }
            """);
        var dataset = Open(manifest);
        Assert.Equal(["images/a", "images/b", "images/c"], dataset.Samples.Select(sample => sample.Id));
        Assert.Equal(["p1", "p1", "p2"], dataset.Samples.Select(sample => sample.Group));

        folder.Write("small/train.txt", "p1 a.png negative x\np1 b.png positive y\n");
        Assert.Equal("F/small has 2 samples of one class only; small should have normal and abnormal ones.", Fault(manifest));
    }

    [Theory]
    [InlineData("id,label\n0,1\n", "F/small/labels.csv has no row for '001.png' in its column 'id'. Complete the table or remove the "
        + "file.")]
    [InlineData("id,labels\n0,1\n", "F/small/labels.csv has no column 'label'; it has 'id', 'labels'.")]
    [InlineData("id,label\n0\n", "F/small/labels.csv, line 2: expected 2 fields, got 1.")]
    [InlineData("id,label\n0,1\n0,0\n", "F/small/labels.csv, line 3: '0' is there twice.")]
    [InlineData("", "F/small/labels.csv is empty; expected a line with the columns' names.")]
    [InlineData("id,label\n", "F/small/labels.csv has no row.")]
    public void A_wrong_table_is_refused_with_its_line(string text, string message)
    {
        folder.Picture("small/images/000.png", 1);
        folder.Picture("small/images/001.png", 2);
        folder.Write("small/labels.csv", text);
        Assert.Equal(message, Fault(WithTable("""{ "file": "labels.csv", "key": "id", "label": "label", "normal": "0" }""")));
    }

    [Fact]
    public void A_missing_table_is_told()
    {
        folder.Picture("small/images/000.png", 1);
        Assert.Equal("F/small has no table of labels 'labels.csv', which small should have. Complete the folder.",
            Fault(WithTable("""{ "file": "labels.csv", "key": "id", "label": "label", "normal": "0" }""")));
    }

    [Fact]
    public void Small_images_in_JSON_are_read_without_the_empty_rows()
    {
        var manifest = PixelManifest();
        folder.Write("small/0.json", Rows(Row(0), "[]", Row(1), Row(2), "[]"));
        folder.Write("small/1.json", Rows(Row(3)));
        var dataset = Open(manifest);
        Assert.Equal(["0/0000", "0/0001", "0/0002", "1/0000"], dataset.Samples.Select(sample => sample.Id));
        var image = (Image<L8>)dataset.LoadImage(dataset.Samples[3]);
        Assert.Equal((28, 28, (byte)3, (byte)200), (image.Width, image.Height, image[0, 0].PackedValue, image[27, 27].PackedValue));
        Assert.Null(dataset.LoadMask(dataset.Samples[3]));
        Assert.Equal(0, dataset.LoadMask(dataset.Samples[0])!.Count);
    }

    [Theory]
    [InlineData("{\"data\":[[1,2],[3]]}", "byte 13: expected an image of 784 pixels, got 2. Fetch the file again.")]
    [InlineData("{\"date\":[]}", "byte 1: expected the field 'data', got 'date'. Fetch the file again.")]
    [InlineData("{\"data\":[[256]]}", "byte 10: ")]
    [InlineData("{\"data\":[[1,", "byte 11: ")]
    [InlineData("{\"data\":[]}", "F/small/0.json has 0 images, expected 3. Remove F/small and run 'medanomaly data get small'.")]
    public void Damaged_JSON_is_refused_with_its_place(string text, string message)
    {
        folder.Write("small/0.json", text);
        folder.Write("small/1.json", Rows(Row(3)));
        Assert.Contains(message, Fault(PixelManifest()), StringComparison.Ordinal);
    }

    static Manifest PixelManifest() => SmallManifest.Read(("\"form\": \"images\"", "\"form\": \"json-pixels\""),
        ("**/no/*.png\", ", "0.json\", \"images\": 3, "), ("**/yes/*.png", "1.json"));

    static string Row(int first) => $"[{first},{string.Join(',', Enumerable.Repeat(0, 782))},200]";

    static string Rows(params string[] rows) => $"{{\"data\":[{string.Join(',', rows)}]}}";
}
