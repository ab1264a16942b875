using MedAnomaly.Notebooks.Display;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>The value of a cell's last expression, which the cell shows.</summary>
static class TrailingValue
{
    /// <summary>What to show; null where the cell ends in a statement, or in something that was shown already.</summary>
    public static MimeData? Of(ScriptState<object> state, Script script) => state.ReturnValue switch
    {
        DisplayedValue => null,
        null => EndsInNull(script.GetCompilation()) ? ValueFormat.Of(null) : null,
        var value => ValueFormat.Of(value),
    };

    // A void call without a semicolon has no value, a null has one.
    static bool EndsInNull(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax { SemicolonToken.IsMissing: true } last }] }
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).Type is { SpecialType: not SpecialType.System_Void };
    }
}
