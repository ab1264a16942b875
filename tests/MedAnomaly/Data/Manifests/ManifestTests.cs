using System.Text;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class ManifestTests
{
    const string Downloads = """
        "access": "registration", "downloads": [ { "file": "a.zip", "hash": "md5:00000000000000000000000000000000",
        "from": [ { "url": "https://example.org/a.zip" } ], "unpack": { "format": "zip", "root": "x" } } ],
        """;

    [Fact]
    public void Every_manifest_of_the_repository_is_read()
    {
        var folder = Path.Combine(Repository.Root, "data-manifests");
        var files = Directory.GetFiles(folder, "*.json");
        Assert.True(files.Length > 30);
        foreach (var file in files)
        {
            var manifest = Manifest.Load(file);
            Assert.Equal(Path.GetFileNameWithoutExtension(file), manifest.Id);
            Assert.Equal(manifest.Hash, Catalog.BuiltIn[manifest.Id].Hash);
            if (manifest.StandsFor is { } other) Assert.True(Catalog.BuiltIn.Contains(other),
                $"{manifest.Id} stands for {other}, which has no manifest");
            if (manifest.Access != DataAccess.Open) Assert.NotNull(manifest.Obtain);
        }
        Assert.Equal(files.Length, Catalog.BuiltIn.Manifests.Count);
    }

    [Fact]
    public void No_manifest_names_a_registry()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "data-manifests"), "*.json"))
            Assert.DoesNotContain("registry.", File.ReadAllText(file), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_change_nothing()
    {
        var plain = SmallManifest.Read();
        var windows = SmallManifest.ReadBytes([0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(SmallManifest.Text.ReplaceLineEndings("\r\n"))]);
        Assert.Equal(plain.Hash, windows.Hash);
        Assert.Equal(plain.Samples!.Files.Count, windows.Samples!.Files.Count);
    }

    [Theory]
    [InlineData("\"title\"", "\"titel\"", "small.json: $.title: the field is missing.")]
    [InlineData("\"traps\"", "\"trap\": 1, \"traps\"", "small.json: $.trap: the field is unknown. Did you mean 'traps'?")]
    [InlineData("\"class\": \"no\"", "\"clas\": \"no\"",
        "small.json: $.samples.files[0].clas: the field is unknown. Did you mean 'class'?")]
    [InlineData("\"title\"", "\"id\": \"small\", \"title\"", "small.json: $.id: the field is there twice. Remove one.")]
    [InlineData("\"schema\": 1", "\"schema\": 2", "small.json: $.schema: the manifest is written for schema 2, this program reads schema "
        + "1. Update MedAnomaly.")]
    [InlineData("\"schema\": 1", "\"schema\": 0", "small.json: $.schema: the manifest is written for schema 0, this program reads schema "
        + "1. Bring the manifest up to date.")]
    [InlineData("\"schema\": 1", "\"schema\": \"1\"", "small.json: $.schema: expected a whole number from 0, got the text '1'.")]
    [InlineData("**/no/*.png", "../no/*.png", "small.json: $.samples.files[0].pattern: '../no/*.png' is not a pattern below a folder: it "
        + "leaves its folder by '..'.")]
    [InlineData("**/no/*.png", "/etc/*.png", "small.json: $.samples.files[0].pattern: '/etc/*.png' is not a pattern below a folder: it is "
        + "absolute.")]
    [InlineData("**/no/*.png", "C:/no/*.png", "small.json: $.samples.files[0].pattern: 'C:/no/*.png' is not a pattern below a folder: it "
        + "is absolute.")]
    [InlineData("**/no/*.png", "no\\\\*.png", "small.json: $.samples.files[0].pattern: 'no\\*.png' is not a pattern below a folder: it "
        + "contains a backslash.")]
    [InlineData("**/no/*.png", "**/yes/*.png", "small.json: $.samples.files: the pattern '**/yes/*.png' is there twice.")]
    [InlineData("\"Small\"", "\" Small\"", "small.json: $.title: ' Small' begins or ends with white space. Remove it.")]
    [InlineData("\"Small\"", "\"\"", "small.json: $.title: expected text, got nothing.")]
    [InlineData("\"id\": \"small\"", "\"id\": \"Small\"",
        "small.json: $.id: 'Small' is not an id: expected lower-case letters, digits and single hyphens.")]
    [InlineData("\"id\": \"small\"", "\"id\": \"other\"",
        "small.json: $.id: the id is 'other', but the file is called 'small'. Make them equal.")]
    [InlineData("\"registration\"", "\"regstration\"", "small.json: $.access: 'regstration' is not one of open, registration, private. Did "
        + "you mean 'registration'?")]
    [InlineData("\"obtain\": \"Ask nobody for it.\",", "",
        "small.json: $.obtain: the field is missing. Without downloads it says where to get the data and where to put it.")]
    [InlineData("\"label\": \"normal\",", "", "small.json: $.samples.files: '**/no/*.png' has neither a label nor a table that tells it.")]
    [InlineData("\"class\": \"no\"", "\"group\": \"x+\"",
        "small.json: $.samples.files[0].group: 'x+' has no group in parentheses that names the patient.")]
    [InlineData("[\"It is small.\"]", "\"It is small.\"", "small.json: $.traps: expected a list, got the text 'It is small.'.")]
    public void A_wrong_field_is_refused_with_its_file_and_path(string old, string @new, string message) =>
        Assert.Equal(message, Assert.Throws<DatasetException>(() => SmallManifest.Read((old, @new))).Message);

    [Theory]
    [InlineData("a.zip\", \"hash", "../a.zip\", \"hash",
        "small.json: $.downloads[0].file: '../a.zip' is not a path below a folder: it leaves its folder by '..'.")]
    [InlineData("a.zip\", \"hash", "/a.zip\", \"hash",
        "small.json: $.downloads[0].file: '/a.zip' is not a path below a folder: it is absolute.")]
    [InlineData("a.zip\", \"hash", "b /a.zip\", \"hash",
        "small.json: $.downloads[0].file: 'b /a.zip' is not a path below a folder: 'b ' ends in a dot or a blank.")]
    [InlineData("md5:", "crc32:", "small.json: $.downloads[0].hash: the hash algorithm 'crc32' is unknown; sha256, sha512, md5 are known.")]
    [InlineData("https://", "http://", "small.json: $.downloads[0].from[0].url: 'http://example.org/a.zip' is not an https address.")]
    [InlineData("{ \"url\": \"https://example.org/a.zip\" }", "{ \"npm\": \"a@^1.0.0\" }",
        "small.json: $.downloads[0].from[0].npm: 'a@^1.0.0' is not a package and its exact version, such as name@1.2.3.")]
    [InlineData("{ \"url\": \"https://example.org/a.zip\" }", "", "small.json: $.downloads[0].from: expected at least one source.")]
    [InlineData("\"root\": \"x\"", "\"root\": \"x/..\"",
        "small.json: $.downloads[0].unpack.root: 'x/..' is not a path below a folder: it leaves its folder by '..'.")]
    public void A_wrong_download_is_refused_with_its_file_and_path(string old, string @new, string message)
    {
        Assert.Contains(old, Downloads);
        var downloads = Downloads.Replace(old, @new, StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<DatasetException>(() => SmallManifest.Read(("\"access\": \"registration\",", downloads)))
            .Message);
    }

    [Fact]
    public void Two_downloads_of_one_name_are_refused()
    {
        var one = """{ "file": "a.bin", "from": [ { "url": "https://example.org/a" } ] }""";
        var two = one.Replace("a.bin", "A.bin", StringComparison.Ordinal);
        var fault = Assert.Throws<DatasetException>(() => SmallManifest.Read(("\"access\"", $"\"downloads\": [{one}, {two}], \"access\"")));
        Assert.Equal("small.json: $.downloads[1].file: 'A.bin' is there twice.", fault.Message);
    }

    [Fact]
    public void Text_that_is_not_JSON_is_refused_with_its_line()
    {
        var fault = Assert.Throws<DatasetException>(() => SmallManifest.Read(("\"kind\": \"dataset\",", "\"kind\" \"dataset\",")));
        Assert.StartsWith("small.json: line 4, byte 10: this is not JSON: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Data, fault.ExitCode);
    }

    [Fact]
    public void A_missing_manifest_is_refused_with_its_path()
    {
        var fault = Assert.Throws<DatasetException>(() => Manifest.Load("/nowhere/small.json"));
        Assert.StartsWith("The manifest /nowhere/small.json cannot be read: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_id_is_refused_with_the_nearest_one()
    {
        var fault = Assert.Throws<UsageException>(() => Catalog.BuiltIn["iq-oth-ncd"]);
        Assert.Equal("There is no dataset or weight file 'iq-oth-ncd'. Did you mean 'iq-oth-nccd'? 'medanomaly data list' shows all.",
            fault.Message);
    }

    [Fact]
    public void Two_manifests_may_not_claim_one_folder()
    {
        var one = SmallManifest.Read();
        var two = one with { Id = "other", Folders = ["other", "Small"] };
        var fault = Assert.Throws<DatasetException>(() => new Catalog([one, two]));
        Assert.Equal("The manifests 'small' and 'other' both claim the folder 'Small'. Remove it from one.", fault.Message);
    }
}
