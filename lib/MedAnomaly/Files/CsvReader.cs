using System.Text;

namespace MedAnomaly.Files;

/// <summary>
/// Reads comma-separated values (RFC 4180) record by record: quoted fields may hold commas, doubled quotes and line ends; lines end with LF,
/// CRLF or CR; a byte order mark is passed over; blank lines are no records.
/// </summary>
/// <param name="reader">The text.</param>
/// <param name="name">What messages call the file.</param>
public sealed class CsvReader(TextReader reader, string name)
{
    // A field of a table is a word or a number: one that goes on and on began with a quote that is never closed.
    const int LongestField = 1 << 16;

    readonly StringBuilder field = new();
    int line = 1;

    /// <summary>The line, from 1, on which the last record began.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the next record into <paramref name="fields"/>; false at the end.</summary>
    /// <exception cref="DataFormatException">A quote is not closed, or stands where none may.</exception>
    public bool Read(List<string> fields)
    {
        fields.Clear();
        SkipBlankLines();
        if (reader.Peek() < 0) return false;
        Line = line;
        do
        {
            fields.Add(reader.Peek() == '"' ? Quoted(fields.Count + 1) : Plain(fields.Count + 1));
        }
        while (TakeComma());
        TakeLineEnd();
        return true;
    }

    string Plain(int column)
    {
        field.Clear();
        for (int next; (next = reader.Peek()) >= 0 && next is not (',' or '\n' or '\r');)
        {
            if (next == '"') throw Fault(column, "a quote stands inside a field that does not begin with one");
            Append((char)reader.Read(), column);
        }
        return field.ToString();
    }

    string Quoted(int column)
    {
        field.Clear();
        reader.Read();
        while (true)
        {
            var next = reader.Read();
            if (next < 0) throw Fault(column, "the quote that opens the field is never closed");
            if (next == '\n') line++;
            if (next == '"')
            {
                if (reader.Peek() != '"') break;
                reader.Read();
            }
            Append((char)next, column);
        }
        return reader.Peek() is < 0 or ',' or '\n' or '\r' ? field.ToString() : throw Fault(column, "something follows the quote that closes the field");
    }

    void Append(char character, int column)
    {
        if (field.Length == LongestField) throw Fault(column, $"the field is longer than {LongestField} characters; is a quote not closed?");
        field.Append(character);
    }

    bool TakeComma()
    {
        if (reader.Peek() != ',') return false;
        reader.Read();
        return true;
    }

    void SkipBlankLines()
    {
        while (reader.Peek() is '\n' or '\r') TakeLineEnd();
    }

    void TakeLineEnd()
    {
        var end = reader.Read();
        if (end < 0) return;
        if (end == '\r' && reader.Peek() == '\n') reader.Read();
        line++;
    }

    DataFormatException Fault(int column, string what) => new($"{name}, line {Line}, column {column}: {what}.");
}
