using Microsoft.CodeAnalysis;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Suggests what a name that the compiler does not know may have meant.</summary>
static class Names
{
    public static string? Suggest(Diagnostic error, SyntaxNode? node, Compilation compilation)
    {
        if (node is null || error.Location.SourceTree is not { } tree || !compilation.ContainsSyntaxTree(tree)) return null;
        var name = tree.GetText().ToString(error.Location.SourceSpan);
        if (name.IndexOf('<', StringComparison.Ordinal) is > 0 and var generic) name = name[..generic];
        var model = compilation.GetSemanticModel(tree);
        if (error.Id is "CS0117" or "CS1061") return Meant(name, MembersBeside(node, model));
        if (OpenableNamespace(name, compilation) is { } space) return $"It is in a namespace that is not open: add 'using {space};'.";
        return Meant(name, model.LookupSymbols(error.Location.SourceSpan.Start).Select(symbol => symbol.Name))
            ?? (error.Id == "CS0103" ? "If an earlier cell declares it, run that cell first." : null);
    }

    static string? Meant(string name, IEnumerable<string> candidates) =>
        name.Length > 2 && Spelling.Closest(name, candidates.Distinct(StringComparer.Ordinal)) is { } near ? $"Did you mean '{near}'?" : null;

    static IEnumerable<string> MembersBeside(SyntaxNode node, SemanticModel model)
    {
        var access = node.FirstAncestorOrSelf<Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax>();
        if (access is null) return [];
        var type = model.GetTypeInfo(access.Expression).Type ?? model.GetSymbolInfo(access.Expression).Symbol as ITypeSymbol;
        return type is null ? [] : model.LookupSymbols(node.SpanStart, type, includeReducedExtensionMethods: true).Select(symbol => symbol.Name);
    }

    static string? OpenableNamespace(string name, Compilation compilation)
    {
        var pending = new Stack<INamespaceSymbol>([compilation.GlobalNamespace]);
        var found = new List<string>();
        while (pending.TryPop(out var space))
        {
            if (space.GetTypeMembers(name).Any(type => type.DeclaredAccessibility == Accessibility.Public)) found.Add(space.ToDisplayString());
            foreach (var inner in space.GetNamespaceMembers()) pending.Push(inner);
        }
        // Several namespaces have a type of many a name; the shortest is the one that people mean.
        return found.Where(space => space.Length > 0 && !space.StartsWith('<')).OrderBy(space => space.Length).ThenBy(space => space, StringComparer.Ordinal).FirstOrDefault();
    }
}
