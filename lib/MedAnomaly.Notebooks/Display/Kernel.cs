using MedAnomaly.Figures;
using MedAnomaly.Notebooks.Display;
using MedAnomaly.Notebooks.Documents;

// The namespace and names that notebooks of .NET Interactive use, so that they run as they are.
namespace Microsoft.DotNet.Interactive;

/// <summary>What a cell of .NET Interactive calls by this class's name; here the same as <see cref="NotebookDisplay"/>.</summary>
public static class Kernel
{
    /// <inheritdoc cref="NotebookDisplay.display"/>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => NotebookDisplay.display(value, mimeTypes);

    /// <inheritdoc cref="NotebookDisplay.HTML"/>
    public static MimeContent HTML(string content) => NotebookDisplay.HTML(content);

    /// <inheritdoc cref="NotebookDisplay.CSS"/>
    public static void CSS(string content) => NotebookDisplay.CSS(content);

    /// <inheritdoc cref="NotebookDisplay.Javascript"/>
    public static void Javascript(string scriptContent) => NotebookDisplay.Javascript(scriptContent);

    /// <inheritdoc cref="NotebookDisplay.input"/>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") =>
        Task.FromResult(typeHint == "password" ? NotebookDisplay.password(prompt) : NotebookDisplay.input(prompt));

    /// <inheritdoc cref="NotebookDisplay.password"/>
    public static Task<PasswordString> GetPasswordAsync(string prompt = "") => Task.FromResult(new PasswordString(NotebookDisplay.password(prompt)));
}

/// <summary>A text that is not shown when the value is.</summary>
public sealed class PasswordString(string password)
{
    /// <summary>The text.</summary>
    public string GetClearTextPassword() => password;

    /// <summary>As many dots as the text has characters.</summary>
    public override string ToString() => new('•', password.Length);
}

/// <summary>LaTeX, which front ends typeset.</summary>
public sealed class LaTeXString(string latexCode) : IMimeBundle
{
    /// <summary>Takes a text for LaTeX.</summary>
    public static implicit operator LaTeXString(string source) => new(source);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> MimeBundle() => new Dictionary<string, string> { [Mime.Latex] = latexCode, [Mime.Text] = latexCode };

    /// <inheritdoc/>
    public override string ToString() => latexCode;
}

/// <summary>A formula, which front ends typeset.</summary>
public sealed class MathString(string latexCode) : IMimeBundle
{
    /// <summary>Takes a text for a formula.</summary>
    public static implicit operator MathString(string source) => new(source);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> MimeBundle() => new Dictionary<string, string> { [Mime.Latex] = $"$${latexCode}$$", [Mime.Text] = latexCode };

    /// <inheritdoc/>
    public override string ToString() => latexCode;
}
