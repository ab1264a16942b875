using System.Text.Json;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>Numbers in JSON, whether they were read from a file or put there by code, which System.Text.Json tells apart.</summary>
static class JsonNumber
{
    /// <summary>The number; null for anything else.</summary>
    public static double? Of(JsonNode? node) => node?.GetValueKind() == JsonValueKind.Number ? node.Deserialize<double>() : null;
}
