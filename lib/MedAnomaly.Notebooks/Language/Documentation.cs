using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace MedAnomaly.Notebooks.Language;

/// <summary>Finds the documentation of what a cell names: in the cell that declared it, beside its library, or in the SDK's reference packs.</summary>
static class Documentation
{
    const int MaximumDepth = 8;
    static readonly Lazy<string[]> ReferencePacks = new(FindReferencePacks);
    static readonly ConcurrentDictionary<string, XElement?> Found = new(StringComparer.Ordinal);

    /// <summary>What is written about <paramref name="symbol"/>; null where nothing is.</summary>
    public static DocumentationText? Of(ISymbol symbol, Compilation compilation) => Element(symbol, compilation, 0) is { } element ? new(element) : null;

    static XElement? Element(ISymbol symbol, Compilation compilation, int depth)
    {
        var origin = ((symbol as IMethodSymbol)?.ReducedFrom ?? symbol).OriginalDefinition;
        var element = Parse(origin.GetDocumentationCommentXml()) ?? FromFiles(origin, compilation);
        if (element?.Element("inheritdoc") is null || depth == MaximumDepth) return element;
        return Inherited(origin) is { } above ? Element(above, compilation, depth + 1) : null;
    }

    static ISymbol? Inherited(ISymbol symbol) => symbol switch
    {
        IMethodSymbol { OverriddenMethod: { } method } => method,
        IPropertySymbol { OverriddenProperty: { } property } => property,
        INamedTypeSymbol type => type.BaseType is { SpecialType: not SpecialType.System_Object } parent ? parent : type.Interfaces.FirstOrDefault(),
        _ => symbol.ContainingType?.AllInterfaces.SelectMany(face => face.GetMembers(symbol.Name))
            .FirstOrDefault(member => SymbolEqualityComparer.Default.Equals(symbol.ContainingType.FindImplementationForInterfaceMember(member), symbol)),
    };

    static XElement? FromFiles(ISymbol symbol, Compilation compilation)
    {
        if (symbol.GetDocumentationCommentId() is not { } id || symbol.ContainingAssembly is not { } assembly) return null;
        return Found.GetOrAdd(id, _ => Files(assembly, compilation).Select(file => Search(file, id)).FirstOrDefault(found => found is not null));
    }

    static IEnumerable<string> Files(IAssemblySymbol assembly, Compilation compilation)
    {
        if ((compilation.GetMetadataReference(assembly) as PortableExecutableReference)?.FilePath is { } path && Path.ChangeExtension(path, ".xml") is var beside && File.Exists(beside))
            return [beside];
        // The framework's types are documented under the library that the compiler sees, not the one that they lie in.
        return ReferencePacks.Value.OrderByDescending(file => Path.GetFileNameWithoutExtension(file) == assembly.Name)
            .ThenByDescending(file => Path.GetFileName(file) == "System.Runtime.xml");
    }

    // The files are large and the question is for one member: its element is cut out of the text.
    static XElement? Search(string file, string id)
    {
        var bytes = File.ReadAllBytes(file).AsSpan();
        var start = bytes.IndexOf(Encoding.UTF8.GetBytes($"<member name=\"{id}\">"));
        if (start < 0) return null;
        var end = bytes[start..].IndexOf("</member>"u8);
        return end < 0 ? null : Parse(Encoding.UTF8.GetString(bytes.Slice(start, end + "</member>"u8.Length)));
    }

    static XElement? Parse(string? xml)
    {
        if (string.IsNullOrWhiteSpace(xml)) return null;
        try
        {
            return XElement.Parse(xml.TrimStart().StartsWith("<member", StringComparison.Ordinal) || xml.TrimStart().StartsWith("<doc", StringComparison.Ordinal)
                ? xml : $"<member>{xml}</member>");
        }
        catch (XmlException)
        {
            return null; // A comment that is not well-formed documents nothing.
        }
    }

    static string[] FindReferencePacks()
    {
        // .../shared/Microsoft.NETCore.App/10.0.1/ lies in the same installation as .../packs/.
        var packs = Path.GetFullPath("../../../packs", RuntimeEnvironment.GetRuntimeDirectory());
        return [.. ((string[])["Microsoft.NETCore.App.Ref", "Microsoft.AspNetCore.App.Ref"]).Select(name => Path.Combine(packs, name)).Where(Directory.Exists)
            .SelectMany(pack => Directory.EnumerateDirectories(pack, $"{Environment.Version.Major}.*").OrderDescending(StringComparer.Ordinal).Take(1))
            .SelectMany(version => Directory.EnumerateFiles(version, "*.xml", SearchOption.AllDirectories))];
    }
}
