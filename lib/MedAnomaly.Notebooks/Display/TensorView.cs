using System.Globalization;
using System.Net;
using System.Reflection;

namespace MedAnomaly.Notebooks.Display;

/// <summary>A tensor's shape, type, device and a look at its values. Reads TorchSharp's public names, so that either binding will do.</summary>
static class TensorView
{
    /// <summary>HTML for a tensor; null for anything else.</summary>
    public static string? Of(object value)
    {
        var type = value.GetType();
        if (type.FullName != "TorchSharp.torch+Tensor") return null;
        if (type.GetProperty("IsInvalid")?.GetValue(value) is true) return "<p>A tensor that was disposed.</p>";
        var shape = (long[])type.GetProperty("shape")!.GetValue(value)!;
        var facts = $"Tensor ({string.Join(" × ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}), {Read(type, value, "dtype")}, {Read(type, value, "device")}";
        var peek = type.GetMethod(nameof(ToString), Type.EmptyTypes)?.Invoke(value, null) as string ?? "";
        return $"<p><strong>{WebUtility.HtmlEncode(facts)}</strong></p><pre>{WebUtility.HtmlEncode(peek)}</pre>";
    }

    static string Read(Type type, object value, string property) =>
        string.Format(CultureInfo.InvariantCulture, "{0}", type.GetProperty(property, BindingFlags.Instance | BindingFlags.Public)?.GetValue(value));
}
