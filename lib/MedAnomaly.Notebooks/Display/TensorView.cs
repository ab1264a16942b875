using System.Globalization;
using System.Net;
using TorchSharp;

namespace MedAnomaly.Notebooks.Display;

/// <summary>A tensor's shape, type, device and a look at its elements.</summary>
static class TensorView
{
    /// <summary>HTML for <paramref name="tensor"/>. Of more than two dimensions the first matrix is shown, of long ones both ends.</summary>
    public static string Of(torch.Tensor tensor)
    {
        if (tensor.IsInvalid) return "<p>A tensor that was disposed.</p>";
        var facts = $"Tensor ({Join(" × ", tensor.shape)}), {tensor.dtype}, {tensor.device}";
        return $"<p><strong>{WebUtility.HtmlEncode(facts)}</strong></p>{Peek(tensor)}";
    }

    static string Peek(torch.Tensor tensor)
    {
        if (tensor.numel() == 0 || torch.is_complex(tensor.dtype)) return "";
        using var scope = torch.NewDisposeScope();
        var shown = tensor.detach();
        while (shown.dim() > 2) shown = shown.select(0, 0);
        var which = tensor.dim() > 2 ? $"[{Join(", ", Enumerable.Repeat(0L, (int)tensor.dim() - 2))}, :, :] =\n" : "";
        return $"<pre>{WebUtility.HtmlEncode(which + shown.ToString(TensorStringStyle.Numpy, cultureInfo: CultureInfo.InvariantCulture))}</pre>";
    }

    static string Join(string separator, IEnumerable<long> numbers) => string.Join(separator, numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
