using System.Collections.Immutable;
using MedAnomaly.Notebooks.Display;
using Microsoft.CodeAnalysis;
using Microsoft.DotNet.Interactive.Formatting;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>What a cell can use without a line of set-up: the framework, the library, the tensor binding, the formatters.</summary>
static class SessionReferences
{
    static readonly string[] Namespaces =
    [
        "System", "System.Collections.Generic", "System.Diagnostics", "System.Globalization", "System.IO", "System.Linq", "System.Text",
        "System.Threading", "System.Threading.Tasks", "Microsoft.DotNet.Interactive", "Microsoft.DotNet.Interactive.Formatting",
        "MedAnomaly", "MedAnomaly.Data", "MedAnomaly.Images", "MedAnomaly.Volumes", "MedAnomaly.Encoders", "MedAnomaly.Neighbors",
        "MedAnomaly.Detectors", "MedAnomaly.Classifiers", "MedAnomaly.Training", "MedAnomaly.Outliers", "MedAnomaly.Metrics",
        "MedAnomaly.Figures", "MedAnomaly.Experiments", "MedAnomaly.Progress", "MedAnomaly.Files", "MedAnomaly.Data.Simulation", "MedAnomaly.Data.Brains",
        "TorchSharp",
    ];

    static readonly string[] StaticClasses = [typeof(NotebookDisplay).FullName!, typeof(DisplayExtensions).FullName!, "TorchSharp.torch"];

    static readonly Lazy<(ImmutableArray<MetadataReference> References, ImmutableArray<string> Imports)> Known = new(Find);

    public static ImmutableArray<MetadataReference> References => Known.Value.References;

    /// <summary>The namespaces and static classes that are open, those that the built library has.</summary>
    public static ImmutableArray<string> Imports => Known.Value.Imports;

    /// <summary>The file of a referenced assembly with this simple name, null where none is.</summary>
    public static string? PathOf(string simpleName) => References.OfType<PortableExecutableReference>()
        .Select(reference => reference.FilePath!).FirstOrDefault(path => Path.GetFileNameWithoutExtension(path).Equals(simpleName, StringComparison.OrdinalIgnoreCase));

    static (ImmutableArray<MetadataReference>, ImmutableArray<string>) Find()
    {
        var trusted = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        var references = trusted.Where(path => IsOpen(Path.GetFileNameWithoutExtension(path)))
            .Select(path => (MetadataReference)MetadataReference.CreateFromFile(path)).ToImmutableArray();
        var types = new[] { typeof(WorkbenchException).Assembly, typeof(NotebookDisplay).Assembly, TryLoad("TorchSharp") }.OfType<System.Reflection.Assembly>()
            .SelectMany(assembly => assembly.GetExportedTypes()).ToArray();
        var present = types.Select(type => type.Namespace).Concat(types.Select(type => type.FullName)).ToHashSet(StringComparer.Ordinal);
        // A room of the library that is not built yet has no namespace to open.
        return (references, [.. Namespaces.Concat(StaticClasses).Where(name => present.Contains(name) || !IsOurs(name))]);
    }

    static bool IsOurs(string name) => name.StartsWith("MedAnomaly", StringComparison.Ordinal) || name.StartsWith("TorchSharp", StringComparison.Ordinal);

    static bool IsOpen(string assembly) => assembly is "mscorlib" or "netstandard" or "Microsoft.CSharp" or "MedAnomaly" or "MedAnomaly.Notebooks" or "TorchSharp"
            or "Microsoft.AspNetCore.Html.Abstractions"
        || assembly == typeof(Formatter).Assembly.GetName().Name
        || assembly.StartsWith("System.", StringComparison.Ordinal) && !assembly.StartsWith("System.Private.", StringComparison.Ordinal)
            && assembly != "System.CommandLine";

    static System.Reflection.Assembly? TryLoad(string name)
    {
        try
        {
            return System.Reflection.Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
