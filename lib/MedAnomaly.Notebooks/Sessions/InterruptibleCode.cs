using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>
/// Changes a cell's code so that an interrupt leaves what it had assigned: a yield before the first statement makes an abort unwind into
/// the cell's own task and not into Roslyn's, which would throw the cell's variables away; an await at the top level ends with the
/// interrupt. Nothing is added but on the lines that are there, so that line numbers stay.
/// </summary>
static class InterruptibleCode
{
    const string Yield = "await global::System.Threading.Tasks.Task.Yield(); ";
    static readonly string Awaitable = $"global::{typeof(InterruptibleAwait).FullName}.{nameof(InterruptibleAwait.Of)}(";

    public static string Of(string code)
    {
        var root = (CompilationUnitSyntax)CSharpSyntaxTree.ParseText(code, ScriptChain.ParseOptions).GetRoot();
        if (root.Members.Count == 0) return code;
        var text = new StringBuilder(code);
        // Last first, so that positions stay valid.
        var awaits = root.DescendantNodes(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax
            or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or BaseTypeDeclarationSyntax)).OfType<AwaitExpressionSyntax>();
        foreach (var (position, insert) in awaits.SelectMany(Insertions).OrderByDescending(insertion => insertion.Position))
            text.Insert(position, insert);
        return text.Insert(root.Members[0].SpanStart, Yield).ToString();
    }

    static IEnumerable<(int Position, string Insert)> Insertions(AwaitExpressionSyntax expression) =>
        [(expression.Expression.SpanStart, Awaitable), (expression.Expression.Span.End, ")")];
}

/// <summary>What a cell's awaits are wrapped in. Cells do not call it themselves.</summary>
public static class InterruptibleAwait
{
    /// <summary>The task, or the interrupt of the calling cell, whichever comes first.</summary>
    public static Task Of(Task task) => task.WaitAsync(Interrupt);

    /// <inheritdoc cref="Of(Task)"/>
    public static Task<T> Of<T>(Task<T> task) => task.WaitAsync(Interrupt);

    /// <inheritdoc cref="Of(Task)"/>
    public static ValueTask Of(ValueTask task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Interrupt));

    /// <inheritdoc cref="Of(Task)"/>
    public static ValueTask<T> Of<T>(ValueTask<T> task) => task.IsCompleted ? task : new(task.AsTask().WaitAsync(Interrupt));

    /// <summary>Awaitables that are no tasks are left as they are.</summary>
    public static T Of<T>(T awaitable) => awaitable;

    static CancellationToken Interrupt => CellChannel.Current?.Interrupt ?? CancellationToken.None;
}
