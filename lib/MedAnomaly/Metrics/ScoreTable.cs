using System.Globalization;
using MedAnomaly.Files;

namespace MedAnomaly.Metrics;

/// <summary>Scores with labels as any program can write them: a CSV file with the columns label and score, and perhaps group.</summary>
/// <param name="Scores">Finite scores; higher is more abnormal.</param>
/// <param name="Labels">False normal (0 in the file), true abnormal (1).</param>
/// <param name="Groups">The patient or volume of each score; null where the file has no such column.</param>
public sealed record ScoreTable(double[] Scores, bool[] Labels, string[]? Groups)
{
    const string LabelColumn = "label", ScoreColumn = "score", GroupColumn = "group";

    /// <summary>
    /// Reads a table: a header, in any case and order, other columns being passed over; commas between fields; a decimal point whatever
    /// the culture; UTF-8 with or without a byte order mark, LF or CRLF.
    /// </summary>
    /// <exception cref="DataFormatException">The header or a row is not so; the message has the line and the column.</exception>
    /// <exception cref="DatasetException">The file does not exist or cannot be opened.</exception>
    public static ScoreTable Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var text = new StreamReader(path);
            return Read(text, path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {fault.Message}", fault);
        }
    }

    static ScoreTable Read(StreamReader text, string path)
    {
        var reader = new CsvReader(text, path);
        List<string> fields = [];
        if (!reader.Read(fields)) throw new DataFormatException($"{path} is empty. Expected a header with the columns {LabelColumn} and {ScoreColumn}, then a row a sample.");
        string[] header = [.. fields.Select(field => field.Trim())];
        int label = Column(header, LabelColumn, path), score = Column(header, ScoreColumn, path);
        var group = Find(header, GroupColumn, path);

        List<double> scores = [];
        List<bool> labels = [];
        List<string> groups = [];
        while (reader.Read(fields))
        {
            if (fields.Count != header.Length)
            {
                throw new DataFormatException($"{path}, line {reader.Line}: {fields.Count} fields, but the header has {header.Length}. "
                    + "A decimal comma makes two fields of one number: write a point.");
            }
            labels.Add(Label(fields[label], Place(label)));
            scores.Add(Score(fields[score], Place(score)));
            if (group is { } column) groups.Add(fields[column].Trim() is { Length: > 0 } name ? name : throw new DataFormatException($"{Place(column)}: the group is empty. Expected the patient or volume of the sample."));
        }
        return scores.Count > 0 ? new([.. scores], [.. labels], group is null ? null : [.. groups])
            : throw new DataFormatException($"{path} has a header and no row. Expected a row a sample.");

        string Place(int column) => $"{path}, line {reader.Line}, column {column + 1} ({header[column]})";
    }

    static int Column(string[] header, string name, string path) => Find(header, name, path) ?? throw new DataFormatException(
        $"{path}, line 1: there is no column '{name}'; the header reads '{string.Join(",", header)}'. Expected {LabelColumn},{ScoreColumn} and perhaps "
        + $"{GroupColumn}, with commas between.{Spelling.Hint(name, header)}");

    static int? Find(string[] header, string name, string path)
    {
        int[] found = [.. Enumerable.Range(0, header.Length).Where(i => header[i].Equals(name, StringComparison.OrdinalIgnoreCase))];
        return found.Length < 2 ? found.Length == 0 ? null : found[0]
            : throw new DataFormatException($"{path}, line 1: the columns {found[0] + 1} and {found[1] + 1} are both called '{name}'.");
    }

    static bool Label(string text, string place) => text.AsSpan().Trim() switch
    {
        "0" => false,
        "1" => true,
        _ => throw new DataFormatException($"{place}: the label is '{text}'. Expected 0 (normal) or 1 (abnormal)."),
    };

    static double Score(string text, string place)
    {
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var score))
            throw new DataFormatException($"{place}: '{text}' is no number. Expected one with a decimal point, such as 0.25.");
        return double.IsFinite(score) ? score : throw new DataFormatException($"{place}: the score is {text.Trim()}; a ranking needs finite numbers. Find out what made it.");
    }
}
