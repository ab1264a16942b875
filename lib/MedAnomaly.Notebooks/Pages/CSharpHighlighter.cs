using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Colours C# once and for all, so that a page needs no script for it.</summary>
static class CSharpHighlighter
{
    static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    /// <summary><paramref name="code"/> as HTML: spans of the classes k (keyword), s (text), n (number), c (comment), m (magic), t (call).</summary>
    public static string Highlight(string code)
    {
        var html = new StringBuilder();
        var rest = code;
        // The lexer takes a first line that starts with #! for a Unix shebang.
        while (rest.StartsWith("#!", StringComparison.Ordinal))
        {
            var end = rest.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var at ? at + 1 : rest.Length;
            Span(html, "m", rest[..end]);
            rest = rest[end..];
        }
        var tokens = SyntaxFactory.ParseTokens(rest, options: Options).ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            Trivia(html, tokens[i].LeadingTrivia);
            Span(html, Class(tokens[i], i + 1 < tokens.Length ? tokens[i + 1] : default), tokens[i].Text);
            Trivia(html, tokens[i].TrailingTrivia);
        }
        return html.ToString();
    }

    static string? Class(SyntaxToken token, SyntaxToken next) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.IdentifierToken when token.Text is "var" or "await" or "async" or "record" or "yield" or "when" or "where" or "nameof" or "get" or "set" or "init" or "with" or "and" or "or" or "not" or "required" => "k",
        SyntaxKind.IdentifierToken => next.IsKind(SyntaxKind.OpenParenToken) ? "t" : null,
        var kind when kind.ToString() is var name && (name.Contains("String", StringComparison.Ordinal) && name.EndsWith("Token", StringComparison.Ordinal) || kind == SyntaxKind.CharacterLiteralToken)
            && kind != SyntaxKind.StringKeyword => "s",
        var kind when SyntaxFacts.IsKeywordKind(kind) => "k",
        _ => null,
    };

    static void Trivia(StringBuilder html, SyntaxTriviaList trivia)
    {
        foreach (var item in trivia)
        {
            Span(html, item.Kind() switch
            {
                SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia => null,
                SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia or SyntaxKind.SingleLineDocumentationCommentTrivia => "c",
                _ when item.IsDirective => "m",
                _ => null,
            }, item.ToFullString());
        }
    }

    static void Span(StringBuilder html, string? type, string text)
    {
        if (text.Length == 0) return;
        var encoded = WebUtility.HtmlEncode(text);
        if (type is null) html.Append(encoded);
        else html.Append("<span class=\"").Append(type).Append("\">").Append(encoded).Append("</span>");
    }
}
