using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Documents;

namespace MedAnomaly.Notebooks.Pages;

/// <summary>
/// A figure that answers to the mouse: a frame of its own, loaded when the reader unfolds it. The frame has no access to the page, to the
/// reader's other pages or to the network, so a hostile figure reaches nothing even if plotly.js had a hole. The figure's JSON is the
/// frame's name: a page that is a file can hand over nothing else without taking part in a conversation.
/// </summary>
static class InteractiveFigure
{
    /// <summary>The id under which the data store knows plotly.js.</summary>
    public const string ScriptId = "plotly";

    /// <summary>The name of the page that draws, beside the pages.</summary>
    public const string FrameName = "plotly.html";

    const string ScriptFile = "plotly.min.js", LicenceFile = "LICENSE";
    const int LargestFigure = 8 << 20, DefaultWidth = 720, DefaultHeight = 450;

    /// <summary>The only script that a page runs: it loads a frame when its fold is opened. Browsers put off loading a frame by themselves on the web only.</summary>
    public const string Loading = """
        for (const fold of document.querySelectorAll("details.interactive")) {
          fold.addEventListener("toggle", () => {
            const frame = fold.querySelector("iframe");
            if (fold.open && !frame.hasAttribute("src")) frame.src = frame.dataset.src;
          });
        }
        """;

    const string Drawing = """
        (() => {
          "use strict";
          const plot = document.getElementById("plot");
          const say = text => { plot.textContent = text; };
          if (!window.name) return say("This page draws the interactive figures of the pages beside it.");
          try {
            const { data, layout } = JSON.parse(window.name);
            const options = { displaylogo: false, modeBarButtonsToRemove: ["toImage", "sendChartToCloud"] };
            Plotly.newPlot(plot, data, layout, options).catch(fault => say("This figure cannot be drawn: " + fault.message));
          } catch (fault) { say("This figure cannot be drawn: " + fault.message); }
        })();
        """;

    /// <summary>Whether <paramref name="notebook"/> shows a figure that could be interactive.</summary>
    public static bool IsIn(Notebook notebook) =>
        notebook.CodeCells.SelectMany(cell => cell.Outputs).OfType<DisplayOutput>().Any(display => display.Data.ContainsKey(Mime.Plotly));

    /// <summary>The fold that holds the frame; empty for a figure too large to be handed over.</summary>
    /// <param name="plotly">Plotly's JSON.</param>
    /// <param name="frame">The address of the drawing page.</param>
    /// <param name="title">What the figure shows.</param>
    public static string ToHtml(JsonNode plotly, string frame, string title)
    {
        if (plotly is not JsonObject) return "";
        // Frames of an animation and settings of plotly itself are left behind.
        var figure = new JsonObject { ["data"] = plotly["data"]?.DeepClone(), ["layout"] = plotly["layout"]?.DeepClone() }.ToJsonString();
        if (figure.Length > LargestFigure) return "";
        var (width, height) = (Side(plotly, "width", DefaultWidth), Side(plotly, "height", DefaultHeight));
        return FormattableString.Invariant($"""
            <details class="interactive"><summary><span class="to-plot">Interactive figure</span><span class="to-picture">Close interactive figure</span></summary>
            <div class="scroll"><iframe title="{WebUtility.HtmlEncode(title)}" sandbox="allow-scripts" width="{width}" height="{height}"
            data-src="{frame}" name="{WebUtility.HtmlEncode(figure)}"></iframe></div></details>
            """);
    }

    /// <summary>Writes the page that draws, plotly.js within it.</summary>
    /// <param name="path">Where it goes.</param>
    /// <param name="scripts">The folder that holds plotly.js and its licence.</param>
    /// <exception cref="DatasetException">The folder lacks them.</exception>
    /// <exception cref="OutputException">It cannot be written.</exception>
    public static void WriteFrame(string path, string scripts)
    {
        var (plotly, licence) = (Read(scripts, ScriptFile), Read(scripts, LicenceFile));
        var policy = $"default-src 'none'; script-src {Hash(plotly)} {Hash(Drawing)}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";
        // plotly.js holds neither "</script" nor "<script", so it may stand within an element; its hash lets it run, and nothing else.
        AtomicFile.WriteText(path, $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{{policy}}">
            <title>Interactive figure</title>
            <style>html, body { margin: 0; overflow: hidden; background: #ffffff; font: 14px/1.5 system-ui, sans-serif; }</style>
            <!-- plotly.js:

            {{licence.Replace("--", "- -", StringComparison.Ordinal)}}-->
            </head>
            <body>
            <div id="plot"></div>
            <script>{{plotly}}</script>
            <script>{{Drawing}}</script>
            </body>
            </html>

            """);
    }

    static int Side(JsonNode plotly, string side, int otherwise) =>
        JsonNumber.Of((plotly["layout"] as JsonObject)?[side]) is >= 50 and <= 4000 and double length ? (int)length : otherwise;

    static string Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name)).Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (IOException fault)
        {
            throw new DatasetException($"{Path.Combine(folder, name)} could not be read: {fault.Message} "
                + $"Remove {folder} and run './medanomaly data get {ScriptId}'.", fault);
        }
    }

    /// <summary>How a policy names a script that may run.</summary>
    public static string Hash(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";
}
