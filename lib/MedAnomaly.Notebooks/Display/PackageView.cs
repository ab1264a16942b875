using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Display;

/// <summary>
/// What notebooks of .NET Interactive show with an extension each: charts of Plotly.NET, frames of Deedle, images of ImageSharp. They are known
/// by name, since the engine itself needs none of these packages; a version with other methods shows as any object does.
/// </summary>
static class PackageView
{
    const int EdgeRows = 50, EdgeColumns = 15;

    /// <summary>The value's forms; null for what is of none of these packages.</summary>
    public static MimeData? Of(object value)
    {
        for (var type = value.GetType(); type is not null; type = type.BaseType)
        {
            switch ((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName)
            {
                case "Plotly.NET.GenericChart": return Chart(value, type);
                case "Deedle.Frame`2": return Frame(value, type);
                case "SixLabors.ImageSharp.Image": return Picture(value, type);
            }
        }
        return null;
    }

    static MimeData? Chart(object chart, Type type) =>
        type.GetMethod("toFigureJson", [type])?.Invoke(null, [chart]) is string json ? MimeData.Of(Mime.Plotly, json, "a chart of Plotly.NET") : null;

    static MimeData? Frame(object frame, Type type) =>
        type.GetMethod("FormatStrings")?.Invoke(frame, [EdgeRows, EdgeRows, EdgeColumns, EdgeColumns, false]) is string[][] { Length: > 0 } rows
            ? MimeData.Of(Mime.Html, HtmlView.Table(rows[0], rows.Skip(1)), $"{type.GetMethod("Format", [])?.Invoke(frame, [])}") : null;

    static MimeData? Picture(object image, Type type)
    {
        var save = type.Assembly.GetType("SixLabors.ImageSharp.ImageExtensions")?.GetMethod("SaveAsPng", [type, typeof(Stream)]);
        if (save is null) return null;
        using var png = new MemoryStream();
        save.Invoke(null, [image, png]);
        return MimeData.Of(Mime.Png, Convert.ToBase64String(png.ToArray()), $"{type.GetProperty("Width")?.GetValue(image)} x {type.GetProperty("Height")?.GetValue(image)} pixels");
    }
}
