using System.Runtime.InteropServices;
using MedAnomaly.Notebooks.Display;
using Microsoft.CodeAnalysis.Scripting;
using TorchSharp;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>What <c>#!who</c>, <c>#!whos</c>, <c>#!about</c> and <c>#!lsmagic</c> show.</summary>
static class Listings
{
    const int MaximumValue = 80;

    /// <summary>The listing that the magic <paramref name="name"/> asks for.</summary>
    public static MimeData Of(string name, ScriptChain chain, string directory) => ValueFormat.Of(name switch
    {
        "who" => chain.Variables.Select(variable => variable.Name).ToArray() is { Length: > 0 } names ? string.Join(", ", names) : "no variables yet",
        "whos" => chain.Variables.Select(Row).ToArray(),
        "lsmagic" => CellText.Known.Select(magic => new { magic = "#!" + magic.Name, does = magic.Does }).ToArray(),
        _ => About(directory),
    });

    static object Row(ScriptVariable variable)
    {
        var value = PlainText.Of(variable.Value).ReplaceLineEndings(" ");
        return new { name = variable.Name, type = PlainText.TypeName(variable.Type), value = value.Length > MaximumValue ? value[..MaximumValue] + "…" : value };
    }

    static Dictionary<string, string> About(string directory) => new()
    {
        ["kernel"] = $"C# (MedAnomaly) {typeof(WorkbenchException).Assembly.GetName().Version!.ToString(3)}",
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["system"] = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
        ["libtorch"] = torch.__version__,
        ["device"] = torch.cuda.is_available() ? "cuda" : "cpu",
        ["process"] = Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["folder"] = directory,
    };
}
