using System.Text;
using MedAnomaly.Files;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>Reads and writes notebooks on disk: .ipynb (nbformat 4.0 to 4.5) and .dib.</summary>
public static class NotebookFile
{
    const long MaximumLength = 512L << 20;
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The notebook in the file at <paramref name="path"/>.</summary>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="DataFormatException">The file is no notebook; the message says where and why.</exception>
    public static Notebook Load(string path) => IsDib(path) ? new DibReader(path).Read(ReadText(path)) : new IpynbReader(path).Read(ReadText(path));

    /// <summary>
    /// Writes <paramref name="notebook"/> whole or not at all: as .dib, which holds no outputs, where the name ends so, else as nbformat
    /// 4.5. Cells without an id get one there.
    /// </summary>
    /// <exception cref="DataFormatException">A cell holds what a .dib cannot hold.</exception>
    /// <exception cref="OutputException">The file cannot be written; what was there before is intact.</exception>
    public static void Save(Notebook notebook, string path) =>
        AtomicFile.WriteText(path, Text(notebook, path));

    /// <summary>What <see cref="Save"/> writes to <paramref name="path"/>.</summary>
    /// <exception cref="DataFormatException">A cell holds what a .dib cannot hold.</exception>
    public static string Text(Notebook notebook, string path) => IsDib(path) ? DibWriter.Write(notebook, path) : IpynbWriter.Write(notebook);

    /// <summary>True where <paramref name="path"/> names a .dib file, the text format of .NET Interactive.</summary>
    public static bool IsDib(string path) => Path.GetExtension(path).Equals(".dib", StringComparison.OrdinalIgnoreCase);

    static string ReadText(string path)
    {
        byte[] bytes;
        try
        {
            var length = new FileInfo(path).Length;
            if (length > MaximumLength) throw new DataFormatException($"{path} has {length:N0} bytes; a notebook of more than {MaximumLength:N0} is not read. Clear its outputs first.");
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no notebook at {path}. Look for a slip in the name, or for the folder you are in ({Environment.CurrentDirectory}).", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} could not be read: {fault.Message}", fault);
        }
        // .NET's editors put one before a .dib, and read it.
        if (bytes is [0xEF, 0xBB, 0xBF, ..] && !IsDib(path))
            throw new DataFormatException($"{path} starts with a byte order mark (EF BB BF), which no Jupyter reads. Remove it: sed -i '1s/^\\xEF\\xBB\\xBF//' '{path}'");
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            throw new DataFormatException($"{path} is UTF-16; notebooks are UTF-8. Convert it: iconv -f UTF-16 -t UTF-8 '{path}'");
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw new DataFormatException($"{path} is not UTF-8: the byte at offset {fault.Index} belongs to no character.", fault);
        }
    }
}
