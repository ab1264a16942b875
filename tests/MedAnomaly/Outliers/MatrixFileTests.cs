using MedAnomaly.Outliers;

namespace MedAnomaly.Tests.Outliers;

public sealed class MatrixFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("medanomaly-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Written(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    [Theory]
    [InlineData("1,2.5\n-3e-2,4\n")]
    [InlineData("height,width\n1,2.5\r\n-3e-2,4")]
    public void CSV_is_read_with_and_without_a_header(string text)
    {
        Assert.Equal(new double[,] { { 1, 2.5 }, { -0.03, 4 } }, MatrixFile.Load(Written("rows.csv", text)));
    }

    [Theory]
    [InlineData("1,2\n3\n", ", line 2: 1 fields, but those before have 2. A decimal comma makes two fields of one number: write a point.")]
    [InlineData("1,2\n3,x\n", ", line 2, column 2: 'x' is no finite number. Expected one with a decimal point, such as 0.25: leave the row out or find out what made it.")]
    [InlineData("a,b\n3,nan\n", ", line 2, column 2: 'nan' is no finite number. Expected one with a decimal point, such as 0.25: leave the row out or find out what made it.")]
    [InlineData("1,x\n", ", line 1, column 2: 'x' is no finite number. Expected one with a decimal point, such as 0.25: leave the row out or find out what made it.")]
    [InlineData("a,b\n", " has no row of numbers. Expected a row a sample, a column a feature.")]
    [InlineData("", " has no row of numbers. Expected a row a sample, a column a feature.")]
    public void What_is_no_matrix_is_refused_with_its_place(string text, string message)
    {
        var path = Written("rows.csv", text);

        Assert.Equal(path + message, Assert.Throws<DataFormatException>(() => MatrixFile.Load(path)).Message);
    }

    [Fact]
    public void NumPy_arrays_of_two_axes_are_read_and_others_refused()
    {
        var cases = Repository.Golden("numpy/files.json").GetProperty("cases").EnumerateArray().ToList();
        var path = Path.Combine(folder, "cube.npy");
        File.WriteAllBytes(path, cases.Single(item => item.GetProperty("name").GetString() == "float32").GetProperty("file").GetBytesFromBase64());

        Assert.Equal($"{path} holds an array of 2 x 3 x 4; expected a matrix of two axes, a row a sample: save array.reshape(len(array), -1).",
            Assert.Throws<DataFormatException>(() => MatrixFile.Load(path)).Message);
        foreach (var name in new[] { "matrix-float32", "matrix-float64", "matrix-uint8" })
        {
            var golden = cases.Single(item => item.GetProperty("name").GetString() == name);
            path = Path.Combine(folder, name + ".npy");
            File.WriteAllBytes(path, golden.GetProperty("file").GetBytesFromBase64());
            Assert.Equal(Table.Numbers(golden.GetProperty("values")), MatrixFile.Load(path).Cast<double>());
        }
    }

    [Fact]
    public void Other_endings_and_missing_files_are_refused()
    {
        Assert.Equal("rows.txt ends neither in .csv nor in .npy; expected a matrix in one of these formats, a row a sample.",
            Assert.Throws<UsageException>(() => MatrixFile.Load("rows.txt")).Message);
        Assert.StartsWith($"{folder}/none.csv cannot be read: ", Assert.Throws<DatasetException>(() => MatrixFile.Load($"{folder}/none.csv")).Message, StringComparison.Ordinal);
    }
}
