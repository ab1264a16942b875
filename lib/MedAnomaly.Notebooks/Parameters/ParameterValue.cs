namespace MedAnomaly.Notebooks.Parameters;

/// <summary>A value as somebody wrote it: text, a list or a map of such.</summary>
public abstract record ParameterValue;

/// <summary>One word or text.</summary>
/// <param name="Text">As written.</param>
/// <param name="IsQuoted">True where quotes say that it is text and nothing else.</param>
public sealed record ScalarValue(string Text, bool IsQuoted) : ParameterValue
{
    /// <summary>True where this stands for no value.</summary>
    public bool IsNull => !IsQuoted && Text is "null" or "~" or "";
}

/// <summary>Values in a row.</summary>
/// <param name="Items">The values.</param>
public sealed record ListValue(IReadOnlyList<ParameterValue> Items) : ParameterValue;

/// <summary>Values by name.</summary>
/// <param name="Entries">Names and values, in the order written.</param>
public sealed record MapValue(IReadOnlyList<KeyValuePair<string, ParameterValue>> Entries) : ParameterValue;
