using System.Reflection;
using System.Runtime.Loader;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Finds the files that <c>#r</c> names, and what they need when they run.</summary>
static class Assemblies
{
    static readonly Dictionary<string, string> Managed = new(StringComparer.OrdinalIgnoreCase);
    static readonly List<string> NativeFolders = [];
    static readonly Lock Gate = new();
    static bool hooked;

    /// <summary>The files to open for <c>#r "path"</c>; none where the session has that assembly already.</summary>
    /// <exception cref="MagicException">There is no such file, or it is no .NET assembly.</exception>
    public static IReadOnlyList<string> Resolve(string path, string directory)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        // Another copy of a library that is loaded would bring types of the same names that are not the same.
        if (SessionReferences.PathOf(path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? name : path) is not null) return [];
        var full = Path.GetFullPath(path, directory);
        if (!File.Exists(full)) throw new MagicException($"#r: there is no file {full}. Paths are relative to the notebook's folder; for a package write #r \"nuget: {name}, version\".");
        try
        {
            AssemblyName.GetAssemblyName(full);
        }
        catch (BadImageFormatException fault)
        {
            throw new MagicException($"#r: {full} is no .NET assembly. A native library is loaded by the code that calls it, not by #r.", fault);
        }
        Provide([full], []);
        return [full];
    }

    /// <summary>Lets the runtime find these assemblies by name, and native libraries in these folders.</summary>
    public static void Provide(IEnumerable<string> assemblies, IEnumerable<string> nativeFolders)
    {
        lock (Gate)
        {
            foreach (var path in assemblies) Managed.TryAdd(Path.GetFileNameWithoutExtension(path), path);
            NativeFolders.AddRange(nativeFolders);
            if (hooked) return;
            hooked = true;
            AssemblyLoadContext.Default.Resolving += (context, name) => Find(name) is { } path ? context.LoadFromAssemblyPath(path) : null;
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => LoadNative(name);
        }
    }

    static string? Find(AssemblyName name)
    {
        lock (Gate) return name.Name is { } simple && Managed.TryGetValue(simple, out var path) ? path : null;
    }

    static nint LoadNative(string name)
    {
        lock (Gate)
        {
            foreach (var folder in NativeFolders)
            {
                foreach (var file in (string[])[name, $"lib{name}.so", $"{name}.so"])
                {
                    if (System.Runtime.InteropServices.NativeLibrary.TryLoad(Path.Combine(folder, file), out var handle)) return handle;
                }
            }
        }
        return 0;
    }
}
