using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Parameters;

/// <summary>One parameter of a notebook.</summary>
/// <param name="Name">The variable's name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">The default, as C# code.</param>
/// <param name="Help">The comment that stands with it, empty where there is none.</param>
public sealed record Parameter(string Name, ParameterType Type, string Default, string Help)
{
    /// <summary><paramref name="value"/> as a C# literal and as the notebook's metadata keeps it.</summary>
    /// <exception cref="UsageException">The value is not of the parameter's type.</exception>
    public (string Literal, JsonNode? Noted) Convert(ParameterValue value)
    {
        try
        {
            return Type.Convert(value);
        }
        catch (FormatException fault)
        {
            throw new UsageException($"Parameter {Name} ({Type}): {fault.Message}", fault);
        }
    }
}
