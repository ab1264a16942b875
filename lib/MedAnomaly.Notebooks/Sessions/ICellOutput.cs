using MedAnomaly.Notebooks.Display;

namespace MedAnomaly.Notebooks.Sessions;

/// <summary>Where a running cell's output goes: a notebook's outputs, a pipe to another process, a Jupyter front end.</summary>
public interface ICellOutput
{
    /// <summary>Text that the cell printed.</summary>
    /// <param name="name"><c>stdout</c> or <c>stderr</c>.</param>
    /// <param name="text">Well-formed UTF-16.</param>
    void Stream(string name, string text);

    /// <summary>Something that the cell shows; <paramref name="update"/> replaces what was shown under <paramref name="displayId"/>.</summary>
    void Display(MimeData content, string? displayId, bool update);

    /// <summary>Forgets what was shown so far: at once, or when the next output comes (<paramref name="wait"/>).</summary>
    void Clear(bool wait);

    /// <summary>A line from the user.</summary>
    /// <exception cref="NotSupportedException">Nobody is there to ask.</exception>
    string Input(string prompt, bool password);
}
