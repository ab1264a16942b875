using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>Finds the parameters that a cell declares, by its syntax alone.</summary>
sealed class Declarations
{
    readonly Dictionary<string, string[]> enums;

    Declarations(CompilationUnitSyntax root)
    {
        enums = root.Members.OfType<EnumDeclarationSyntax>().ToDictionary(
            declared => declared.Identifier.Text, declared => declared.Members.Select(member => member.Identifier.Text).ToArray(), StringComparer.Ordinal);
        foreach (var field in root.Members.OfType<FieldDeclarationSyntax>())
        {
            foreach (var variable in field.Declaration.Variables) Add(field, variable);
        }
    }

    /// <summary>The parameters, in the order of their declaration.</summary>
    public List<Parameter> Parameters { get; } = [];

    /// <summary>What else is declared, and why nobody can set it.</summary>
    public Dictionary<string, string> Others { get; } = new(StringComparer.Ordinal);

    /// <exception cref="UsageException">The cell does not compile.</exception>
    public static Declarations Read(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(CellText.Parse(source).Code, ScriptChain.ParseOptions);
        if (tree.GetDiagnostics().FirstOrDefault(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error) is { } error)
            throw new UsageException($"The cell tagged \"{CellTags.Parameters}\" does not compile, line {error.Location.GetLineSpan().StartLinePosition.Line + 1}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}");
        return new((CompilationUnitSyntax)tree.GetRoot());
    }

    void Add(FieldDeclarationSyntax field, VariableDeclaratorSyntax variable)
    {
        var (name, value, declared) = (variable.Identifier.Text, variable.Initializer?.Value, field.Declaration.Type);
        var isVar = declared is IdentifierNameSyntax { Identifier.Text: "var" };
        if (field.Modifiers.Any(SyntaxKind.ConstKeyword)) Others[name] = "it is a constant. Leave out \"const\"";
        else if ((isVar ? Infer(value) : Type(declared)) is { } type) Parameters.Add(new(name, type, value?.ToString() ?? "", Help(field)));
        else if (isVar) Others[name] = $"its type cannot be told from \"{value}\". Declare it with its type, such as int, double[] or DateTime";
        else Others[name] = $"no command line can write a {declared}. Let it be of a type such as int, string?, double[], Dictionary<string, int>, DateTime or an enum";
    }

    ParameterType? Infer(ExpressionSyntax? value) => value switch
    {
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression, Operand: var operand } => Infer(operand),
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
        // double.NaN and int.MaxValue are of the type that they stand in, and so is an enum's member.
        MemberAccessExpressionSyntax { Expression: PredefinedTypeSyntax type } => Type(type),
        MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax type, Name.Identifier.Text: var member }
            when Type(type) is EnumType found && found.Members.Contains(member) => found,
        ObjectCreationExpressionSyntax made => Type(made.Type),
        ArrayCreationExpressionSyntax made => Type(made.Type),
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: [var first, ..] } when Infer(first) is { } item => new ListType($"{item}[]", item, IsArray: true),
        _ => null,
    };

    ParameterType? Type(TypeSyntax syntax)
    {
        switch (syntax)
        {
            case NullableTypeSyntax nullable:
                return Type(nullable.ElementType) is { } of ? new NullableType(of) : null;
            case ArrayTypeSyntax array when array.RankSpecifiers.All(rank => rank.Rank == 1):
                return array.RankSpecifiers.Aggregate(Type(array.ElementType), (item, _) => item is null ? null : new ListType($"{item}[]", item, IsArray: true));
            case GenericNameSyntax { TypeArgumentList.Arguments: [var element] } generic
                when generic.Identifier.Text is "List" or "IList" or "IReadOnlyList" or "IEnumerable" or "ICollection" or "IReadOnlyCollection":
                return Type(element) is { } listed ? new ListType($"{generic.Identifier.Text}<{listed}>", listed, IsArray: false) : null;
            case GenericNameSyntax { TypeArgumentList.Arguments: [var key, var value] } generic
                when generic.Identifier.Text is "Dictionary" or "IDictionary" or "IReadOnlyDictionary":
                return Type(key) is { } keys && Type(value) is { } values ? new MapType(keys, values) : null;
            case QualifiedNameSyntax qualified:
                return Type(qualified.Right);
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
