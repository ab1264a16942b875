using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Language;

/// <summary>Finds what the compiler would accept at a place in a cell.</summary>
static class Completer
{
    const int MaximumItems = 500;

    static readonly CompletionItem[] Keywords = [.. SyntaxFacts.GetKeywordKinds().Where(kind => !SyntaxFacts.IsPreprocessorKeyword(kind) || SyntaxFacts.IsReservedKeyword(kind))
        .Select(kind => new CompletionItem(SyntaxFacts.GetText(kind), "keyword")).Where(item => item.Text.All(char.IsAsciiLetterLower))];

    public static CompletionList Complete(SemanticModel model, int position)
    {
        var root = model.SyntaxTree.GetRoot();
        var code = model.SyntaxTree.GetText().ToString();
        var start = position;
        while (start > 0 && SyntaxFacts.IsIdentifierPartCharacter(code[start - 1])) start--;
        if (IsProse(root, start)) return new([], position, position);

        var prefix = code[start..position];
        var candidates = IsAfterDot(code, start) ? Members(model, root, start) : Names(model, start, prefix);
        return new(Matching([.. candidates], prefix), start, position);
    }

    static List<CompletionItem> Matching(CompletionItem[] candidates, string prefix)
    {
        var found = Array.FindAll(candidates, item => item.Text.StartsWith(prefix, StringComparison.Ordinal));
        if (found.Length == 0) found = Array.FindAll(candidates, item => item.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
        return [.. found.DistinctBy(item => item.Text, StringComparer.Ordinal).OrderBy(item => item.Text, StringComparer.OrdinalIgnoreCase).Take(MaximumItems)];
    }

    static bool IsAfterDot(string code, int start) => start > 0 && code[start - 1] == '.' && !(start > 1 && code[start - 2] == '.');

    static bool IsProse(SyntaxNode root, int position)
    {
        var trivia = root.FindTrivia(Math.Max(0, position - 1));
        if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)) return true;
        var token = root.FindToken(Math.Max(0, position - 1));
        // Inside the quotes, not behind the closing one.
        return token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken or SyntaxKind.InterpolatedStringTextToken
                or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            && token.SpanStart < position && (position < token.Span.End || token.ContainsDiagnostics);
    }

    static IEnumerable<CompletionItem> Names(SemanticModel model, int position, string prefix)
    {
        var names = model.LookupSymbols(position).Where(IsOffered).Select(Item);
        return prefix.Length > 0 ? names.Concat(Keywords) : names;
    }

    static IEnumerable<CompletionItem> Members(SemanticModel model, SyntaxNode root, int position)
    {
        if (LeftOf(root.FindToken(position - 1)) is not { } left) return [];
        var info = model.GetSymbolInfo(left);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        if (symbol is INamespaceSymbol space) return model.LookupSymbols(position, space).Where(IsOffered).Select(Item);
        if (symbol is ITypeSymbol type)
            return model.LookupSymbols(position, type).Where(member => (member.IsStatic || member is ITypeSymbol) && IsOffered(member)).Select(Item);
        if (TypeOf(model, left) is not { } value) return [];
        return model.LookupSymbols(position, value, includeReducedExtensionMethods: true)
            .Where(member => (!member.IsStatic || member is IMethodSymbol { ReducedFrom: not null }) && member is not ITypeSymbol && IsOffered(member)).Select(Item);
    }

    static ITypeSymbol? TypeOf(SemanticModel model, SyntaxNode left)
    {
        var type = model.GetTypeInfo(left).Type;
        // Behind ?. the value is there.
        return type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && left.Parent is ConditionalAccessExpressionSyntax
            ? nullable.TypeArguments[0] : type is IErrorTypeSymbol ? null : type;
    }

    static SyntaxNode? LeftOf(SyntaxToken dot) => dot.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression,
        QualifiedNameSyntax name => name.Left,
        MemberBindingExpressionSyntax binding => binding.Ancestors().OfType<ConditionalAccessExpressionSyntax>().FirstOrDefault()?.Expression,
        _ => null,
    };

    static bool IsOffered(ISymbol symbol) => symbol.CanBeReferencedByName
        && symbol is not IMethodSymbol { MethodKind: not (MethodKind.Ordinary or MethodKind.ReducedExtension or MethodKind.LocalFunction) }
        && !symbol.GetAttributes().Any(IsHidden);

    static bool IsHidden(AttributeData attribute) => attribute.AttributeClass?.Name == nameof(System.ComponentModel.EditorBrowsableAttribute)
        && attribute.ConstructorArguments is [{ Value: (int)System.ComponentModel.EditorBrowsableState.Never }];

    static CompletionItem Item(ISymbol symbol) => new(symbol.Name, symbol switch
    {
        INamespaceSymbol => "module",
        IMethodSymbol => "function",
        IPropertySymbol or IEventSymbol => "property",
        ITypeSymbol { TypeKind: TypeKind.Interface } => "interface",
        ITypeSymbol { TypeKind: TypeKind.Enum } => "enum",
        ITypeSymbol => "class",
        IParameterSymbol => "param",
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } => "constant",
        _ => "instance",
    });
}
