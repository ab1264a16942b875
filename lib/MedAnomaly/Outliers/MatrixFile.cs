using System.Globalization;
using MedAnomaly.Files;
using MedAnomaly.Volumes;
using static System.FormattableString;

namespace MedAnomaly.Outliers;

/// <summary>Reads a matrix [N, D], a row a sample, from a <c>.csv</c> or <c>.npy</c> file.</summary>
public static class MatrixFile
{
    /// <summary>
    /// Reads a file by its ending. CSV: numbers with a decimal point, commas between; a first line without any number is a header.
    /// NumPy: two axes, of the types that <see cref="NumpyFile"/> reads.
    /// </summary>
    /// <exception cref="DataFormatException">It is no such matrix; the message has the place.</exception>
    /// <exception cref="DatasetException">It does not exist or cannot be opened.</exception>
    /// <exception cref="UsageException">It has another ending.</exception>
    public static double[,] Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Path.GetExtension(path).ToUpperInvariant() switch
        {
            ".NPY" => LoadNumpy(path),
            ".CSV" => LoadCsv(path),
            _ => throw new UsageException($"{path} ends neither in .csv nor in .npy; expected a matrix in one of these formats, a row a sample."),
        };
    }

    static double[,] LoadNumpy(string path)
    {
        var (shape, values) = NumpyFile.Load(path);
        if (shape is not [var rows, var features])
        {
            throw new DataFormatException($"{path} holds an array of {NumpyFile.Text(shape)}; expected a matrix of two axes, a row a sample: "
                + "save array.reshape(len(array), -1).");
        }
        var matrix = new double[rows, features];
        for (int row = 0, place = 0; row < rows; row++)
        {
            for (var i = 0; i < features; i++, place++)
            {
                matrix[row, i] = values switch
                {
                    double[] doubles => doubles[place],
                    float[] singles => singles[place],
                    _ => ((byte[])values)[place],
                };
            }
        }
        return matrix;
    }

    static double[,] LoadCsv(string path)
    {
        try
        {
            using var text = new StreamReader(path);
            return Read(new CsvReader(text, path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    static double[,] Read(CsvReader reader, string path)
    {
        List<string> fields = [];
        List<double[]> rows = [];
        var first = true;
        while (reader.Read(fields))
        {
            var header = first && !fields.Exists(field => Parse(field) is not null);
            first = false;
            if (header) continue;
            DataFormatException Fault(string place, string what, string advice) =>
                new(Invariant($"{path}, line {reader.Line}{place}: {what}. {advice}"));
            if (rows.Count > 0 && fields.Count != rows[0].Length)
            {
                throw Fault("", Invariant($"{fields.Count} fields, but those before have {rows[0].Length}"),
                    "A decimal comma makes two fields of one number: write a point.");
            }
            rows.Add([.. fields.Select((field, i) => Parse(field) is { } value && double.IsFinite(value) ? value
                : throw Fault(Invariant($", column {i + 1}"), $"'{field.Trim()}' is no finite number",
                    "Expected one with a decimal point, such as 0.25: leave the row out or find out what made it."))]);
        }
        if (rows.Count == 0) throw new DataFormatException($"{path} has no row of numbers. Expected a row a sample, a column a feature.");
        var matrix = new double[rows.Count, rows[0].Length];
        for (var row = 0; row < rows.Count; row++)
        {
            for (var i = 0; i < rows[row].Length; i++) matrix[row, i] = rows[row][i];
        }
        return matrix;
    }

    static double? Parse(string field) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
