using System.Text.RegularExpressions;
using MedAnomaly.Volumes;
using static MedAnomaly.Tests.Volumes.SmallNifti;

namespace MedAnomaly.Tests.Volumes;

/// <summary>Files that are damaged, cut, hostile or odd. The messages are part of what is promised.</summary>
public sealed class NiftiFaultTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    string Put(byte[] bytes, string name = "f.nii")
    {
        var path = Path.Combine(folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The message of the fault, with the folder left out.</summary>
    string Fault(byte[] bytes, string name = "f.nii")
    {
        var path = Put(bytes, name);
        return Assert.Throws<DataFormatException>(() => Nifti.Load(path)).Message.Replace(folder.FullName + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }

    /// <summary>The file loads, with its 24 voxels, and these are the warnings.</summary>
    IReadOnlyList<string> Warnings(byte[] bytes, string name = "f.nii")
    {
        var volume = Nifti.Load(Put(bytes, name));
        Assert.Equal(Enumerable.Range(0, 24).Select(value => (float)value), volume.Voxels);
        return volume.Warnings;
    }

    [Fact]
    public void The_small_file_is_sound() => Assert.Empty(Nifti.ReadHeader(Put(Bytes())).Findings);

    [Fact]
    public void A_compressed_file_that_was_cut_is_refused_with_both_lengths()
    {
        var gzip = Gzip(Bytes());
        Assert.Matches(@"^f\.nii\.gz is cut short: its header describes 400 bytes \(4 x 3 x 2 voxels of Int16 from byte 352 on\), decompression gave \d+\. Get the file again\. "
            + @"\(.*f\.nii\.gz is cut short: the compressed data stops at byte \d+ without its end mark, after \d+ decompressed bytes\. Get the file again\.\)$",
            Fault(gzip[..^20], "f.nii.gz"));
        Assert.StartsWith("f.nii.gz is cut short: the compressed data stops at byte ", Fault(gzip[..(gzip.Length / 2)], "f.nii.gz"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compressed_file_without_its_trailer_is_refused() =>
        Assert.Contains("the trailer (CRC-32 and length) has 0 of 8 bytes, after 400 decompressed bytes.", Fault(Gzip(Bytes())[..^8], "f.nii.gz"), StringComparison.Ordinal);

    [Fact]
    public void A_compressed_file_of_no_or_five_bytes_is_refused()
    {
        Assert.Equal("f.nii.gz is empty (0 bytes), not a gzip file. Get the file again.", Fault([], "f.nii.gz"));
        Assert.Equal("f.nii.gz is cut short: the gzip header has 5 of at least 10 bytes, after 0 decompressed bytes. Get the file again.", Fault(Gzip(Bytes())[..5], "f.nii.gz"));
        Assert.Equal("f.nii has 0 bytes; a NIfTI header has 348 or 540. Get the file again.", Fault([]));
        Assert.Equal("f.nii ends inside its header: it has 200 of 348 bytes. Get the file again.", Fault(Bytes()[..200]));
    }

    [Fact]
    public void A_wrong_checksum_is_refused_by_name()
    {
        var gzip = Gzip(Bytes());
        gzip[^8] ^= 1;
        Assert.Matches(@"^f\.nii\.gz: the CRC-32 of the 400 decompressed bytes is [0-9a-f]{8}, the trailer says [0-9a-f]{8}\.", Fault(gzip, "f.nii.gz"));
    }

    [Fact]
    public void What_follows_the_compressed_data_is_a_warning_and_a_second_member_is_read()
    {
        Assert.Equal(["7 bytes that are no gzip follow the compressed data; they are not read."], Warnings([.. Gzip(Bytes()), .. new byte[7]], "f.nii.gz"));
        Assert.Empty(Warnings([.. Gzip(Bytes()[..370]), .. Gzip(Bytes()[370..])], "f.nii.gz"));
        Assert.Equal(["3 decompressed bytes follow the 400 that the header describes; they are not read."], Warnings(Gzip([.. Bytes(), 1, 2, 3]), "f.nii.gz"));
    }

    [Fact]
    public void Compressed_contents_count_not_the_name() => Assert.Empty(Warnings(Gzip(Bytes()), "f.nii"));

    [Fact]
    public void A_compressed_file_whose_contents_end_too_early_is_refused() => Assert.Equal(
        "f.nii.gz is cut short: its header describes 400 bytes (4 x 3 x 2 voxels of Int16 from byte 352 on), decompression gave 399. Get the file again.", Fault(Gzip(Bytes()[..^1]), "f.nii.gz"));

    [Fact]
    public void A_plain_file_one_byte_short_is_refused() => Assert.Equal(
        "f.nii is no readable NIfTI file: dim (byte 40): 4 x 3 x 2 voxels of Int16 from byte 352 on need 400 bytes, f.nii has 399: 1 are missing. Get the file again.", Fault(Bytes()[..^1]));

    [Fact]
    public void What_is_no_NIfTI_file_is_quoted()
    {
        Assert.Equal("f.nii is no NIfTI file: sizeof_hdr (byte 0) is 349, expected 348 or 540 in either byte order. The file starts with the bytes 5d010000000000000000000000000000.",
            Fault(Bytes(bytes => Int32(bytes, 0, 349))));
        Assert.EndsWith("The file starts with the text '<!DOCTYPE html>'.", Fault("<!DOCTYPE html>"u8.ToArray()), StringComparison.Ordinal);
        Assert.Equal("f.nii is no readable NIfTI file: magic (byte 344): is '', expected 'n+1' or 'ni1'. (ANALYZE 7.5 files, which have none, are not read: they do not say which side is left.)",
            Fault(Bytes(bytes => bytes.AsSpan(344, 4).Clear())));
    }

    [Fact]
    public void A_header_without_its_image_names_the_missing_file()
    {
        var header = Bytes(bytes => bytes[345] = (byte)'i')[..348];
        SmallNifti.Single(header, 108, 0);
        Assert.Equal("f.hdr is no readable NIfTI file: magic (byte 344): the voxels lie in a second file, f.img (or .img.gz), which does not exist. Put it beside the header.", Fault(header, "f.hdr"));
        Put(Bytes()[352..], "f.img");
        Assert.Empty(Warnings(header, "f.hdr"));
        Put(Gzip(Bytes()[352..]), "f.img.gz");
        File.Delete(Path.Combine(folder.FullName, "f.img"));
        Assert.Empty(Warnings(header, "f.hdr"));
    }

    [Fact]
    public void An_image_without_its_header_or_no_file_at_all_is_named()
    {
        var path = Put(new byte[48], "f.img");
        Assert.Equal($"{Path.ChangeExtension(path, ".hdr")} does not exist. Check the path.", Assert.Throws<DatasetException>(() => Nifti.Load(path)).Message);
        Assert.StartsWith($"{folder.FullName} cannot be read:", Assert.Throws<DatasetException>(() => Nifti.Load(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(-3)]
    public void An_impossible_number_of_dimensions_is_refused(short rank) => Assert.Equal(
        $"f.nii is no readable NIfTI file: dim[0] (byte 40): is {rank}: a file has 1 to 7 dimensions.", Fault(Bytes(bytes => Int16(bytes, 40, rank))));

    [Theory]
    [InlineData(-3)]
    [InlineData(0)]
    public void A_size_below_one_is_refused(short size) => Assert.Equal(
        $"f.nii is no readable NIfTI file: dim[2] (byte 44): is {size}: a size is at least 1.", Fault(Bytes(bytes => Int16(bytes, 44, size))));

    [Fact]
    public void FreeSurfers_long_vector_is_read_and_a_false_one_refused()
    {
        void Vector(byte[] bytes)
        {
            Int16(bytes, 42, -1);
            Int16(bytes, 44, 1);
            Int16(bytes, 46, 1);
            Int32(bytes, 144, 24);
        }
        var path = Put(Bytes(Vector));
        Assert.Equal((24, 1, 1), Nifti.Load(path).Size);
        Assert.Equal("note: dim[1] (byte 42): is -1, as FreeSurfer writes it for a long vector; its length, 24, is taken from glmin.", Nifti.ReadHeader(path).Findings.Single().ToString());
        Assert.Equal("f.nii is no readable NIfTI file: dim[1] (byte 42): is -5: a size is at least 1.", Fault(Bytes(bytes =>
        {
            Vector(bytes);
            Int32(bytes, 144, -5);
        })));
        Assert.Equal("f.nii is no readable NIfTI file: dim[1] (byte 42): is -1: a size is at least 1.", Fault(Bytes(bytes => Int16(bytes, 42, -1))));
    }

    /// <summary>Far more claimed than there is: refused before memory is taken for it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_claim_of_gigabytes_in_a_small_file_takes_no_memory(bool compressed)
    {
        var bytes = Bytes(header =>
        {
            Int16(header, 42, 2000);
            Int16(header, 44, 1000);
            Int16(header, 46, 1000);
        });
        var path = Put(compressed ? Gzip(bytes) : bytes);
        // Once beforehand, so that nothing is counted that only the first call takes.
        Assert.Throws<DataFormatException>(() => Nifti.Load(path));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<DataFormatException>(() => Nifti.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Matches("2000 x 1000 x 1000 voxels of Int16 from byte 352 on need 4000000352 bytes, .* has "
            + (compressed ? @"\d+ compressed ones, which cannot hold more than \d+\." : @"400: 3999999952 are missing\. Get the file again\."), fault.Message);
    }

    [Fact]
    public void A_compressed_claim_within_the_bound_takes_memory_only_as_data_comes()
    {
        // 3 MB of noise could hold 3 GB of zeros; it holds 3 MB.
        var bytes = new byte[3 << 20];
        new Random(1).NextBytes(bytes);
        Bytes(header =>
        {
            Int16(header, 42, 1000);
            Int16(header, 44, 1000);
            Int16(header, 46, 500);
        }).AsSpan(0, 352).CopyTo(bytes);
        var path = Put(Gzip(bytes), "f.nii.gz");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var fault = Assert.Throws<DataFormatException>(() => Nifti.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
        Assert.EndsWith("is cut short: its header describes 1000000352 bytes (1000 x 1000 x 500 voxels of Int16 from byte 352 on), decompression gave 3145728. Get the file again.",
            fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_product_beyond_64_bits_is_refused_and_does_not_wrap()
    {
        var second = Bytes2(dimensions: [4, 1L << 40, 1L << 40, 1L << 40, 1L << 40]);
        Assert.Equal("f.nii is no readable NIfTI file: dim (byte 16): 1099511627776 x 1099511627776 x 1099511627776 x 1099511627776 voxels take more than 2^63 bytes.", Fault(second));
        // Wraps to 24 in 32 bits.
        Assert.Contains("a volume of 4294967320 x 1 x 1 has 4294967320 voxels; at most 2147483591 are read into memory.", Fault(Bytes2(dimensions: [4, (1L << 32) + 24, 1, 1, 1])), StringComparison.Ordinal);
        // Wraps to a plausible positive number in 32 bits.
        Assert.Contains("32767 x 32767 x 32767 has 35181150961663 voxels", Fault(Bytes(bytes =>
        {
            for (var at = 42; at <= 46; at += 2) Int16(bytes, at, 32767);
        })), StringComparison.Ordinal);
    }

    [Fact]
    public void More_voxels_than_an_array_holds_are_refused_by_number() => Assert.Equal(
        "f.nii is no readable NIfTI file: dim (byte 16): a volume of 2048 x 2048 x 512 has 2147483648 voxels; at most 2147483591 are read into memory. Cut it into smaller volumes.",
        Fault(Bytes2(dimensions: [3, 2048, 2048, 512, 1])));

    [Fact]
    public void Trailing_ones_vanish_and_a_fifth_dimension_is_refused()
    {
        var path = Put(Bytes(bytes => Int16(bytes, 40, 7)));
        Assert.Equal((4, 3, 2), Nifti.Load(path).Size);
        Assert.Equal("f.nii is no readable NIfTI file: dim[0] (byte 40): the file is 4 x 3 x 1 x 1 x 2, of 5 dimensions: only volumes (3) and series of volumes (4) are read.", Fault(Bytes(bytes =>
        {
            Int16(bytes, 40, 5);
            Int16(bytes, 46, 1);
            Int16(bytes, 50, 2);
        })));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(1e30f, "1.0000000150474662E+30")]
    [InlineData(-352f, "-352")]
    [InlineData(351f, "351")]
    [InlineData(0f, "0")]
    [InlineData(352.5f, "352.5")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void An_impossible_offset_of_the_voxels_is_refused(float offset, string shown) => Assert.Equal(
        $"f.nii is no readable NIfTI file: vox_offset (byte 108): is {shown}: the voxels start at a whole number of bytes, at least 352.", Fault(Bytes(bytes => SmallNifti.Single(bytes, 108, offset))));

    [Theory]
    [InlineData(32, 64, "voxels of type Complex64 (32) are not read")]
    [InlineData(128, 24, "voxels of type Rgb24 (128) are not read")]
    [InlineData(1536, 128, "voxels of type Float128 (1536) are not read")]
    [InlineData(1, 1, "voxels of type Binary (1) are not read")]
    [InlineData(77, 16, "77 is no known type")]
    public void Types_that_are_not_read_are_refused_by_name(short type, short bits, string message) => Assert.Equal(
        $"f.nii is no readable NIfTI file: datatype (byte 70): {message}: expected an integer or real type of 8 to 64 bits.", Fault(Bytes(bytes =>
        {
            Int16(bytes, 70, type);
            Int16(bytes, 72, bits);
        })));

    [Fact]
    public void Datatype_and_bitpix_that_disagree_are_refused() => Assert.Equal(
        "f.nii is no readable NIfTI file: bitpix (byte 72): is 8, but voxels of type Int16 have 16 bits.", Fault(Bytes(bytes => Int16(bytes, 72, 8))));

    [Fact]
    public void Infinite_scaling_is_refused_and_no_scaling_is_none()
    {
        Assert.Equal("f.nii is no readable NIfTI file: scl_slope (byte 112): is infinite: voxels cannot be scaled by it.", Fault(Bytes(bytes => SmallNifti.Single(bytes, 112, float.NegativeInfinity))));
        Assert.Equal("f.nii is no readable NIfTI file: scl_inter (byte 116): is NaN, beside a slope of 1: voxels cannot be shifted by it.", Fault(Bytes(bytes => SmallNifti.Single(bytes, 116, float.NaN))));
        foreach (var unset in new[] { 0, float.NaN })
        {
            Assert.Empty(Warnings(Bytes(bytes =>
            {
                SmallNifti.Single(bytes, 112, unset);
                SmallNifti.Single(bytes, 116, float.PositiveInfinity);
            })));
        }
    }

    [Fact]
    public void The_sform_goes_before_the_qform_and_a_difference_is_told()
    {
        var path = Put(Bytes(bytes => SmallNifti.Single(bytes, 280 + 12, 30)));
        var report = Nifti.ReadHeader(path);
        Assert.Equal((AffineSource.Sform, 30.0), (report.Header.AffineSource, report.Header.Affine[0, 3]));
        Assert.Equal(["warning: sform_code (byte 254): sform and qform place voxels up to 30.0 mm apart. The sform is used."], Nifti.Load(path).Warnings);
    }

    [Fact]
    public void The_qform_is_used_where_there_is_no_sform()
    {
        var report = Nifti.ReadHeader(Put(Bytes(bytes =>
        {
            Int16(bytes, 254, 0);
            SmallNifti.Single(bytes, 268, -7);
        })));
        Assert.Equal((AffineSource.Qform, -7.0), (report.Header.AffineSource, report.Header.Affine[0, 3]));
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void Without_either_form_the_side_is_unknown_and_that_is_told()
    {
        var volume = Nifti.Load(Put(Bytes(bytes => bytes.AsSpan(252, 4).Clear())));
        Assert.Equal(["warning: sform_code (byte 254): neither sform nor qform can be used: which side is left is not known. Assumed, as nibabel does: "
            + "x to the left, y to the front, z to the top, the origin in the middle."], volume.Warnings);
        Assert.Equal(new Affine(-2, 0, 0, 3, 0, 2, 0, -2, 0, 0, 2, -1), volume.Affine);
    }

    [Fact]
    public void A_sform_that_is_singular_or_NaN_is_passed_over_with_a_warning()
    {
        var singular = Nifti.Load(Put(Bytes(bytes => SmallNifti.Single(bytes, 280, 0))));
        Assert.Equal(["warning: srow_x (byte 280): the sform [0 0 0 0; 0 2 0 0; 0 0 2 0] is singular and is not used."], singular.Warnings);
        var nan = Nifti.Load(Put(Bytes(bytes => SmallNifti.Single(bytes, 296, float.NaN))));
        Assert.Equal(["warning: srow_x (byte 280): the sform holds NaN or infinity and is not used."], nan.Warnings);
        Assert.Equal(singular.Affine, nan.Affine);
        Assert.Equal((2, 2, 2), nan.Spacing);
    }

    [Fact]
    public void Forms_of_different_handedness_are_a_warning() => Assert.Equal(
        ["warning: sform_code (byte 254): sform and qform differ in handedness: by one of them left and right are swapped. The sform is used."],
        Warnings(Bytes(bytes => SmallNifti.Single(bytes, 280, -2))));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void A_wrong_qfac_counts_as_one(float factor)
    {
        Assert.Equal([$"warning: pixdim[0] (byte 76): (qfac) is {factor}: it is 1 or -1; 1 is assumed."], Warnings(Bytes(bytes => SmallNifti.Single(bytes, 76, factor))));
        Assert.Equal("RAS", Nifti.Load(Path.Combine(folder.FullName, "f.nii")).Orientation.Codes);
    }

    [Fact]
    public void A_quaternion_longer_than_one_is_passed_over_with_a_warning() => Assert.Equal(
        ["warning: quatern_b (byte 256): (1, 1, 0) with the offset (0, 0, 0) is part of no unit quaternion; the qform is not used."], Warnings(Bytes(bytes =>
        {
            SmallNifti.Single(bytes, 256, 1);
            SmallNifti.Single(bytes, 260, 1);
        })));

    [Fact]
    public void Odd_codes_sizes_and_units_are_warnings() => Assert.Equal(
        ["warning: xyzt_units (byte 123): says micrometres; the numbers are taken for millimetres, as other readers do.",
        "warning: pixdim[2] (byte 84): is -2: a voxel size is above 0; 2 is assumed.",
        "warning: qform_code (byte 252): is 77: the codes are 0 to 5; taken as 0 (not set)."], Warnings(Bytes(bytes =>
        {
            bytes[123] = 3;
            SmallNifti.Single(bytes, 84, -2);
            Int16(bytes, 252, 77);
        })));

    [Fact]
    public void Voxels_that_are_no_numbers_are_kept_and_counted()
    {
        var bytes = Bytes(header =>
        {
            Int16(header, 70, 16);
            Int16(header, 72, 32);
            Int16(header, 42, 2);
            SmallNifti.Single(header, 352, float.NaN);
            SmallNifti.Single(header, 356, float.NegativeInfinity);
        });
        var volume = Nifti.Load(Put(bytes));
        Assert.Equal(["2 of 12 voxels are NaN or infinite; they are kept as they are (RequireFinite refuses them, ReplaceNonFinite replaces them)."], volume.Warnings);
        Assert.True(float.IsNaN(volume[0, 0, 0]));
        Assert.Contains("f.nii: 2 of 12 voxels are NaN or infinite, the first (NaN) at (0, 0, 0).", Assert.Throws<DataFormatException>(volume.RequireFinite).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_that_a_float_rounds_are_counted()
    {
        var bytes = Bytes(header =>
        {
            Int16(header, 70, 8);
            Int16(header, 72, 32);
            Int16(header, 42, 2);
            Int32(header, 352, 16_777_217);
            Int32(header, 356, 16_777_216);
        });
        Assert.Contains("of 12 voxels are integers of type Int32 that a float holds only rounded.", Assert.Single(Nifti.Load(Put(bytes)).Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "has the size 0, with 16 bytes left")]
    [InlineData(-16, "has the size -16, with 16 bytes left")]
    [InlineData(1 << 30, "has the size 1073741824, with 16 bytes left")]
    public void A_false_extension_ends_the_extensions_not_the_program(int size, string message)
    {
        var sound = Bytes(bytes =>
        {
            SmallNifti.Single(bytes, 108, 368);
            bytes[348] = 1;
        });
        var extension = new byte[16];
        Int32(extension, 0, size);
        byte[] file = [.. sound[..352], .. extension, .. sound[352..]];
        Assert.Contains($"the extension at byte 352 {message} before the voxels; it and what follows it are left out.", Assert.Single(Warnings(file)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_version_that_went_through_a_text_transfer_is_told() => Assert.Equal(
        "f.nii is no readable NIfTI file: magic (byte 4): the line ends in it were changed: the file was transferred as text. Transfer it again as binary.",
        Fault(Bytes2([3, 4, 3, 2, 1], bytes => bytes[8] = (byte)'\n')));

    [Fact]
    public void All_errors_of_a_header_are_told_at_once()
    {
        var report = Nifti.ReadHeader(Put(Bytes(bytes =>
        {
            Int16(bytes, 44, -1);
            Int16(bytes, 72, 9);
        })));
        Assert.False(report.IsReadable);
        Assert.Equal(2, Regex.Count(Assert.Throws<DataFormatException>(report.RequireReadable).Message, @"\(byte \d+\)"));
        Assert.Contains("\n  error: dim[2] (byte 44): is -1: a size is at least 1.", report.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A NIfTI-2 header with a body for 4 x 3 x 2 voxels of UInt8.</summary>
    static byte[] Bytes2(long[] dimensions, Action<byte[]>? damage = null)
    {
        var bytes = new byte[544 + 24];
        Int32(bytes, 0, 540);
        "n+2\0\r\n\x1a\n"u8.CopyTo(bytes.AsSpan(4));
        Int16(bytes, 12, 2);
        Int16(bytes, 14, 8);
        for (var i = 0; i < dimensions.Length; i++) Int64(bytes, 16 + 8 * i, dimensions[i]);
        Int64(bytes, 168, 544);
        damage?.Invoke(bytes);
        return bytes;
    }
}
