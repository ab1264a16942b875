using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>What the compiler said about a cell, with the line and a caret, and a word of help where notebooks differ from programs.</summary>
static partial class CompileErrors
{
    const int MaximumShown = 10;
    const string Red = "\u001b[31m", Cyan = "\u001b[36m", Reset = "\u001b[0m";

    public static CellError Explain(IReadOnlyList<Diagnostic> errors, Compilation compilation, CellSources sources)
    {
        var lines = new List<string>();
        var helped = new HashSet<string>(StringComparer.Ordinal);
        var misread = new HashSet<int>();
        string? firstHelp = null;
        foreach (var error in errors.OrderBy(error => error.Location.SourceSpan.Start).Take(MaximumShown))
        {
            var span = error.Location.GetLineSpan();
            var (line, column) = (span.StartLinePosition.Line + 1, span.StartLinePosition.Character);
            // What else the compiler says about a line that it took for something else only misleads.
            if (misread.Contains(line)) continue;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{span.Path} line {line}, column {column + 1}: {Red}error {error.Id}{Reset}: {error.GetMessage(CultureInfo.InvariantCulture)}"));
            if (sources.Line(span.Path, line) is { } text)
            {
                var width = span.EndLinePosition.Line == span.StartLinePosition.Line ? Math.Max(1, span.EndLinePosition.Character - column) : 1;
                var caret = string.Concat(text.Take(column).Select(c => c == '\t' ? '\t' : ' ')) + new string('^', Math.Min(width, Math.Max(1, text.Length - column)));
                lines.Add("    " + text);
                lines.Add($"    {Red}{caret}{Reset}");
            }
            var meant = Misread(error);
            if (meant is not null) misread.Add(line);
            if ((meant ?? Help(error, compilation)) is not { } help || !helped.Add(help)) continue;
            firstHelp ??= help;
            lines.Add($"    {Cyan}{help}{Reset}");
        }
        if (errors.Count > MaximumShown) lines.Add($"... and {errors.Count - MaximumShown} more.");
        var first = errors[0].GetMessage(CultureInfo.InvariantCulture);
        return new("CompilationError", firstHelp is null ? first : $"{first} {firstHelp}", lines);
    }

    static string? Misread(Diagnostic error)
    {
        if (UsingDeclaration().IsMatch(LineOf(error)))
            return "A cell cannot dispose a variable at its end, because later cells use it. Write 'var x = ...;', or 'using (var x = ...) { ... }' around what needs it.";
        if (ReferenceVariable().IsMatch(LineOf(error)))
            return "A notebook's variables cannot be references (ref). Use the element itself, or wrap the code in braces: { ref var x = ref ...; }.";
        return error.Id == "CS0246" && Copy().IsMatch(LineOf(error)) ? "Put it in parentheses here: '(x with { ... })', or assign it to a variable." : null;
    }

    static string? Help(Diagnostic error, Compilation compilation)
    {
        var node = Node(error);
        if (node is not null && BareList(node, error)) return "A list in brackets needs a type here: write 'new[] { 1, 2, 3 }', or 'int[] x = [1, 2, 3];'.";
        return error.Id switch
        {
            "CS7021" => "A cell cannot declare a namespace. Declare the types directly; they are known to all later cells.",
            "CS1109" or "CS1106" or "CS9283" => "In a notebook an extension method stands by itself, outside any class: 'static int Twice(this int x) => 2 * x;'.",
            "CS8345" or "CS9244" => "A Span lives on the stack and a notebook's variables do not. Use an array, or wrap the code in braces: { Span<int> s = ...; }.",
            "CS7020" or "CS1624" => "A cell cannot yield. Put the iterator into a method and call it.",
            "CS9176" => "A list in brackets needs a type here: write 'new[] { 1, 2, 3 }', or 'int[] x = [1, 2, 3];'.",
            "CS1024" or "CS9282" or "CS9378" when LineOf(error).TrimStart().StartsWith("#!", StringComparison.Ordinal)
                => "A magic (#!...) stands at the top of a cell, before any code.",
            "CS9298" when ProjectLine().Match(LineOf(error)) is { Success: true } line => line.Groups["id"].Success
                ? $"A package is opened by #r \"nuget: {line.Groups["id"].Value}{(line.Groups["version"].Success ? ", " + line.Groups["version"].Value : "")}\"."
                : "A notebook has no project: leave the line out.",
            "CS9054" => "Types of a cell are known to all later cells: leave the word 'file' out.",
            "CS0103" when LineOf(error)[error.Location.GetLineSpan().StartLinePosition.Character..].StartsWith("args", StringComparison.Ordinal) =>
                "A notebook has no command line. Give it parameters: declare them in a cell with the tag 'parameters', and set them by 'run -p name value'.",
            "CS0103" or "CS0246" or "CS0117" or "CS1061" => Names.Suggest(error, node, compilation),
            _ => null,
        };
    }

    static SyntaxNode? Node(Diagnostic error) =>
        error.Location.SourceTree?.GetRoot() is { } root && root.FullSpan.Contains(error.Location.SourceSpan)
            ? root.FindNode(error.Location.SourceSpan, getInnermostNodeForTie: true) : null;

    static string LineOf(Diagnostic error) => error.Location.SourceTree?.GetText() is { } text
        ? text.ToString(text.Lines.GetLineFromPosition(error.Location.SourceSpan.Start).Span) : "";

    // '[1, 2, 3]' at the start of a statement parses as attributes.
    static bool BareList(SyntaxNode node, Diagnostic error)
    {
        if (!error.Id.StartsWith("CS1", StringComparison.Ordinal) && error.Id is not "CS7014") return false;
        var line = LineOf(error).Trim();
        return line.StartsWith('[') && line.TrimEnd(';').EndsWith(']') && node.SyntaxTree.GetRoot().DescendantNodes().OfType<AttributeListSyntax>().Any();
    }

    [GeneratedRegex(@"(^|;)\s*(ref|scoped ref)\s+(readonly\s+)?[\w.<>\[\]]+\s+\w+\s*=\s*ref\b")]
    private static partial Regex ReferenceVariable();

    // 'x with { ... }' at the start of a statement parses as a property 'with' of a type 'x'.
    [GeneratedRegex(@"(^|;)\s*\w+\s+with\s*\{")]
    private static partial Regex Copy();

    // What single-file programs write at their top.
    [GeneratedRegex(@"^\s*#:(?:package\s+(?<id>[\w.]+)(?:@(?<version>\S+))?)?")]
    private static partial Regex ProjectLine();

    // 'using var x = f();' parses as the directive 'using var' with the rest in error.
    [GeneratedRegex(@"^\s*(await\s+)?using\s+[\w.<>,\[\]? ]+\s+\w+\s*=")]
    private static partial Regex UsingDeclaration();
}
