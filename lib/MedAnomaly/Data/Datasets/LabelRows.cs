using System.Text;

namespace MedAnomaly.Data;

/// <summary>A manifest's table of labels, read: which row belongs to which file.</summary>
sealed class LabelRows
{
    readonly Dictionary<string, (Label Label, string? Group, string Class)> rows = new(StringComparer.Ordinal);
    readonly LabelTable table;
    readonly string firstFile;

    /// <exception cref="DataFormatException">A table lacks a column or a field, or names a file twice.</exception>
    internal LabelRows(LabelTable table, IReadOnlyList<string> files)
    {
        this.table = table;
        firstFile = files[0];
        foreach (var file in files) Read(file);
        if (Passed + rows.Count == 0) throw new DataFormatException($"{firstFile} has no row.");
    }

    /// <summary>How many rows the manifest leaves out.</summary>
    internal int Passed { get; private set; }

    /// <summary>The row of the file with the given name; null where the manifest leaves its row out.</summary>
    /// <exception cref="DataFormatException">No row was left out, and none is the file's.</exception>
    internal (Label Label, string? Group, string Class)? this[string fileName]
    {
        get
        {
            var stem = SampleFiles.WithoutEnding(fileName);
            foreach (var key in new[] { fileName, stem, Number(stem) })
                if (key is not null && rows.TryGetValue(key, out var row))
                    return row;
            if (Passed > 0) return null;
            throw new DataFormatException(
                $"{firstFile} has no row for '{fileName}' in its column '{table.Key}'. Complete the table or remove the file.");
        }
    }

    void Read(string file)
    {
        var lines = File.ReadLines(file).Select((text, i) => (Fields: Split(text.TrimStart('\uFEFF')), Number: i + 1))
            .Where(line => line.Fields is not [""]).ToList();
        var columns = table.Columns;
        if (columns.Count == 0)
        {
            if (lines.Count == 0) throw new DataFormatException($"{file} is empty; expected a line with the columns' names.");
            columns = lines[0].Fields;
            lines.RemoveAt(0);
        }
        int Column(string name) => columns.ToList().IndexOf(name) is var i and >= 0
            ? i
            : throw new DataFormatException($"{file} has no column '{name}'; it has "
                + $"{string.Join(", ", columns.Select(column => $"'{column}'"))}.");
        var (key, label, group) = (Column(table.Key), Column(table.Label), table.Group is null ? -1 : Column(table.Group));
        var conditions = table.Where.Select(condition => (Column: Column(condition.Key), condition.Value)).ToList();
        var needed = Math.Max(key, Math.Max(label, group));
        foreach (var (fields, number) in lines)
        {
            if (fields.Length <= needed || conditions.Any(condition => fields.Length <= condition.Column))
                throw new DataFormatException($"{file}, line {number}: expected {columns.Count} fields, got {fields.Length}.");
            if (conditions.Any(condition => fields[condition.Column] != condition.Value))
            {
                Passed++;
                continue;
            }
            var row = (fields[label] == table.Normal ? Label.Normal : Label.Abnormal, group < 0 ? null : fields[group], fields[label]);
            if (!rows.TryAdd(fields[key], row)) throw new DataFormatException($"{file}, line {number}: '{fields[key]}' is there twice.");
        }
    }

    /// <summary>The fields of a line, without the white space around them; one in quotation marks may hold the separator.</summary>
    string[] Split(string line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        foreach (var c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == table.Separator && !quoted) Take();
            else field.Append(c);
        }
        Take();
        return [.. fields];

        void Take()
        {
            fields.Add(field.ToString().Trim());
            field.Clear();
        }
    }

    /// <summary>The number that a name of digits is, without zeros before it; null for other names.</summary>
    static string? Number(string stem)
    {
        if (stem.Length == 0 || !stem.All(char.IsAsciiDigit)) return null;
        var digits = stem.TrimStart('0');
        return digits.Length > 0 ? digits : "0";
    }
}
