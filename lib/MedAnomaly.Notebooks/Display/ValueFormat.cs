using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using MedAnomaly.Figures;
using MedAnomaly.Notebooks.Documents;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace MedAnomaly.Notebooks.Display;

/// <summary>
/// Chooses how a value is shown: by the formatter that the user registered, by the value's own bundle, else as a table, matrix, tensor,
/// record or text of ours.
/// </summary>
public static partial class ValueFormat
{
    /// <summary>What to show for <paramref name="value"/>, in the forms <paramref name="mimeTypes"/> or, where none is named, in the value's own.</summary>
    public static MimeData Of(object? value, params string[] mimeTypes)
    {
        if (value is null) return Text("null");
        if (mimeTypes.Length > 0) return Asked(value, mimeTypes);
        var type = value.GetType();
        if (OwnForms(type) is { Length: > 0 } forms) return Asked(value, forms);
        return value switch
        {
            MimeContent content => MimeData.Of(content),
            IMimeBundle bundle => MimeData.Of(bundle),
            IHtmlContent html => Html(Render(html, Mime.Html), PlainText.Of(value)),
            string or char or bool or Enum or IFormattable => Text(PlainText.Of(value)),
            Exception or Delegate or Type or Task => Text(PlainText.Of(value)),
            _ when PackageView.Of(value) is { } guest => guest,
            _ => HtmlView.Of(value) is { } view ? Html(view, PlainText.Of(value)) : Text(PlainText.Of(value)),
        };
    }

    static MimeData Text(string text) => MimeData.Of(Mime.Text, text, text);

    static MimeData Html(string html, string plain) => MimeData.Of(Mime.Html, html, plain);

    static MimeData Asked(object value, string[] mimeTypes)
    {
        var data = new System.Text.Json.Nodes.JsonObject();
        var isOwn = OwnForms(value.GetType()).Length > 0;
        foreach (var mime in mimeTypes)
        {
            data[mime] = MimeData.Node(mime, mime switch
            {
                Mime.Text => OwnText(value),
                Mime.Html when !isOwn && HtmlView.Of(value) is { } view => view,
                _ => Render(value, mime),
            });
        }
        data[Mime.Text] ??= OwnText(value);
        return new(data, []);
    }

    // The formatter appends rules for all tables of the page to whatever it writes.
    static string Render(object value, string mime)
    {
        var text = value.ToDisplayString(mime);
        return mime == Mime.Html ? Styles().Replace(text, "") : text;
    }

    /// <summary>HTML for a value that stands in a table, by the formatter that the user registered; null where there is none.</summary>
    internal static string? Inline(object value)
    {
        var forms = OwnForms(value.GetType());
        return forms.Contains(Mime.Html) ? Render(value, Mime.Html) : forms.Contains(Mime.Text) ? System.Net.WebUtility.HtmlEncode(OwnText(value)) : null;
    }

    static string OwnText(object value) => OwnForms(value.GetType()).Contains(Mime.Text) ? Render(value, Mime.Text) : PlainText.Of(value);

    // The MIME types for which the user registered a formatter, or that the type asks for itself.
    static string[] OwnForms(Type type) => type.GetCustomAttribute<TypeFormatterSourceAttribute>() is not null
        ? [.. Formatter.GetPreferredMimeTypesFor(type)]
        : [.. Formatter.RegisteredFormatters(includeDefaults: false).Where(formatter => formatter.Type != typeof(object) && Fits(formatter.Type, type))
            .Select(formatter => formatter.MimeType).Distinct()];

    static bool Fits(Type registered, Type type) => registered.IsAssignableFrom(type)
        || registered.IsGenericTypeDefinition && (type.IsGenericType && type.GetGenericTypeDefinition() == registered
            || type.GetInterfaces().Any(face => face.IsGenericType && face.GetGenericTypeDefinition() == registered));

    [GeneratedRegex("<style>[^<]*</style>\\s*$")]
    private static partial Regex Styles();
}
