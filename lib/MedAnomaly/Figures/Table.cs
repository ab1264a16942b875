using System.Globalization;
using System.Net;
using System.Text;

namespace MedAnomaly.Figures;

/// <summary>A column of a <see cref="Table"/>.</summary>
/// <param name="Name">What stands above it.</param>
/// <param name="Numeric">Whether its cells are aligned to the right.</param>
public sealed record TableColumn(string Name, bool Numeric = false);

/// <summary>A small table with a caption and notes, shown as HTML, Markdown and plain text, saved as CSV. Numbers are written alike in every culture.</summary>
/// <param name="Caption">What stands above the table; empty for none.</param>
/// <param name="Columns">The columns, from left to right.</param>
/// <param name="Rows">The rows, each with a cell a column.</param>
/// <param name="Notes">What stands below the table, a line each.</param>
public sealed record Table(string Caption, IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, IReadOnlyList<string> Notes) : IMimeBundle
{
    /// <summary>A front end shows this many rows; <see cref="ToCsv"/> has all.</summary>
    const int MostRowsShown = 200;

    /// <summary>A table of things, one row each.</summary>
    /// <param name="items">The things.</param>
    /// <param name="caption">What stands above the table.</param>
    /// <param name="columns">The columns: a name, and what a thing has there.</param>
    public static Table Of<T>(IEnumerable<T> items, string caption, params (string Name, Func<T, object?> Value)[] columns)
    {
        ArgumentNullException.ThrowIfNull(items);
        object?[][] values = [.. items.Select(item => columns.Select(column => column.Value(item)).ToArray())];
        return new(caption,
            [.. columns.Select((column, at) => new TableColumn(column.Name, values.Length > 0 && values.All(row => IsNumber(row[at]))))],
            [.. values.Select(row => row.Select(Format).ToArray())], []);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> MimeBundle() => new OrderedDictionary<string, string>
    {
        ["text/html"] = ToHtml(),
        ["text/markdown"] = ToMarkdown(),
        ["text/plain"] = ToString(),
    };

    /// <summary>HTML that needs nothing from elsewhere and sets no style outside itself.</summary>
    public string ToHtml()
    {
        var html = new StringBuilder("<table style=\"border-collapse:collapse;border-top:2px solid;border-bottom:2px solid\">\n");
        if (Caption.Length > 0) html.Append(CultureInfo.InvariantCulture, $"<caption style=\"text-align:left;padding:4px 0\">{Html(Caption)}</caption>\n");
        html.Append("<thead><tr>");
        foreach (var column in Columns) html.Append(CultureInfo.InvariantCulture, $"<th style=\"{Style(column)};border-bottom:1px solid\">{Html(column.Name)}</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in Rows.Take(MostRowsShown))
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++) html.Append(CultureInfo.InvariantCulture, $"<td style=\"{Style(Columns[i])}\">{Html(row[i])}</td>");
            html.Append("</tr>\n");
        }
        html.Append("</tbody>\n</table>");
        foreach (var note in NotesShown) html.Append(CultureInfo.InvariantCulture, $"\n<p style=\"margin:4px 0;font-size:90%\">{Html(note)}</p>");
        return html.Append('\n').ToString();

        static string Style(TableColumn column) => $"text-align:{(column.Numeric ? "right" : "left")};padding:2px 10px;white-space:nowrap";
        static string Html(string text) => WebUtility.HtmlEncode(text);
    }

    /// <summary>GitHub's Markdown.</summary>
    public string ToMarkdown()
    {
        var markdown = new StringBuilder();
        if (Caption.Length > 0) markdown.Append(CultureInfo.InvariantCulture, $"**{Escape(Caption)}**\n\n");
        Line(Columns.Select(column => column.Name));
        markdown.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", Columns.Select(column => column.Numeric ? "---:" : "---"))} |\n");
        foreach (var row in Rows.Take(MostRowsShown)) Line(row);
        foreach (var note in NotesShown) markdown.Append(CultureInfo.InvariantCulture, $"\n{Escape(note)}\n");
        return markdown.ToString();

        void Line(IEnumerable<string> cells) => markdown.Append(CultureInfo.InvariantCulture, $"| {string.Join(" | ", cells.Select(Escape))} |\n");
        static string Escape(string text) => text.ReplaceLineEndings(" ").Replace("\\", "\\\\").Replace("|", "\\|").Replace("<", "&lt;").Replace("*", "\\*");
    }

    /// <summary>Columns of plain text.</summary>
    public override string ToString()
    {
        int[] widths = [.. Columns.Select((column, at) => Rows.Take(MostRowsShown).Select(row => row[at].Length).Append(column.Name.Length).Max())];
        var text = new StringBuilder();
        if (Caption.Length > 0) text.Append(Caption).Append('\n');
        Line([.. Columns.Select(column => column.Name)]);
        text.Append(string.Join("  ", widths.Select(width => new string('-', width)))).Append('\n');
        foreach (var row in Rows.Take(MostRowsShown)) Line(row);
        foreach (var note in NotesShown) text.Append(note).Append('\n');
        return text.ToString();

        void Line(IReadOnlyList<string> cells) => text.Append(string.Join("  ", cells.Select((cell, at) =>
            Columns[at].Numeric ? cell.PadLeft(widths[at]) : cell.PadRight(widths[at]))).TrimEnd()).Append('\n');
    }

    /// <summary>The names and all rows as comma-separated values (RFC 4180).</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder();
        foreach (var row in Rows.Prepend([.. Columns.Select(column => column.Name)])) csv.Append(string.Join(',', row.Select(Quote))).Append('\n');
        return csv.ToString();

        static string Quote(string cell) => cell.AsSpan().IndexOfAny(",\"\r\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
    }

    IEnumerable<string> NotesShown => Rows.Count > MostRowsShown
        ? [string.Create(CultureInfo.InvariantCulture, $"The first {MostRowsShown} of {Rows.Count} rows."), .. Notes] : Notes;

    static bool IsNumber(object? value) => value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Metrics.Metric;

    static string Format(object? value) => value switch
    {
        null => "",
        float or double => ((IFormattable)value).ToString("0.####", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
