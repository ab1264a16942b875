using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Language;

/// <summary>Describes what stands at a place in a cell.</summary>
static class Inspector
{
    const int MaximumOverloads = 10;

    static readonly SymbolDisplayFormat Format = SymbolDisplayFormat.CSharpErrorMessageFormat
        .WithKindOptions(SymbolDisplayKindOptions.IncludeTypeKeyword | SymbolDisplayKindOptions.IncludeNamespaceKeyword)
        .WithGenericsOptions(SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints)
        .WithMemberOptions(SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeContainingType
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeModifiers)
        .WithParameterOptions(SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeDefaultValue
            | SymbolDisplayParameterOptions.IncludeParamsRefOut | SymbolDisplayParameterOptions.IncludeExtensionThis);

    public static Inspection? Inspect(SemanticModel model, int position, bool withSource)
    {
        if (NodeAt(model.SyntaxTree.GetRoot(), position) is not { } node) return null;
        var info = model.GetSymbolInfo(node);
        var chosen = info.Symbol ?? info.CandidateSymbols.FirstOrDefault() ?? model.GetDeclaredSymbol(node);
        if (chosen is null) return null;
        var group = model.GetMemberGroup(node);
        // What a call resolves to comes first, the other overloads below it.
        ISymbol[] shown = group.Length > 1 && info.Symbol is null ? [.. group] : [chosen, .. group.Where(other => !SymbolEqualityComparer.Default.Equals(other, chosen))];
        var documented = shown.Select(symbol => (Symbol: symbol, Text: Documentation.Of(symbol, model.Compilation))).FirstOrDefault(entry => entry.Text is not null);
        return Write(shown, documented.Text, withSource ? Source(chosen) : null);
    }

    static Inspection Write(ISymbol[] shown, DocumentationText? documentation, string? source)
    {
        List<string> signatures = [.. shown.Take(MaximumOverloads).Select(symbol => symbol.ToDisplayString(Format))];
        if (shown.Length > MaximumOverloads) signatures.Add(FormattableString.Invariant($"// and {shown.Length - MaximumOverloads} more"));
        var declaration = string.Join('\n', signatures);
        var plain = new StringBuilder(declaration);
        var markdown = new StringBuilder($"```csharp\n{declaration}\n```");
        if (documentation is not null)
        {
            plain.Append("\n\n").Append(documentation.ToPlain());
            markdown.Append("\n\n").Append(documentation.ToMarkdown());
        }
        if (source is not null)
        {
            plain.Append("\n\n").Append(source);
            markdown.Append($"\n\n```csharp\n{source}\n```");
        }
        return new(plain.ToString(), markdown.ToString());
    }

    static string? Source(ISymbol symbol) => symbol.DeclaringSyntaxReferences is [var declaration, ..] ? declaration.GetSyntax().ToString() : null;

    // The name that the cursor touches, else the method whose arguments it is in.
    static SyntaxNode? NodeAt(SyntaxNode root, int position)
    {
        foreach (var place in (int[])[position, position - 1])
        {
            if (place < 0) continue;
            var token = root.FindToken(place);
            if (token.Span.Start <= position && position <= token.Span.End && (token.IsKind(SyntaxKind.IdentifierToken) || IsPredefinedType(token))) return token.Parent;
        }
        var call = root.FindToken(Math.Max(0, position - 1)).Parent?.FirstAncestorOrSelf<ArgumentListSyntax>()?.Parent;
        return call switch
        {
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } => access.Name,
            InvocationExpressionSyntax invocation => invocation.Expression,
            ObjectCreationExpressionSyntax creation => creation,
            _ => null,
        };
    }

    static bool IsPredefinedType(SyntaxToken token) => SyntaxFacts.IsPredefinedType(token.Kind());
}
