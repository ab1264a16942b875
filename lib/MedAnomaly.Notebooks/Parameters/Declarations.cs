using MedAnomaly.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>Finds the parameters that a cell declares, by its syntax alone.</summary>
static class Declarations
{
    public static IReadOnlyList<Parameter> Read(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(CellText.Parse(source).Code, ScriptChain.ParseOptions);
        if (tree.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } error)
            throw new UsageException($"The cell tagged \"{NotebookParameters.Tag}\" does not compile, line {error.Location.GetLineSpan().StartLinePosition.Line + 1}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        var root = (CompilationUnitSyntax)tree.GetRoot();
        var enums = root.Members.OfType<EnumDeclarationSyntax>().ToDictionary(
            declared => declared.Identifier.Text, declared => declared.Members.Select(member => member.Identifier.Text).ToArray(), StringComparer.Ordinal);
        return [.. root.Members.OfType<FieldDeclarationSyntax>().Where(field => !field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .SelectMany(field => field.Declaration.Variables, (field, variable) => Read(field, variable, enums)).OfType<Parameter>()];
    }

    static Parameter? Read(FieldDeclarationSyntax field, VariableDeclaratorSyntax variable, Dictionary<string, string[]> enums)
    {
        var value = variable.Initializer?.Value;
        var type = field.Declaration.Type is IdentifierNameSyntax { Identifier.Text: "var" } ? Infer(value) : Type(field.Declaration.Type, enums);
        // Something computed, or of a type that no command line can write, is a variable like any other.
        return type is null ? null : new(variable.Identifier.Text, type, value?.ToString() ?? "", Help(field));
    }

    static ParameterType? Infer(ExpressionSyntax? value) => value switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: LiteralExpressionSyntax operand } => Infer(operand),
        LiteralExpressionSyntax literal => literal.Token.Value switch
        {
            string => new ScalarType("string"),
            bool => new ScalarType("bool"),
            int => new ScalarType("int"),
            long => new ScalarType("long"),
            uint => new ScalarType("uint"),
            ulong => new ScalarType("ulong"),
            float => new ScalarType("float"),
            double => new ScalarType("double"),
            decimal => new ScalarType("decimal"),
            char => new ScalarType("char"),
            _ => null,
        },
        _ => null,
    };

    static ParameterType? Type(TypeSyntax syntax, Dictionary<string, string[]> enums)
    {
        switch (syntax)
        {
            case NullableTypeSyntax nullable:
                return Type(nullable.ElementType, enums) is { } of ? new NullableType(of) : null;
            case ArrayTypeSyntax { RankSpecifiers: [{ Rank: 1 }] } array:
                return Type(array.ElementType, enums) is { } item ? new ListType($"{item}[]", item, IsArray: true) : null;
            case GenericNameSyntax { TypeArgumentList.Arguments: [var element] } generic
                when generic.Identifier.Text is "List" or "IList" or "IReadOnlyList" or "IEnumerable" or "ICollection" or "IReadOnlyCollection":
                return Type(element, enums) is { } listed ? new ListType($"{generic.Identifier.Text}<{listed}>", listed, IsArray: false) : null;
            case GenericNameSyntax { TypeArgumentList.Arguments: [var key, var value] } generic
                when generic.Identifier.Text is "Dictionary" or "IDictionary" or "IReadOnlyDictionary":
                return Type(key, enums) is { } keys && Type(value, enums) is { } values ? new MapType(keys, values) : null;
            case QualifiedNameSyntax qualified:
                return Type(qualified.Right, enums);
            default:
                var name = syntax.ToString();
                if (ScalarType.Keywords.Contains(name)) return new ScalarType(name);
                return enums.TryGetValue(name, out var members) ? new EnumType(name, members) : LibraryEnum(name);
        }
    }

    static EnumType? LibraryEnum(string name) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => assembly.GetName().Name is "MedAnomaly" or "TorchSharp")
        .Append(typeof(WorkbenchException).Assembly).Distinct()
        .SelectMany(assembly => assembly.GetExportedTypes()).FirstOrDefault(type => type.IsEnum && type.Name == name) is { } found
        ? new(name, Enum.GetNames(found)) : null;

    // The comment at the line's end, else the comment lines right above.
    static string Help(FieldDeclarationSyntax field)
    {
        var trailing = Comments(field.GetTrailingTrivia());
        if (trailing.Length > 0) return trailing;
        var lines = field.GetLeadingTrivia().ToFullString().TrimEnd(' ', '\t').Split('\n')[..^1];
        var above = lines.Reverse().Select(line => line.Trim()).TakeWhile(line => line.StartsWith("//", StringComparison.Ordinal)).Reverse();
        return string.Join(' ', above.Select(line => line.TrimStart('/').Trim()));
    }

    static string Comments(SyntaxTriviaList trivia) => string.Join(' ', trivia
        .Where(item => item.IsKind(SyntaxKind.SingleLineCommentTrivia)).Select(comment => comment.ToString().TrimStart('/').Trim()));
}
