using System.Formats.Tar;
using System.IO.Compression;

namespace MedAnomaly.Tests.Data;

/// <summary>Makes archives, also such as no decent program makes.</summary>
static class Archives
{
    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }

    public static byte[] Tar(params (string Name, byte[] Content)[] files) =>
        TarOf([.. files.Select(file => new PaxTarEntry(TarEntryType.RegularFile,
            file.Name) { DataStream = new MemoryStream(file.Content) })]);

    public static byte[] TarOf(params TarEntry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, leaveOpen: true))
            foreach (var entry in entries)
                tar.WriteEntry(entry);
        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return bytes.ToArray();
    }

    /// <summary>The archive with every occurrence of a name replaced by another of the same length.</summary>
    public static byte[] Rename(byte[] archive, string name, string other)
    {
        Assert.Equal(name.Length, other.Length);
        var (old, @new) = (System.Text.Encoding.Latin1.GetBytes(name), System.Text.Encoding.Latin1.GetBytes(other));
        var renamed = (byte[])archive.Clone();
        var count = 0;
        for (var i = 0; i <= renamed.Length - old.Length; i++)
        {
            if (!renamed.AsSpan(i, old.Length).SequenceEqual(old)) continue;
            @new.CopyTo(renamed, i);
            count++;
        }
        Assert.True(count > 0);
        return renamed;
    }
}
