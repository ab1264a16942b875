using System.Globalization;
using System.Text;

namespace TorchSharp;

public enum TensorStringStyle
{
    Metadata,
    Julia,
    Numpy,
    CSharp,
    Default,
}

public static partial class torch
{
    /// <summary>The style of str() and print() where none is given.</summary>
    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Julia;

    public partial class Tensor
    {
        // Beyond this many, the middle of a dimension is left out, as numpy does.
        const int EdgeItems = 3, MaxItems = 1000;

        /// <summary>Shape, type and device: what a tensor is, not what is in it.</summary>
        public override string ToString() => handle == 0 ? $"{Named} (disposed)" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";

        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null,
            string? newLine = null) =>
            ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine);

        /// <summary>Shape, type, device and, unless the style is Metadata, the elements in numpy's brackets, long dimensions cut in the
        /// middle.</summary>
        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null,
            string? newLine = null)
        {
            if (style == TensorStringStyle.Default) style = TensorStringStyle;
            if (style == TensorStringStyle.Metadata || is_meta) return ToString();
            newLine ??= "\n";
            cultureInfo ??= CultureInfo.InvariantCulture;
            using var scope = NewDisposeScope();
            using var still = no_grad();
            var type = dtype;
            // Of a large tensor on a GPU only the elements that are written are fetched.
            var source = numel() > MaxItems ? detach() : detach().cpu();
            Func<double, string> format = type == ScalarType.Bool ? v => v != 0 ? "true" : "false"
                : torch.is_integral(type) ? v => v.ToString("0", cultureInfo)
                : v => v.ToString(fltFormat ?? "g5", cultureInfo);
            var text = new StringBuilder();
            if (style != TensorStringStyle.Numpy) text.Append(ToString()).Append(newLine);
            var cells = new Cells(source, format, newLine, numel() > MaxItems);
            return cells.Write(text).ToString();
        }

        internal static string Brackets(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

        /// <summary>Writes the elements of a CPU tensor in nested brackets, all of one width.</summary>
        sealed class Cells(Tensor source, Func<double, string> format, string newLine, bool cut)
        {
            readonly long[] shape = source.shape;
            readonly Queue<string> cells = new();

            internal StringBuilder Write(StringBuilder text)
            {
                Collect(source, 0);
                var width = cells.Count == 0 ? 0 : cells.Max(c => c.Length);
                Write(text, 0, width);
                return text;
            }

            IEnumerable<long> Shown(int dim)
            {
                for (long i = 0; i < shape[dim]; i++)
                {
                    if (cut && shape[dim] > 2 * EdgeItems && i == EdgeItems)
                    {
                        yield return -1;
                        i = shape[dim] - EdgeItems;
                    }
                    yield return i;
                }
            }

            void Collect(Tensor part, int dim)
            {
                if (dim == shape.Length)
                {
                    cells.Enqueue(format(part.to(ScalarType.Float64).item<double>()));
                    return;
                }
                foreach (var i in Shown(dim))
                    if (i >= 0) Collect(part.select(0, i), dim + 1);
            }

            void Write(StringBuilder text, int dim, int width)
            {
                if (dim == shape.Length)
                {
                    text.Append(cells.Dequeue().PadLeft(width));
                    return;
                }
                text.Append('[');
                var inner = dim == shape.Length - 1;
                var first = true;
                foreach (var i in Shown(dim))
                {
                    if (!first) text.Append(inner ? " " : newLine + new string(' ', dim + 1));
                    first = false;
                    if (i < 0) text.Append("...");
                    else Write(text, dim + 1, width);
                }
                text.Append(']');
            }
        }
    }
}
