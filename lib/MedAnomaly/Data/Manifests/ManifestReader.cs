using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MedAnomaly.Data;

/// <summary>Turns a manifest's text into a <see cref="Manifest"/>, strictly: what it does not know it refuses.</summary>
static partial class ManifestReader
{
    const int LongestManifest = 1 << 20;

    static readonly Dictionary<string, ManifestKind> Kinds = new()
    {
        ["dataset"] = ManifestKind.Dataset,
        ["weights"] = ManifestKind.Weights,
        ["script"] = ManifestKind.Script,
    };

    static readonly Dictionary<string, DataAccess> Accesses = new()
    {
        ["open"] = DataAccess.Open,
        ["registration"] = DataAccess.Registration,
        ["private"] = DataAccess.Private,
    };

    static readonly Dictionary<string, SampleForm> Forms = new()
    {
        ["images"] = SampleForm.Images,
        ["volumes"] = SampleForm.Volumes,
        ["json-pixels"] = SampleForm.JsonPixels,
        ["numpy"] = SampleForm.NumPy,
    };

    static readonly Dictionary<string, Label> Labels = new() { ["normal"] = Label.Normal, ["abnormal"] = Label.Abnormal };

    static readonly Dictionary<string, char> Separators = new() { ["comma"] = ',', ["tab"] = '\t', ["blank"] = ' ' };

    static readonly Dictionary<string, ArchiveFormat> Formats = new()
    {
        ["zip"] = ArchiveFormat.Zip,
        ["tar"] = ArchiveFormat.Tar,
        ["tar.gz"] = ArchiveFormat.TarGz,
        ["gz"] = ArchiveFormat.Gz,
    };

    /// <param name="file">What messages call the manifest.</param>
    /// <param name="bytes">Its contents.</param>
    internal static Manifest Read(string file, byte[] bytes)
    {
        if (bytes.Length > LongestManifest)
            throw new DatasetException($"{file}: a manifest has at most {LongestManifest} bytes, this one has {bytes.Length}.");
        // An editor on Windows may have added a mark and carriage returns; they change neither the meaning nor the hash.
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').ReplaceLineEndings("\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        try
        {
            using var document = JsonDocument.Parse(text);
            return Read(new JsonFields(file, "$", document.RootElement), file, hash);
        }
        catch (JsonException fault)
        {
            throw new DatasetException($"{file}: line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}: this is not JSON: "
                + $"{fault.Message}", fault);
        }
    }

    static Manifest Read(JsonFields fields, string file, string hash)
    {
        var schema = fields.Whole("schema");
        if (schema != Manifest.SchemaVersion)
            throw fields.Fault("schema",
                $"the manifest is written for schema {schema}, this program reads schema {Manifest.SchemaVersion}. "
                + (schema > Manifest.SchemaVersion ? "Update MedAnomaly." : "Bring the manifest up to date."));
        var id = fields.Text("id");
        if (!IdPattern().IsMatch(id))
            throw fields.Fault("id", $"'{id}' is not an id: expected lower-case letters, digits and single hyphens.");
        if (Path.GetFileNameWithoutExtension(file) is var name && name != id)
            throw fields.Fault("id", $"the id is '{id}', but the file is called '{name}'. Make them equal.");
        var kind = fields.OneOf("kind", Kinds);
        var access = fields.OneOf("access", Accesses);
        var downloads = Downloads(fields);
        var obtain = fields.OptionalText("obtain");
        if (downloads.Count == 0 && obtain is null)
            throw fields.Fault("obtain", "the field is missing. Without downloads it says where to get the data and where to put it.");
        var manifest = new Manifest(
            id, kind, fields.Text("title"), fields.Text("licence"), fields.Text("citation"), fields.OptionalText("doi"),
            fields.Has("home") ? Address(fields, "home") : null, access, obtain, fields.OptionalText("standsFor"), Folders(fields, id),
            downloads, kind == ManifestKind.Dataset ? Samples(fields.Object("samples")) : null, fields.Texts("traps"), hash);
        fields.End();
        return manifest;
    }

    static List<string> Folders(JsonFields fields, string id)
    {
        List<string> folders = [id];
        foreach (var folder in fields.Texts("folders"))
        {
            if (PortableName.Objection(folder) is { } objection)
                throw fields.Fault("folders", $"'{folder}' is not a folder's name: {objection}.");
            if (folders.Contains(folder)) throw fields.Fault("folders", $"'{folder}' is there twice; the id need not be named.");
            folders.Add(folder);
        }
        return folders;
    }

    static List<Download> Downloads(JsonFields fields)
    {
        var downloads = new List<Download>();
        foreach (var item in fields.Objects("downloads"))
        {
            var file = RelativePath(item, "file");
            if (downloads.Any(other => PortableName.CollisionKey(other.File) == PortableName.CollisionKey(file)))
                throw item.Fault("file", $"'{file}' is there twice.");
            var digest = item.OptionalText("hash") is { } hash ? ParseDigest(item, "hash", hash) : null;
            var sources = item.Objects("from").Select(Source).ToList();
            if (sources.Count == 0) throw item.Fault("from", "expected at least one source.");
            var unpack = item.Has("unpack") ? Unpacking(item.Object("unpack")) : null;
            downloads.Add(new(file, item.OptionalWhole("bytes"), digest, sources, unpack));
            item.End();
        }
        return downloads;
    }

