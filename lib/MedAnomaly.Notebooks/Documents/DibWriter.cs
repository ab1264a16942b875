using System.Text;
using System.Text.Json.Nodes;

namespace MedAnomaly.Notebooks.Documents;

/// <summary>Writes .dib. It holds no outputs; ids, tags and other metadata go into its head, so that they come back.</summary>
static class DibWriter
{
    /// <summary><paramref name="notebook"/> as text.</summary>
    /// <exception cref="DataFormatException">A cell holds a line that would start another cell.</exception>
    public static string Write(Notebook notebook, string path)
    {
        var kernelInfo = notebook.Metadata["polyglot_notebook"]?["kernelInfo"] as JsonObject;
        var (cells, sidecar) = DibSidecar.Of(notebook, new(kernelInfo));
        var layout = notebook.Metadata[DibLayout.Key] as JsonObject;
        var head = new JsonObject();
        if (kernelInfo is not null) head["kernelInfo"] = kernelInfo.DeepClone();
        if (sidecar is not null) head[DibSidecar.Key] = sidecar;

        var text = new StringBuilder(sidecar is null && DibLayout.Text(layout, "head") is { } asRead ? asRead : head.Count > 0 ? DibLayout.Head(head) : "");
        text.Append(DibLayout.Text(layout, "preamble"));
        for (var i = 0; i < cells.Count; i++) text.Append(DibLayout.Write(cells[i], isLast: i == cells.Count - 1));
        var written = DibLayout.Text(layout, "newline") is "\r\n" ? text.Replace("\n", "\r\n").ToString() : text.ToString();
        if (layout?["byteOrderMark"] is not null) written = DibLayout.ByteOrderMark + written;
        Check(notebook, new DibReader(path).Read(written), path);
        return written;
    }

    // The format has no way to quote a line: what would be read otherwise than it was is refused, not written.
    static void Check(Notebook notebook, Notebook read, string path)
    {
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            if (i < read.Cells.Count && read.Cells[i].Source == notebook.Cells[i].Source && read.Cells[i].Kind == notebook.Cells[i].Kind) continue;
            throw new DataFormatException($"{path}: cell {i + 1} holds a line that a .dib file would take for the start of another cell. "
                + "Indent that line by a space, or keep the notebook as .ipynb.");
        }
    }
}
