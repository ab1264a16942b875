namespace MedAnomaly.Notebooks.Sessions;

/// <summary>A line that speaks to the session and not to the compiler.</summary>
abstract record Magic;

/// <summary><c>#r "path.dll"</c>: opens an assembly.</summary>
sealed record ReferenceMagic(string Path) : Magic;

/// <summary><c>#r "nuget: Id, Version"</c>: fetches a package and opens its assemblies.</summary>
sealed record PackageMagic(string Id, string? Version) : Magic;

/// <summary><c>#i "nuget: source"</c>: a further place that packages come from.</summary>
sealed record SourceMagic(string Source) : Magic;

/// <summary><c>#!import "file"</c>: runs another notebook's or script's cells here.</summary>
sealed record ImportMagic(string Path) : Magic;

/// <summary><c>#!who</c> and its like: shows what the session holds or knows.</summary>
sealed record ListingMagic(string Name) : Magic;
