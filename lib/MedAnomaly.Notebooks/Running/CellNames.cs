using MedAnomaly.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Running;

/// <summary>What a cell and the cells around it have to do with each other by name, as far as its text tells.</summary>
sealed class CellNames
{
    readonly CompilationUnitSyntax root;
    readonly CellText text;

    CellNames(CellText text)
    {
        this.text = text;
        root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(text.Code, ScriptChain.ParseOptions).GetRoot();
        Declared = [.. root.Members.SelectMany(DeclaredBy)];
        Used = [.. root.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText)];
    }

    /// <summary>The names of <paramref name="source"/>; null where it is nothing that a compiler reads.</summary>
    public static CellNames? Read(string source)
    {
        try
        {
            var text = CellText.Parse(source);
            return text.ContentType is null ? new(text) : null;
        }
        catch (MagicException)
        {
            return null; // The session will say what is wrong with it.
        }
    }

    /// <summary>What later cells can name.</summary>
    public HashSet<string> Declared { get; }

    /// <summary>Every name that stands in the cell.</summary>
    public HashSet<string> Used { get; }

    /// <summary>True where the cell opens namespaces, assemblies or files to later ones.</summary>
    public bool OpensSomething => text.Magics.Count > 0 || root.Usings.Count > 0 || root.GetReferenceDirectives().Count > 0 || root.GetLoadDirectives().Count > 0;

    /// <summary>True where other files' code runs in the cell, which may name anything.</summary>
    public bool RunsOthers => text.Magics.Any(magic => magic is ImportMagic) || root.GetLoadDirectives().Count > 0;

    /// <summary>A variable of an earlier cell that this one gives a value or a part of it; null where there is none.</summary>
    public string? Changes
    {
        get
        {
            var own = root.DescendantNodes().Select(node => node switch
            {
                VariableDeclaratorSyntax variable => variable.Identifier.ValueText,
                SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
                ParameterSyntax parameter => parameter.Identifier.ValueText,
                ForEachStatementSyntax loop => loop.Identifier.ValueText,
                CatchDeclarationSyntax caught => caught.Identifier.ValueText,
                _ => null,
            }).OfType<string>().ToHashSet(StringComparer.Ordinal);
            return root.DescendantNodes().SelectMany(Written).Select(Root).OfType<string>().FirstOrDefault(name => !own.Contains(name));
        }
    }

    static IEnumerable<string> DeclaredBy(MemberDeclarationSyntax member) => member switch
    {
        FieldDeclarationSyntax field => field.Declaration.Variables.Select(variable => variable.Identifier.ValueText),
        PropertyDeclarationSyntax property => [property.Identifier.ValueText],
        MethodDeclarationSyntax method => [method.Identifier.ValueText],
        BaseTypeDeclarationSyntax type => [type.Identifier.ValueText],
        DelegateDeclarationSyntax type => [type.Identifier.ValueText],
        // var (a, b) = ..., out var c, x is T d: of these a script makes variables that later cells see.
        GlobalStatementSyntax statement => statement.DescendantNodes().Select(node => node switch
        {
            SingleVariableDesignationSyntax variable => variable.Identifier.ValueText,
            LocalFunctionStatementSyntax function => function.Identifier.ValueText,
            _ => null,
        }).OfType<string>(),
        _ => [],
    };

    static IEnumerable<ExpressionSyntax> Written(SyntaxNode node) => node switch
    {
        // The members that an initializer sets are those of the object that it makes.
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } => [],
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } => tuple.Arguments.Select(argument => argument.Expression),
        AssignmentExpressionSyntax assignment => [assignment.Left],
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression } change => [change.Operand],
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression } change => [change.Operand],
        ArgumentSyntax { RefKindKeyword.RawKind: (int)SyntaxKind.RefKeyword or (int)SyntaxKind.OutKeyword } argument => [argument.Expression],
        _ => [],
    };

    static string? Root(ExpressionSyntax expression) => expression switch
    {
        IdentifierNameSyntax { Identifier.ValueText: "_" } => null,
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax member => Root(member.Expression),
        ElementAccessExpressionSyntax element => Root(element.Expression),
        ParenthesizedExpressionSyntax inner => Root(inner.Expression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } sure => Root(sure.Operand),
        _ => null,
    };
}
