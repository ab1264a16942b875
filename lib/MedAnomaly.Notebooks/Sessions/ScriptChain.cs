using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>The submissions of a session: each cell's code is compiled as a continuation of those before it.</summary>
sealed class ScriptChain
{
    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, kind: SourceCodeKind.Script);

    readonly InteractiveAssemblyLoader loader = new();
    ScriptOptions options;
    ScriptState<object>? state;

    public ScriptChain(string directory)
    {
        options = ScriptOptions.Default
            .WithReferences(SessionReferences.References)
            .WithImports(SessionReferences.Imports)
            .WithLanguageVersion(LanguageVersion.Preview)
            .WithOptimizationLevel(OptimizationLevel.Release)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithAllowUnsafe(true)
            .WithSourceResolver(new SourceFileResolver(ImmutableArray<string>.Empty, directory))
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(directory));
    }

    /// <summary>Opens assemblies to all later cells.</summary>
    public void Reference(IEnumerable<string> paths) =>
        options = options.AddReferences(paths.Select(path => MetadataReference.CreateFromFile(path)));

    /// <summary>The script that continues the session with <paramref name="code"/>, not yet compiled.</summary>
    public Script<object> Continue(string code, string name)
    {
        var named = options.WithFilePath(name);
        return state is null ? CSharpScript.Create<object>(code, named, assemblyLoader: loader) : state.Script.ContinueWith<object>(code, named);
    }

    /// <summary>Starts <paramref name="script"/> after the cells that ran. Exceptions end up in the state, so that variables set before survive.</summary>
    public Task<ScriptState<object>> Start(Script<object> script, CancellationToken cancellationToken) => state is null
        ? script.RunAsync(null, _ => true, cancellationToken)
        : script.RunFromAsync(state, _ => true, cancellationToken);

    /// <summary>Later cells see what the one that ended in <paramref name="next"/> declared.</summary>
    public void Advance(ScriptState<object> next)
    {
        state = next;
        // A submission inherits the references of those before it. Given again they would add up, and memory grow with the cells' square.
        options = options.WithReferences(Array.Empty<MetadataReference>());
    }

    /// <summary>The session's variables, the latest of each name, in the order of their declaration.</summary>
    public IEnumerable<ScriptVariable> Variables => state is null ? []
        : state.Variables.Reverse().DistinctBy(variable => variable.Name, StringComparer.Ordinal).Reverse();
}
