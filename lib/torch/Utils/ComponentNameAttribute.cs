namespace TorchSharp.Utils;

/// <summary>The name under which a field's tensor or module stands in the state dictionary, where it is not the field's own.</summary>
[AttributeUsage(AttributeTargets.Field)]
public class ComponentNameAttribute : Attribute
{
    public string? Name { get; set; }
}
