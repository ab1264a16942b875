using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;

namespace MedAnomaly.Notebooks.Display;

/// <summary>Tables for what is a table: sequences of records, dictionaries, matrices, records.</summary>
static class HtmlView
{
    const int MaximumRows = 100, MaximumColumns = 30, MaximumCell = 200, MatrixEdge = 6;

    /// <summary>HTML for <paramref name="value"/>; null where text says all there is.</summary>
    public static string? Of(object value) => value switch
    {
        Array { Rank: 2 } matrix => Matrix(matrix),
        System.Data.DataTable table => Table([.. table.Columns.Cast<System.Data.DataColumn>().Select(column => column.ColumnName)],
            table.Rows.Cast<System.Data.DataRow>().Select(row => row.ItemArray)),
        IDictionary map => Table(["key", "value"], map.Keys.Cast<object>().Select(key => new[] { key, map[key] })),
        IEnumerable items and not string => Sequence(items),
        TorchSharp.torch.Tensor tensor => TensorView.Of(tensor),
        _ => PlainText.HasOwnText(value) || PlainText.MembersOf(value.GetType()) is [] ? null : Record(value),
    };

    static string? Sequence(IEnumerable items)
    {
        var rows = items.Cast<object?>().Take(MaximumRows + 1).ToList();
        var type = rows.Find(row => row is not null)?.GetType();
        if (type is null) return null;
        if (IsPair(type)) return Table(["key", "value"], rows.Select(row => new[] { Get(row, "Key"), Get(row, "Value") }));
        if (rows.Find(row => row is not null) is { } first && !first.GetType().IsPrimitive && ValueFormat.Inline(first) is not null)
            return Table(["value"], rows.Select(row => new[] { row }));
        if (rows.Exists(row => row is not null && row.GetType() != type) || !IsTabular(type)) return null;
        var members = PlainText.MembersOf(type);
        return Table([.. members.Select(member => member.Name)], rows.Select(row => members.Select(member => row is null ? null : PlainText.Read(member, row)).ToArray()));
    }

    static bool IsTabular(Type type) => !type.IsPrimitive && !type.IsEnum && !typeof(IEnumerable).IsAssignableFrom(type) && !typeof(IFormattable).IsAssignableFrom(type)
        && PlainText.MembersOf(type).Length > 0 && (PlainText.IsRecord(type) || PlainText.IsAnonymous(type) || type.GetMethod(nameof(ToString), Type.EmptyTypes)?.DeclaringType == typeof(object)
            || typeof(System.Runtime.CompilerServices.ITuple).IsAssignableFrom(type));

    static bool IsPair(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);

    static object? Get(object? value, string property) => value?.GetType().GetProperty(property)?.GetValue(value);

    static string Record(object value)
    {
        var rows = PlainText.MembersOf(value.GetType()).Select(member => (member.Name, Value: PlainText.Read(member, value)));
        var text = new StringBuilder("<table>");
        var name = PlainText.TypeName(value.GetType());
        if (name.Length > 0) text.Append(CultureInfo.InvariantCulture, $"<caption>{WebUtility.HtmlEncode(name)}</caption>");
        text.Append("<tbody>");
        foreach (var (member, content) in rows) text.Append(CultureInfo.InvariantCulture, $"<tr><th>{WebUtility.HtmlEncode(member)}</th>{Cell(content)}</tr>");
        return text.Append("</tbody></table>").ToString();
    }

    internal static string Table(string[] columns, IEnumerable<object?[]> rows)
    {
        var shown = rows.Take(MaximumRows + 1).ToList();
        var text = new StringBuilder("<table><thead><tr>");
        foreach (var column in columns.Take(MaximumColumns)) text.Append(CultureInfo.InvariantCulture, $"<th>{WebUtility.HtmlEncode(column)}</th>");
        text.Append("</tr></thead><tbody>");
        foreach (var row in shown.Take(MaximumRows))
        {
            text.Append("<tr>");
            foreach (var cell in row.Take(MaximumColumns)) text.Append(Cell(cell));
            text.Append("</tr>");
        }
        text.Append("</tbody></table>");
        if (shown.Count > MaximumRows) text.Append(CultureInfo.InvariantCulture, $"<p>The first {MaximumRows} rows.</p>");
        if (columns.Length > MaximumColumns) text.Append(CultureInfo.InvariantCulture, $"<p>The first {MaximumColumns} of {columns.Length} columns.</p>");
        return text.ToString();
    }

    static string Matrix(Array matrix)
    {
        var rows = Edge(matrix.GetLength(0));
        var columns = Edge(matrix.GetLength(1));
        var type = $"{PlainText.TypeName(matrix.GetType().GetElementType()!)}[{matrix.GetLength(0)}, {matrix.GetLength(1)}]";
        var text = new StringBuilder($"<table><caption>{WebUtility.HtmlEncode(type)}</caption><tbody>");
        foreach (var row in rows)
        {
            text.Append("<tr>");
            foreach (var column in columns) text.Append(row < 0 || column < 0 ? "<td>…</td>" : Cell(matrix.GetValue(row, column)));
            text.Append("</tr>");
        }
        return text.Append("</tbody></table>").ToString();
    }

    // The first and last few indices, -1 standing for those between.
    static int[] Edge(int length) => length <= 2 * MatrixEdge + 1 ? [.. Enumerable.Range(0, length)]
        : [.. Enumerable.Range(0, MatrixEdge), -1, .. Enumerable.Range(length - MatrixEdge, MatrixEdge)];

    static string Cell(object? value)
    {
        if (value is not null && ValueFormat.Inline(value) is { } own) return $"<td>{own}</td>";
        var text = Short(value);
        if (text.Length > MaximumCell) text = text[..MaximumCell] + "…";
        var style = value is sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal or Half ? " style=\"text-align:right\"" : "";
        return $"<td{style}>{WebUtility.HtmlEncode(text)}</td>";
    }

    // Seventeen digits of a measurement help nobody who reads a table.
    static string Short(object? value) => value switch
    {
        null => "",
        double number => number.ToString("G6", CultureInfo.InvariantCulture),
        float number => number.ToString("G6", CultureInfo.InvariantCulture),
        _ => PlainText.Of(value),
    };
}
