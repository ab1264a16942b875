using System.Text.Encodings.Web;
using MedAnomaly.Figures;
using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Display;

/// <summary>What a cell calls to show things; open in every cell. The names are those of .NET Interactive.</summary>
public static class NotebookDisplay
{
    /// <summary>Shows <paramref name="value"/> below the cell.</summary>
    /// <param name="value">Anything; figures, tables, records, tensors and text have forms of their own.</param>
    /// <param name="mimeTypes">The forms wanted; the value's own preference where none is named.</param>
    /// <returns>A handle that can replace what is shown.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes)
    {
        var shown = new DisplayedValue(Guid.NewGuid().ToString("N"), mimeTypes);
        shown.Show(value, update: false);
        return shown;
    }

    /// <summary>HTML as it is.</summary>
    public static MimeContent HTML(string html) => new(Mime.Html, html);

    /// <summary>Markdown, with formulas between dollar signs.</summary>
    public static MimeContent Markdown(string markdown) => new(Mime.Markdown, markdown);

    /// <summary>An SVG image.</summary>
    public static MimeContent SVG(string svg) => new(Mime.Svg, svg);

    /// <summary>A PNG image.</summary>
    public static MimeContent PNG(byte[] png) => new(Mime.Png, Convert.ToBase64String(png), FormattableString.Invariant($"PNG image, {png.Length} bytes"));

    /// <summary>A script that the front end runs, where it allows that.</summary>
    public static void Javascript(string script) => display(new MimeContent(Mime.JavaScript, script));

    /// <summary>Style rules for the page.</summary>
    public static void CSS(string rules) => display(new MimeContent(Mime.Html, $"<style>{rules}</style>", "style rules"));

    /// <summary>Removes what the cell has shown: at once, or when the next output comes.</summary>
    public static void clear(bool wait = false) => Output.InOrder(output => output.Clear(wait));

    /// <summary>A line that the user types.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to type.</exception>
    public static string input(string prompt = "") => Output.Input(prompt, password: false);

    /// <summary>A line that the user types and nobody sees.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to type.</exception>
    public static string password(string prompt = "") => Output.Input(prompt, password: true);

    internal static CellChannel Output => CellChannel.Current
        ?? throw new InvalidOperationException("display() works in a notebook's cell, and in what a cell starts; this code runs outside of any.");
}

/// <summary>Shows values in the middle of an expression.</summary>
public static class DisplayExtensions
{
    /// <inheritdoc cref="NotebookDisplay.display"/>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => NotebookDisplay.display(value, mimeTypes);

    /// <summary>Shows <paramref name="content"/> as what <paramref name="mimeType"/> says it is.</summary>
    public static DisplayedValue DisplayAs(this string content, string mimeType) => NotebookDisplay.display(new MimeContent(mimeType, content));

    /// <summary>Shows <paramref name="items"/> as a table, a row each.</summary>
    public static DisplayedValue DisplayTable<T>(this IEnumerable<T> items) => NotebookDisplay.display(items);

    /// <summary>Shows <paramref name="markdown"/> as prose.</summary>
    public static DisplayedValue DisplayAsMarkdown(this string markdown) => NotebookDisplay.display(NotebookDisplay.Markdown(markdown));
}

/// <summary>Something shown below a cell, which may be replaced.</summary>
public sealed class DisplayedValue
{
    readonly string[] mimeTypes;

    internal DisplayedValue(string id, string[] mimeTypes)
    {
        Id = id;
        this.mimeTypes = mimeTypes;
    }

    /// <summary>The name under which front ends know it.</summary>
    public string Id { get; }

    /// <summary>Shows <paramref name="value"/> in its place.</summary>
    public void Update(object? value) => Show(value, update: true);

    internal void Show(object? value, bool update)
    {
        var content = ValueFormat.Of(value, mimeTypes);
        NotebookDisplay.Output.InOrder(output => output.Display(content, Id, update));
    }
}

/// <summary>Content of one MIME type, shown as it is.</summary>
public sealed class MimeContent(string mime, string content, string? plain = null) : IMimeBundle, Microsoft.AspNetCore.Html.IHtmlContent
{
    /// <summary>The content's type.</summary>
    public string Type => mime;

    /// <summary>Text; base64 for images.</summary>
    public string Content => content;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> MimeBundle() =>
        mime == Mime.Text ? new() { [Mime.Text] = content } : new Dictionary<string, string> { [mime] = content, [Mime.Text] = plain ?? content };

    /// <inheritdoc/>
    public override string ToString() => content;

    // So that it can stand inside of PocketView's tags.
    void Microsoft.AspNetCore.Html.IHtmlContent.WriteTo(TextWriter writer, HtmlEncoder encoder) =>
        writer.Write(mime is Mime.Html or Mime.Svg ? content : encoder.Encode(content));
}
