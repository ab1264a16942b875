namespace MedAnomaly.Data;

/// <summary>What a manifest describes.</summary>
public enum ManifestKind
{
    /// <summary>Images or volumes.</summary>
    Dataset,
    /// <summary>The trained weights of a network.</summary>
    Weights,
    /// <summary>A script that rendered pages load.</summary>
    Script,
}

/// <summary>Who may have the data.</summary>
public enum DataAccess
{
    /// <summary>Everybody, without asking.</summary>
    Open,
    /// <summary>Those who register with its publisher.</summary>
    Registration,
    /// <summary>Nobody but its owner.</summary>
    Private,
}

/// <summary>
/// One dataset or weight file: what it is, where it comes from and how its files become samples. Read from data-manifests/*.json.
/// </summary>
/// <param name="Id">Lower-case letters, digits and hyphens; also the name of its folder below the data directory.</param>
/// <param name="Kind">Dataset, weights or script.</param>
/// <param name="Title">What a caption calls it.</param>
/// <param name="Licence">The licence, or "none stated".</param>
/// <param name="Citation">What a paper that uses it cites.</param>
/// <param name="Doi">
/// The digital object identifier of the citation or the deposit, without "https://doi.org/"; null where none is known.
/// </param>
/// <param name="Home">The address of its publisher's page; null where it has none.</param>
/// <param name="Access">Who may have it.</param>
/// <param name="Obtain">
/// Where to get it by hand, what to rename, and where to put it; null where <see cref="Downloads"/> does everything.
/// </param>
/// <param name="StandsFor">The id of the dataset in whose place it is used; null where a paper names it itself.</param>
/// <param name="Folders">Names that its folder may have in a mirror or the data directory; the first is the id.</param>
/// <param name="Downloads">The files that make it up, in the order in which they are fetched; empty where it cannot be fetched.</param>
/// <param name="Samples">How files become samples; null for what is no dataset.</param>
/// <param name="Traps">What has gone wrong for others who used it.</param>
/// <param name="Hash">
/// SHA-256 in lower-case hexadecimal of the manifest's text with line ends as <c>\n</c> and without a byte order mark.
/// </param>
public sealed record Manifest(
    string Id,
    ManifestKind Kind,
    string Title,
    string Licence,
    string Citation,
    string? Doi,
    Uri? Home,
    DataAccess Access,
    string? Obtain,
    string? StandsFor,
    IReadOnlyList<string> Folders,
    IReadOnlyList<Download> Downloads,
    SampleRules? Samples,
    IReadOnlyList<string> Traps,
    string Hash)
{
    /// <summary>The newest version of the manifest's schema that this program reads.</summary>
    public const int SchemaVersion = 1;

    /// <summary>Reads the manifest at <paramref name="path"/>.</summary>
    /// <exception cref="DatasetException">
    /// The file is missing or is not a manifest; the message names the file and the place in it.
    /// </exception>
    public static Manifest Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"The manifest {path} cannot be read: {fault.Message}", fault);
        }
        return ManifestReader.Read(path, bytes);
    }
}

/// <summary>A file to fetch.</summary>
/// <param name="File">Its name in the data directory or the mirror.</param>
/// <param name="Bytes">Its size in bytes; null where unknown.</param>
/// <param name="Digest">What it must hash to; null where nobody published it.</param>
/// <param name="Sources">Where it can be fetched, tried in this order.</param>
/// <param name="Unpack">How it is unpacked; null for a file that is used as it is.</param>
public sealed record Download(string File, long? Bytes, Digest? Digest, IReadOnlyList<DownloadSource> Sources, Unpacking? Unpack);

/// <summary>A place where a file can be fetched.</summary>
public abstract record DownloadSource;

/// <summary>An address on the web.</summary>
/// <param name="Address">An https address.</param>
public sealed record WebSource(Uri Address) : DownloadSource
{
    /// <inheritdoc/>
    public override string ToString() => Address.AbsoluteUri;
}

/// <summary>A package that the npm client fetches from the registry that it is set up for.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">Its exact version.</param>
public sealed record NpmSource(string Name, string Version) : DownloadSource
{
    /// <inheritdoc/>
    public override string ToString() => $"npm package {Name}@{Version}";
}

/// <summary>How an archive is unpacked.</summary>
/// <param name="Format">What it is packed with.</param>
/// <param name="Root">The folder in the archive whose contents become the dataset's folder; empty for all of it.</param>
/// <param name="Keep">Patterns, below <paramref name="Root"/>, of the files to keep; empty for all.</param>
public sealed record Unpacking(ArchiveFormat Format, string Root, IReadOnlyList<string> Keep);

/// <summary>The archives that can be unpacked.</summary>
public enum ArchiveFormat
{
    /// <summary>Zip.</summary>
    Zip,
    /// <summary>Tar, not compressed.</summary>
    Tar,
    /// <summary>Tar, compressed by gzip.</summary>
    TarGz,
    /// <summary>One file, compressed by gzip; unpacked under its name without ".gz".</summary>
    Gz,
}
