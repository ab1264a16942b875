using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Changes a cell's code so that it can be interrupted and keeps what it had assigned: loops and methods check whether they should stop,
/// awaits at the top level end with the interrupt, and calls that would take a <see cref="CancellationToken"/> get the cell's. The
/// runtime cannot do it from outside: where a thread is between calls, aborting it ends the process. Nothing is added but on the lines
/// that are there, so that line numbers stay.
/// </summary>
static class InterruptibleCode
{
    static readonly string Owner = $"global::{typeof(CellInterrupt).FullName}.";
    static readonly string Check = $"{Owner}{nameof(CellInterrupt.Check)}(); ";
    static readonly string Or = $"{Owner}{nameof(CellInterrupt.Or)}(";
    static readonly string Pass = $"{Owner}{nameof(CellInterrupt.Pass)}(";
    static readonly string Token = $"{Owner}{nameof(CellInterrupt.Token)}";

    /// <summary>The code of the tree that <paramref name="model"/> is about, with the additions.</summary>
    public static string Of(SemanticModel model)
    {
        var root = model.SyntaxTree.GetRoot();
        var text = new StringBuilder(model.SyntaxTree.ToString());
        // Last first, so that positions stay valid. At one position the inner comes after the outer, and goes in first.
        foreach (var (position, insert) in root.DescendantNodes().SelectMany(node => Additions(node, model)).Reverse().OrderByDescending(addition => addition.Position))
            text.Insert(position, insert);
        return text.ToString();
    }

    static IEnumerable<(int Position, string Insert)> Additions(SyntaxNode node, SemanticModel model) => node switch
    {
        WhileStatementSyntax loop => Body(loop.Statement),
        ForStatementSyntax loop => Body(loop.Statement),
        DoStatementSyntax loop => Body(loop.Statement),
        CommonForEachStatementSyntax loop => Body(loop.Statement),
        LabeledStatementSyntax label => [(label.ColonToken.Span.End, " " + Check)],
        AnonymousFunctionExpressionSyntax { Block: { } block } => Body(block),
        LambdaExpressionSyntax { ExpressionBody: { } value } lambda => Lambda(lambda, value, model),
        LocalFunctionStatementSyntax { Body: { } block } => Body(block),
        MethodDeclarationSyntax { Body: { } block } => Body(block),
        LocalFunctionStatementSyntax { ExpressionBody: { } body } function => Arrow(body, function.SemicolonToken, function.ReturnType, function.Modifiers),
        MethodDeclarationSyntax { ExpressionBody: { } body } method => Arrow(body, method.SemicolonToken, method.ReturnType, method.Modifiers),
        AwaitExpressionSyntax { Expression: var awaited } when IsTopLevel(node) => [(awaited.SpanStart, Or), (awaited.Span.End, ")")],
        BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments } => Call(node, arguments, model),
        InvocationExpressionSyntax { ArgumentList: var arguments } => Call(node, arguments, model),
        _ => [],
    };

    static IEnumerable<(int Position, string Insert)> Body(StatementSyntax body) => body is BlockSyntax block
        ? [(block.OpenBraceToken.Span.End, " " + Check)]
        : [(body.SpanStart, "{ " + Check), (body.Span.End, " }")];

    // '=> value;' becomes '{ check; return value; }'.
    static IEnumerable<(int Position, string Insert)> Arrow(ArrowExpressionClauseSyntax body, SyntaxToken semicolon, TypeSyntax type, SyntaxTokenList modifiers)
    {
        if (type is RefTypeSyntax || body.Expression is ThrowExpressionSyntax || semicolon.IsMissing) return [];
        var isAsync = modifiers.Any(SyntaxKind.AsyncKeyword);
        var returns = type.ToString() is not "void" && !(isAsync && type is not (GenericNameSyntax or QualifiedNameSyntax { Right: GenericNameSyntax }));
        // The arrow itself is commented away: positions are only ever added to.
        return [(body.ArrowToken.SpanStart, "{ " + Check + (returns ? "return " : "") + "/*"), (body.ArrowToken.Span.End, "*/"), (semicolon.Span.End, " }")];
    }

    // Only where the value has a type of its own, so that passing it through a method leaves every overload as it was.
    static IEnumerable<(int Position, string Insert)> Lambda(LambdaExpressionSyntax lambda, ExpressionSyntax value, SemanticModel model)
    {
        if (value is not (InvocationExpressionSyntax or BinaryExpressionSyntax or CastExpressionSyntax) || model.GetConstantValue(value).HasValue) return [];
        var isTree = model.GetTypeInfo(lambda).ConvertedType is { Name: "Expression" };
        return isTree || model.GetTypeInfo(value).Type is not { SpecialType: not SpecialType.System_Void, IsRefLikeType: false, TypeKind: not (TypeKind.Dynamic or TypeKind.Pointer or TypeKind.Error) }
            ? [] : [(value.SpanStart, Pass), (value.Span.End, ")")];
    }

    static IEnumerable<(int Position, string Insert)> Call(SyntaxNode call, ArgumentListSyntax arguments, SemanticModel model)
    {
        if (arguments.CloseParenToken.IsMissing || model.GetSymbolInfo(call).Symbol is not IMethodSymbol { Parameters: [.., { IsOptional: true } last] parameters }) return [];
        if (last.Type.ToDisplayString() != typeof(CancellationToken).FullName) return [];
        var given = arguments.Arguments;
        if (given.Count >= parameters.Length || given.Any(argument => argument.NameColon?.Name.Identifier.Text == last.Name)) return [];
        return [(arguments.CloseParenToken.SpanStart, $"{(given.Count > 0 ? ", " : "")}{last.Name}: {Token}")];
    }

    static bool IsTopLevel(SyntaxNode node) => !node.Ancestors().Any(ancestor => ancestor is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax
        or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax);
}
