using System.Text;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

/// <summary>A small manifest that tests change.</summary>
static class SmallManifest
{
    /// <summary>The rules that <see cref="Text"/> has for files.</summary>
    public const string Rules = """
        [
          { "pattern": "**/no/*.png", "label": "normal", "class": "no" },
          { "pattern": "**/yes/*.png", "label": "abnormal", "class": "yes" }
        ]
        """;

    public const string Text = $$"""
        {
          "schema": 1,
          "id": "small",
          "kind": "dataset",
          "title": "Small",
          "licence": "CC0",
          "citation": "Nobody",
          "access": "registration",
          "obtain": "Ask nobody for it.",
          "samples": {
            "form": "images",
            "files": {{Rules}}
          },
          "traps": ["It is small."]
        }
        """;

    /// <summary>The manifest with each old text replaced by a new one.</summary>
    public static Manifest Read(params (string Old, string New)[] changes) => ReadBytes(Encoding.UTF8.GetBytes(Change(changes)));

    public static Manifest ReadBytes(byte[] bytes) => ManifestReader.Read("small.json", bytes);

    static string Change((string Old, string New)[] changes)
    {
        var text = Text;
        foreach (var (old, @new) in changes)
        {
            Assert.Contains(old, text);
            text = text.Replace(old, @new, StringComparison.Ordinal);
        }
        return text;
    }
}