    static DownloadSource Source(JsonFields fields)
    {
        DownloadSource source;
        if (fields.Has("npm"))
        {
            var package = fields.Text("npm");
            var match = PackagePattern().Match(package);
            if (!match.Success) throw fields.Fault("npm", $"'{package}' is not a package and its exact version, such as name@1.2.3.");
            source = new NpmSource(match.Groups["name"].Value, match.Groups["version"].Value);
        }
        else
        {
            source = new WebSource(Address(fields, "url"));
        }
        fields.End();
        return source;
    }

    static Unpacking Unpacking(JsonFields fields)
    {
        var unpacking = new Unpacking(fields.OneOf("format", Formats), fields.Has("root") ? RelativePath(fields, "root") : "",
            [.. fields.Texts("keep").Select(pattern => Pattern(fields, "keep", pattern))]);
        fields.End();
        return unpacking;
    }

    static SampleRules Samples(JsonFields fields)
    {
        var form = fields.OneOf("form", Forms);
        var files = fields.Objects("files").Select(FileRule).ToList();
        if (files.Count == 0) throw fields.Fault("files", "expected at least one rule.");
        if (files.GroupBy(rule => rule.Pattern).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw fields.Fault("files", $"the pattern '{twice.Key}' is there twice.");
        var table = fields.Has("table") ? Table(fields.Object("table")) : null;
        if (form == SampleForm.Images && table is null && files.FirstOrDefault(rule => rule.Label is null) is { } unlabelled)
            throw fields.Fault("files", $"'{unlabelled.Pattern}' has neither a label nor a table that tells it.");
        var outlines = fields.OptionalText("outlines") is { } pattern ? Pattern(fields, "outlines", pattern) : null;
        var copies = fields.Objects("copies").Select(Copy).ToList();
        fields.End();
        return new(form, files, table, outlines, copies);
    }

    static KnownCopy Copy(JsonFields fields)
    {
        var copy = new KnownCopy((int)fields.Whole("files"), ParseDigest(fields, "hash", fields.Text("hash")));
        fields.End();
        return copy;
    }

    static FileRule FileRule(JsonFields fields)
    {
        var group = fields.OptionalText("group");
        if (group is not null) CheckRegex(fields, "group", group);
        var mask = fields.OptionalText("mask");
        if (mask is not null && PortableName.Escape(mask.Replace("../", "", StringComparison.Ordinal)) is { } objection)
            throw fields.Fault("mask", $"'{mask}' is not a place of masks: {objection}.");
        Label? label = fields.Has("label") ? fields.OneOf("label", Labels) : null;
        var rule = new FileRule(
            Pattern(fields, "pattern", fields.Text("pattern")), label, fields.OptionalText("class") ?? "", group, mask,
            fields.Wholes("maskValues"), fields.Wholes("counts"), (int?)fields.OptionalWhole("images"));
        fields.End();
        return rule;
    }

    static LabelTable Table(JsonFields fields)
    {
        var separator = fields.Has("separator") ? fields.OneOf("separator", Separators) : ',';
        var table = new LabelTable(
            Pattern(fields, "file", fields.Text("file")), separator, fields.Texts("columns"), fields.Text("key"),
            fields.Text("label"), fields.Text("normal"), fields.OptionalText("group"),
            fields.Has("where") ? fields.TextByName("where") : new Dictionary<string, string>());
        fields.End();
        return table;
    }

    static Uri Address(JsonFields fields, string name)
    {
        var text = fields.Text(name);
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttps
            ? address
            : throw fields.Fault(name, $"'{text}' is not an https address.");
    }

    static string RelativePath(JsonFields fields, string name)
    {
        var path = fields.Text(name);
        return PortableName.Objection(path) is { } objection
            ? throw fields.Fault(name, $"'{path}' is not a path below a folder: {objection}.") : path;
    }

    static string Pattern(JsonFields fields, string name, string pattern) => PortableName.Escape(pattern) is { } objection
        ? throw fields.Fault(name, $"'{pattern}' is not a pattern below a folder: {objection}.")
        : pattern;

    static Digest ParseDigest(JsonFields fields, string name, string text)
    {
        try
        {
            return Digest.Parse(text);
        }
        catch (FormatException fault)
        {
            throw fields.Fault(name, $"{fault.Message}.", fault);
        }
    }

    static void CheckRegex(JsonFields fields, string name, string pattern)
    {
        try
        {
            if (new Regex(pattern).GetGroupNumbers().Length < 2)
                throw fields.Fault(name, $"'{pattern}' has no group in parentheses that names the patient.");
        }
        catch (ArgumentException fault)
        {
            throw fields.Fault(name, $"'{pattern}' is not a regular expression: {fault.Message}", fault);
        }
    }

    [GeneratedRegex("^[a-z0-9]+(-[a-z0-9]+)*$")]
    private static partial Regex IdPattern();

    [GeneratedRegex(@"^(?<name>(@[a-z0-9][a-z0-9._-]*/)?[a-z0-9_-][a-z0-9._-]*)@(?<version>\d+\.\d+\.\d+)$")]
    private static partial Regex PackagePattern();
}
