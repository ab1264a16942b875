using MedAnomaly.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MedAnomaly.Notebooks.Language;

/// <summary>
/// What an editor asks about a cell that is being written: completions, documentation, whether it is complete. It knows what the cells
/// that have ended declared, and answers from any thread, also while a cell runs. Positions are UTF-16 code units.
/// </summary>
public sealed class LanguageService
{
    readonly ScriptChain chain;

    internal LanguageService(ScriptChain chain) => this.chain = chain;

    /// <summary>What could stand at <paramref name="position"/>.</summary>
    public CompletionList Complete(string code, int position)
    {
        position = Math.Clamp(position, 0, code.Length);
        return MagicLines.Complete(code, position) ?? Completer.Complete(Model(code), position);
    }

    /// <summary>What stands at <paramref name="position"/>: declaration and documentation; null where nothing with a name does.</summary>
    /// <param name="code">The cell.</param>
    /// <param name="position">The cursor.</param>
    /// <param name="withSource">Also the text of the declaration, where a cell declared it.</param>
    public Inspection? Inspect(string code, int position, bool withSource = false) =>
        Inspector.Inspect(Model(code), Math.Clamp(position, 0, code.Length), withSource);

    /// <summary>Whether a console should run <paramref name="code"/> or wait for more.</summary>
    public static CompletenessCheck Check(string code)
    {
        var text = MagicLines.Blank(code);
        var tree = CSharpSyntaxTree.ParseText(text, ScriptChain.ParseOptions);
        var errors = tree.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        if (SyntaxFactory.IsCompleteSubmission(tree)) return new(errors.Count == 0 ? Completeness.Complete : Completeness.Invalid, "");
        // An error that ends before the text does is not cured by typing on, unless it is an open comment or string.
        var end = text.TrimEnd().Length;
        var hopeless = errors.Exists(error => error.Id is not ("CS1035" or "CS1039" or "CS8997") && error.Location.SourceSpan.End < end);
        return hopeless ? new(Completeness.Invalid, "") : new(Completeness.Incomplete, Indent(text));
    }

    SemanticModel Model(string code)
    {
        var compilation = chain.Continue(MagicLines.Blank(code), "question").GetCompilation();
        return compilation.GetSemanticModel(compilation.SyntaxTrees.Last());
    }

    static string Indent(string code)
    {
        var last = code.Split('\n').LastOrDefault(line => line.Trim().Length > 0) ?? "";
        var indent = last[..(last.Length - last.TrimStart().Length)];
        return last.TrimEnd() is [.., '{' or '(' or '['] ? indent + "    " : indent;
    }
}

/// <summary>What could stand at the cursor.</summary>
/// <param name="Items">The candidates, sorted.</param>
/// <param name="Start">Where the text that they replace begins.</param>
/// <param name="End">Where it ends.</param>
public sealed record CompletionList(IReadOnlyList<CompletionItem> Items, int Start, int End);

/// <summary>One candidate.</summary>
/// <param name="Text">What would be written.</param>
/// <param name="Kind">Function, class, property and so on, in the words of Jupyter's front ends.</param>
public sealed record CompletionItem(string Text, string Kind);

/// <summary>What is known about a name.</summary>
/// <param name="Plain">As plain text.</param>
/// <param name="Markdown">As Markdown.</param>
public sealed record Inspection(string Plain, string Markdown);

/// <summary>Whether code can run as it is.</summary>
public enum Completeness
{
    /// <summary>It can.</summary>
    Complete,
    /// <summary>More has to be typed.</summary>
    Incomplete,
    /// <summary>It is wrong, whatever follows.</summary>
    Invalid,
}

/// <summary>Whether code can run as it is, and how far the next line should be indented.</summary>
public sealed record CompletenessCheck(Completeness Status, string Indent);
