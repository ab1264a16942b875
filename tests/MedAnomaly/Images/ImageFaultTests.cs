using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Images;

/// <summary>What is wrong with a file is said, and no pixel is made up.</summary>
public sealed class ImageFaultTests : IDisposable
{
    const string Again = " Nothing was loaded. Copy or download it again.";
    const string ToPng = ". Expected one page of grey or RGB with 8 or 16 bits a channel: convert it to PNG, which loses nothing.";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("cmyk.jpg", "its colours are CMYK (four inks)")]
    [InlineData("ycck.jpg", "its colours are YCCK (four inks, Adobe's inverted CMYK)")]
    public void A_JPEG_of_inks_is_refused_by_name(string name, string kind) =>
        AssertRefused(Golden.Refused(name), $" is a JPEG file of a kind that is not read: {kind}{ToPng}");

    [Theory]
    [InlineData("pages.tif", "it has 3 pages, and which one is meant is not said")]
    [InlineData("cmyk.tif", "its colours are CMYK (four inks)")]
    [InlineData("palette.tif", "its colours are palette")]
    [InlineData("one-bit.tif", "it has 1 bits a sample, neither 8 nor 16")]
    [InlineData("float.tif", "its samples are floating point, not unsigned integers")]
    [InlineData("signed.tif", "its samples are signed integers, not unsigned integers")]
    [InlineData("32-bit.tif", "it has 32 bits a sample, neither 8 nor 16")]
    [InlineData("jpeg-in.tif", "its compression (scheme 7) is none of: none, LZW, PackBits, deflate")]
    [InlineData("premultiplied.tif", "its colours are multiplied by their alpha (associated alpha)")]
    [InlineData("rotated.tif", "it is stored rotated or mirrored (Orientation 6)")]
    public void A_TIFF_of_another_kind_is_refused_by_name(string name, string kind) =>
        AssertRefused(Golden.Refused(name), $" is a TIFF file of a kind that is not read: {kind}{ToPng}");

    [Theory]
    [InlineData(0xC3, "Unsupported JPEG process: SOF type 0xc3")]
    [InlineData(0xC9, "its coding is arithmetic, not Huffman")]
    public void A_JPEG_that_is_not_Huffman_coded_is_refused_by_name(byte process, string kind)
    {
        var file = Golden.File("grey.jpg");
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 1] = process;

        AssertRefused(file, $" is a JPEG file of a kind that is not read: {kind}{ToPng}");
    }

    [Theory]
    [InlineData("grey-8.png")]
    [InlineData("palette-8-trns.png")]
    [InlineData("rgb-16-interlaced.png")]
    [InlineData("grey.jpg")]
    [InlineData("rgb-progressive.jpg")]
    [InlineData("rgb-subsampling-2.jpg")]
    [InlineData("restart.jpg")]
    public void A_file_that_is_cut_anywhere_is_refused(string name)
    {
        var file = Golden.File(name);
        for (var length = 1; length < file.Length; length++)
            Assert.Throws<DataFormatException>(() => Image.Load(new MemoryStream(file, 0, length)));
    }

    [Theory]
    [InlineData("grey-8.png", " is a damaged PNG file: the file ends early.")]
    [InlineData("grey.jpg", " is a damaged JPEG file: Premature end of JPEG file.")]
    [InlineData("rgb-progressive.jpg", " is a damaged JPEG file: Premature end of JPEG file.")]
    [InlineData("rgb-8.tif", " is a damaged TIFF file: the file ends early.")]
    public void A_file_that_is_cut_is_said_to_end_early(string name, string message)
    {
        var file = Golden.File(name);

        AssertRefused(file[..(file.Length * 2 / 3)], message + Again);
    }

    [Theory]
    [InlineData(0xD5, "Corrupt JPEG data: found marker 0xd5 instead of RST2")]
    [InlineData(0xD3, "Corrupt JPEG data: found marker 0xd3 instead of RST2")]
    public void A_JPEG_with_a_wrong_restart_marker_is_refused(byte other, string fault)
    {
        var file = Golden.File("restart.jpg");
        file[file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD2]) + 1] = other;

        AssertRefused(file, $" is a damaged JPEG file: {fault}.{Again}");
    }

    [Theory]
    [InlineData("IDAT", "IDAT: CRC error")]
    [InlineData("PLTE", "PLTE: CRC error")]
    [InlineData("IHDR", "IHDR: CRC error")]
    public void A_PNG_with_a_wrong_checksum_is_refused_with_the_chunk(string chunk, string fault)
    {
        var file = Golden.File("palette-8.png");
        var at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(chunk));
        file[at + 4 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at - 4))] ^= 1;

        AssertRefused(file, $" is a damaged PNG file: {fault}.{Again}");
    }

    [Theory]
    [InlineData(0u, 0u)]
    [InlineData(13u, 0u)]
    public void A_PNG_without_pixels_is_refused(uint width, uint height) =>
        AssertRefused(PngOfSize(width, height), $" is a damaged PNG file: its header says {width} x {height} pixels.{Again}");

    [Theory]
    [InlineData(0x80000000u, 0x80000000u)]
    [InlineData(0x7FFFFFFFu, 0x7FFFFFFFu)]
    [InlineData(0x7FFFFFFFu, 1u)]
    [InlineData(13_378u, 13_378u)]
    public void A_PNG_that_claims_too_many_pixels_is_refused_before_memory_is_taken(uint width, uint height)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(PngOfSize(width, height), $" says that it is {width} x {height} pixels, more than the 178956970 that an image "
            + "may have. Nothing was decoded. If it is really that large, cut it into tiles; otherwise it is damaged or made to fill the memory.");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_PNG_that_claims_more_than_its_bytes_can_hold_is_refused_before_memory_is_taken()
    {
        var file = PngOfSize(10_000, 10_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        AssertRefused(file, $" is a damaged PNG file: its header says 10000 x 10000 pixels, but its {file.Length} bytes cannot "
            + $"hold more than {file.Length * 1032} bytes of pixels.{Again}");

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_JPEG_that_claims_more_than_its_bytes_can_hold_is_refused_before_memory_is_taken()
    {
        var file = Golden.File("grey.jpg");
        var frame = file.AsSpan()[(file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 5)..];
        BinaryPrimitives.WriteUInt16BigEndian(frame, 10_000);
        BinaryPrimitives.WriteUInt16BigEndian(frame[2..], 10_000);

        AssertRefused(file, $" is a damaged JPEG file: its header says 10000 x 10000 pixels, but its {file.Length} bytes cannot "
            + $"hold more than {file.Length * 512} pixels.{Again}");
    }

    [Fact]
    public void A_TIFF_that_claims_more_than_its_bytes_can_hold_is_refused_before_memory_is_taken()
    {
        var file = Golden.File("black-lzw.tif");
        foreach (byte tag in (byte[])[0, 1])
        {
            // ImageWidth is tag 0x100 and ImageLength 0x101: an entry of one SHORT, little-endian.
            var entry = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[tag, 1, 3, 0, 1, 0, 0, 0]);
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(entry + 8), 13_000);
        }

        AssertRefused(file, $" is a damaged TIFF file: its header says 13000 x 13000 pixels, but its {file.Length} bytes cannot "
            + $"hold more than {file.Length * 4096} bytes of pixels.{Again}");
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html><title>Sign in</title>")]
    [InlineData("\uFEFF\r\n  <HTML lang='de'>")]
    [InlineData("<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'>")]
    [InlineData("<!-- cached --><html>")]
    public void A_web_page_under_an_images_name_is_refused_as_what_it_is(string page) =>
        AssertRefused(Encoding.UTF8.GetBytes(page), " is a web page (HTML), not an image: most likely a login or error page that was saved "
            + "under an image's name. Delete it, open its address in a browser, sign in or accept the terms there, and download the image again.");

    [Theory]
    [InlineData("BMP", "BM\u0046\0\0\0\0\0\0\0\u0036\0\0\0\u0028\0\0\0\u0002\0\0\0\u0002\0\0\0")]
    [InlineData("GIF", "GIF89a\u0001\0\u0001\0")]
    [InlineData("WebP", "RIFF\u0024\0\0\0WEBPVP8 ")]
    [InlineData("JPEG 2000", "\0\0\0\u000CjP  \r\n")]
    [InlineData("HEIF or AVIF", "\0\0\0\u0018ftypheic\0\0\0\0")]
    public void Another_image_format_is_refused_by_name(string format, string start) => AssertRefused(Encoding.Latin1.GetBytes(start),
        $" is a {format} file, which is not read. Expected PNG, JPEG or TIFF: convert it to PNG, which loses nothing.");

    [Fact]
    public void A_DICOM_file_is_refused_by_name()
    {
        var file = new byte[200];
        "DICM"u8.CopyTo(file.AsSpan(128));

        AssertRefused(file, " is a DICOM file (read it with MedAnomaly.Volumes), not a PNG, JPEG or TIFF image.");
    }

    [Fact]
    public void A_NIfTI_volume_is_refused_by_name()
    {
        var file = new byte[352];
        BinaryPrimitives.WriteInt32BigEndian(file, 348);

        AssertRefused(file, " is a NIfTI volume (read it with MedAnomaly.Volumes), not a PNG, JPEG or TIFF image.");
        AssertRefused([0x1F, 0x8B, 8, 0],
            " is gzip-compressed (a .nii.gz volume is read with MedAnomaly.Volumes), not a PNG, JPEG or TIFF image.");
    }

    [Fact]
    public void A_Git_LFS_pointer_is_refused_with_the_command_to_type() => AssertRefused(
        "version https://git-lfs.github.com/spec/v1\n"u8.ToArray(), " is a Git LFS pointer, not the image itself. Fetch the contents with: git lfs pull");

    [Fact]
    public void Unknown_contents_are_refused_with_their_first_bytes() => AssertRefused([1, 2, 3, 0xFF],
        " is no PNG, JPEG or TIFF image, whatever its name says: its 4 bytes begin with 010203FF. Copy or download it again.");

    [Fact]
    public void An_empty_file_is_refused() => AssertRefused([], " is empty: 0 bytes. Expected an image; copy or download it again.");

    [Fact]
    public void A_folder_is_refused()
    {
        var fault = Assert.Throws<DataFormatException>(() => Image.Load(folder.FullName));

        Assert.Equal($"{folder.FullName} is a folder, not an image. Name a file in it.", fault.Message);
    }

    [Fact]
    public void A_missing_file_is_refused_with_its_path()
    {
        var path = Path.Combine(folder.FullName, "Image.PNG");

        var fault = Assert.Throws<DataFormatException>(() => Image.Load(path));

        Assert.Equal($"{path} is not there. Expected an image file; check the path, capitals included.", fault.Message);
    }

    [Fact]
    public void A_name_that_is_not_UTF_8_is_refused_as_such()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux lets a file have a name that is not UTF-8.");
        Shell("printf x > \"$(printf '%s/scan-\\377.png' \"$0\")\"");
        var path = Directory.GetFiles(folder.FullName).Single();

        var fault = Assert.Throws<DataFormatException>(() => Image.Load(path));
        Shell("rm \"$0\"/*"); // .NET can list such a file, and not delete it

        Assert.Equal($"{path} cannot be opened: its name holds bytes that are not UTF-8 (shown as \uFFFD). Rename the file, then run again.",
            fault.Message);
    }

    void Shell(string script)
    {
        using var shell = Process.Start("/bin/sh", ["-c", script, folder.FullName]);
        shell.WaitForExit();
    }

    void AssertRefused(byte[] file, string message)
    {
        var path = Path.Combine(folder.FullName, "scan.jpg");
        File.WriteAllBytes(path, file);
        var fault = Assert.Throws<DataFormatException>(() => Image.Load(path));
        Assert.Equal(path + message, fault.Message);
    }

    /// <summary>A sound 8-bit grey PNG of 13 x 9 pixels whose header claims another size, with the right checksum.</summary>
    static byte[] PngOfSize(uint width, uint height)
    {
        var file = Golden.File("grey-8.png");
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(20), height);
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
        return file;
    }

    static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
        }
        return ~crc;
    }
}
