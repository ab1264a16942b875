using System.Diagnostics;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Fetches NuGet packages for <c>#r "nuget: ..."</c> by letting the SDK restore a project that references them.</summary>
sealed class Packages
{
    static readonly string Framework = $"net{Environment.Version.Major}.0";
    static readonly string Cache = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"), "medanomaly", "packages");

    readonly List<string> sources = [];
    readonly List<PackageMagic> wanted = [];

    /// <summary>A further place that packages come from.</summary>
    public void AddSource(string source) => sources.Add(source);

    /// <summary>
    /// Fetches <paramref name="package"/> and what it depends on, together with the packages asked for before, so that all agree on versions.
    /// </summary>
    /// <returns>The assemblies to open.</returns>
    /// <exception cref="MagicException">The package cannot be fetched; the message holds what the SDK said.</exception>
    public IReadOnlyList<string> Restore(PackageMagic package, CancellationToken cancellationToken)
    {
        PackageMagic[] all = [.. wanted.Where(known => !known.Id.Equals(package.Id, StringComparison.OrdinalIgnoreCase)), package];
        var project = Project(all);
        var folder = Path.Combine(Cache, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)).AsSpan(0, 8)));
        var assets = Path.Combine(folder, "obj", "project.assets.json");
        if (!File.Exists(assets))
        {
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, "packages.csproj");
            File.WriteAllText(file, project);
            Run(file, package, cancellationToken);
        }
        wanted.Clear();
        wanted.AddRange(all);
        return Open(JsonNode.Parse(File.ReadAllText(assets))!.AsObject());
    }

    string Project(PackageMagic[] packages)
    {
        var references = packages.Select(package =>
            $"<PackageReference Include=\"{SecurityElement.Escape(package.Id)}\" Version=\"{SecurityElement.Escape(package.Version ?? "*")}\" />");
        return $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>{Framework}</TargetFramework>
                <RestoreAdditionalProjectSources>{SecurityElement.Escape(string.Join(';', sources))}</RestoreAdditionalProjectSources>
                <NuGetAudit>false</NuGetAudit>
                <ImportDirectoryBuildProps>false</ImportDirectoryBuildProps>
                <ImportDirectoryPackagesProps>false</ImportDirectoryPackagesProps>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                {string.Join("\n    ", references)}
              </ItemGroup>
            </Project>
            """;
    }

    static void Run(string project, PackageMagic package, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet", ["restore", project, "--verbosity", "quiet", "--nologo"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(project)!,
        };
        using var process = Process.Start(start) ?? throw new MagicException("#r: the program 'dotnet' did not start.");
        using var stop = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var said = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        cancellationToken.ThrowIfCancellationRequested();
        if (process.ExitCode == 0) return;
        File.Delete(Path.Combine(Path.GetDirectoryName(project)!, "obj", "project.assets.json"));
        var first = said.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? said.Trim();
        var reason = first[(first.IndexOf("error ", StringComparison.Ordinal) is >= 0 and var at ? at : 0)..];
        throw new MagicException($"#r: the package {package.Id} {package.Version} could not be fetched: {reason}. Look for a slip in the name or the version, or for the network.");
    }

    static List<string> Open(JsonObject assets)
    {
        var roots = assets["packageFolders"]!.AsObject().Select(folder => folder.Key).ToArray();
        var libraries = assets["libraries"]!.AsObject();
        var opened = new List<string>();
        var running = new List<string>();
        var native = new List<string>();
        foreach (var (key, target) in assets["targets"]!.AsObject().First().Value!.AsObject())
        {
            if (libraries[key]?["path"]?.GetValue<string>() is not { } path) continue;
            IEnumerable<string> Files(string group) => (target?[group] as JsonObject ?? []).Select(file => file.Key)
                .Where(file => !file.EndsWith("_._", StringComparison.Ordinal))
                .Select(file => roots.Select(root => Path.Combine(root, path, file)).FirstOrDefault(File.Exists)).OfType<string>();
            var own = Files("compile").Where(file => SessionReferences.PathOf(Path.GetFileNameWithoutExtension(file)) is null);
            opened.AddRange(own);
            running.AddRange(Files("runtime"));
            native.AddRange(NativeFolders(roots, path));
        }
        Assemblies.Provide(running, native);
        return opened;
    }

    static IEnumerable<string> NativeFolders(string[] roots, string path) => roots
        .SelectMany(root => (string[])[$"linux-{Architecture}", "linux", "unix"], (root, platform) => Path.Combine(root, path, "runtimes", platform, "native"))
        .Where(Directory.Exists);

    static string Architecture => System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        _ => "x64",
    };
}
