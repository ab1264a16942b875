using System.Text;
using System.Text.Json;
using MedAnomaly.Volumes;

namespace MedAnomaly.Tests.Volumes;

public sealed class NumpyFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("medanomaly-npy-").FullName;

    public static TheoryData<string> Cases { get; } =
        [.. Repository.Golden("numpy/files.json").GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("name").GetString()!)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static JsonElement Golden(string name) =>
        Repository.Golden("numpy/files.json").GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("name").GetString() == name);

    static byte[] Bytes(string name) => Golden(name).GetProperty("file").GetBytesFromBase64();

    string Write(byte[] bytes)
    {
        var path = Path.Combine(folder, "a.npy");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static byte[] With(string header, int values) =>
        [0x93, .. "NUMPY"u8, 1, 0, .. BitConverter.GetBytes((ushort)header.Length), .. Encoding.ASCII.GetBytes(header), .. new byte[values]];

    string Fault(byte[] bytes) => Assert.Throws<DataFormatException>(() => NumpyFile.Load(Write(bytes))).Message.Replace(folder, "", StringComparison.Ordinal);

    [Theory, MemberData(nameof(Cases))]
    public void What_NumPy_saves_is_read(string name)
    {
        var array = NumpyFile.Load(Write(Bytes(name)));

        Assert.Equal(Golden(name).GetProperty("shape").EnumerateArray().Select(size => size.GetInt32()), array.Shape);
        Assert.Equal(Golden(name).GetProperty("values").EnumerateArray().Select(value => value.GetDouble()),
            array.Values.Cast<object>().Select(value => Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Every_shorter_file_is_refused_and_none_is_read_in_part()
    {
        var whole = Bytes("float32");
        for (var length = 0; length < whole.Length; length++) Assert.NotEmpty(Fault(whole[..length]));
        Assert.Equal("/a.npy: an array of 2 x 3 x 4 values of 4 bytes ends at byte 224, but the file has 223 bytes. It is cut short: write it again.", Fault(whole[..^1]));
        Assert.Equal("/a.npy: an array of 2 x 3 x 4 values of 4 bytes ends at byte 224, but the file has 225 bytes. "
            + "It is damaged or followed by something else: write it again.", Fault([.. whole, 0]));
        Assert.Equal("/a.npy is cut short: its header does not end within its 100 bytes. Write it again.", Fault(whole[..100]));
    }

    [Fact]
    public void Sizes_that_the_file_cannot_hold_take_no_memory()
    {
        Assert.StartsWith("/a.npy: an array of 2147483647 x 2147483647 x 2147483647 x 2147483647 x 2147483647 values of 8 bytes ends at byte",
            Fault(With("{'descr': '<f8', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647, 2147483647, 2147483647), }", 16)), StringComparison.Ordinal);
        Assert.Equal("/a.npy: the header's shape is (99999999999,); every size must lie in 1 to 2147483647.",
            Fault(With("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }", 16)));
        Assert.Contains("every size must lie in 1 to", Fault(With("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 4), }", 0)), StringComparison.Ordinal);
        Assert.Equal("/a.npy: the header claims 4294967295 bytes; one of an array has less than 65536.",
            Fault([0x93, .. "NUMPY"u8, 2, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    }

    [Fact]
    public void Other_files_and_types_are_named_and_a_pickle_is_never_run()
    {
        Assert.Equal("/a.npy is no .npy file: it starts with 89504e470d0a1a0a, not with 934e554d5059. Save it with numpy.save.",
            Fault([0x89, .. "PNG\r\n"u8, 0x1a, 0x0a, 0]));
        Assert.Equal("/a.npy is a .npy file of version 9.0; versions 1 to 3 are read.", Fault([0x93, .. "NUMPY"u8, 9, 0, 0, 0]));
        Assert.Equal("/a.npy holds values of type '<i8'. Expected f4 (float32), f8 (float64), u1 (uint8) or b1 (bool): save array.astype('float32').",
            Fault(With("{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }", 16)));
        Assert.StartsWith("/a.npy: the header has no readable 'descr' (a structured or pickled array?): {'descr': '|O'",
            Fault(With("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", 16)), StringComparison.Ordinal);
        Assert.StartsWith($"{folder}/none.npy cannot be read:",
            Assert.Throws<DatasetException>(() => NumpyFile.Load(Path.Combine(folder, "none.npy"))).Message, StringComparison.Ordinal);
    }
}
