using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>An exception as a cell's reader wants it: what, then the cell's own lines, then the library's methods, nothing of the machinery.</summary>
static partial class ErrorText
{
    const string Red = "\u001b[31m", Dim = "\u001b[2m", Bold = "\u001b[1m", Reset = "\u001b[0m";
    const int MaximumFrames = 30;

    public static CellError Of(Exception fault, CellSources sources)
    {
        while (fault is AggregateException { InnerExceptions.Count: 1 } or System.Reflection.TargetInvocationException { InnerException: not null }) fault = fault.InnerException!;
        var lines = new List<string>();
        if (fault is ImportException { Error: var imported }) return new(imported.Name, fault.Message, [$"{Red}{fault.Message}{Reset}", .. imported.Traceback]);
        for (Exception? cause = fault; cause is not null; cause = cause.InnerException)
        {
            var name = cause is MagicException ? "Magic" : cause.GetType().Name;
            lines.Add($"{(cause == fault ? "" : "caused by ")}{Red}{name}{Reset}: {cause.Message}");
            // A fault that the user can cure needs no tour of the library.
            if (cause is not MagicException) lines.AddRange(Frames(cause, sources, cellsOnly: fault is WorkbenchException));
        }
        return new(fault is MagicException ? "MagicException" : fault.GetType().FullName ?? fault.GetType().Name, fault.Message, lines);
    }

    static IEnumerable<string> Frames(Exception fault, CellSources sources, bool cellsOnly)
    {
        var shown = 0;
        string? last = null;
        foreach (var frame in new StackTrace(fault, fNeedFileInfo: true).GetFrames())
        {
            if (Describe(frame, sources, cellsOnly) is not { } line || line == last) continue;
            if (++shown > MaximumFrames)
            {
                yield return $"{Dim}   ...{Reset}";
                yield break;
            }
            yield return last = line;
        }
    }

    static string? Describe(StackFrame frame, CellSources sources, bool cellsOnly)
    {
        var number = frame.GetFileLineNumber();
        // The compiler makes a full path of a cell's name.
        if (Path.GetFileName(frame.GetFileName()) is { } file && sources.Contains(file))
            return $"{Bold}   {file} line {number.ToString(CultureInfo.InvariantCulture)}:{Reset} {sources.Line(file, number)?.Trim()}";
        var method = frame.GetMethod();
        var type = method?.DeclaringType;
        if (cellsOnly || method is null || type?.FullName is not { } name || Machinery().IsMatch(name)) return null;
        var where = frame.GetFileName() is { } path ? $" in {Path.GetFileName(path)}:{number.ToString(CultureInfo.InvariantCulture)}" : "";
        // Compiler-made names: an async method is a type <Name>d__3, a lambda a method <Name>b__4.
        if (MadeName().Match(name) is { Success: true } made) return $"{Dim}   at {made.Groups[1].Value.Replace('+', '.')}.{made.Groups[2].Value}{where}{Reset}";
        var parameters = string.Join(", ", method.GetParameters().Select(parameter => parameter.ParameterType.Name));
        return $"{Dim}   at {name.Replace('+', '.')}.{method.Name}({parameters}){where}{Reset}";
    }

    [GeneratedRegex("^(Submission#|Microsoft\\.CodeAnalysis\\.Scripting\\.|MedAnomaly\\.Notebooks\\.Sessions\\.|System\\.Runtime\\.CompilerServices\\.|System\\.Runtime\\.ExceptionServices\\.|System\\.Threading\\.|System\\.Runtime\\.ControlledExecution)")]
    private static partial Regex Machinery();

    [GeneratedRegex(@"^([\w.+`]+?)\+?(?:<>c\S*)?\+?<(\w+)>[bdg]__")]
    private static partial Regex MadeName();
}
