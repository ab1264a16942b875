namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>A formula in LaTeX, shown as MathML: it needs no script and no network, and screen readers speak it.</summary>
static class Formula
{
    /// <summary>The class of what is shown as its author wrote it because it is not understood.</summary>
    public const string UnknownClass = "math-unknown";

    /// <summary>
    /// The HTML of <paramref name="tex"/>, which stands on its own where <paramref name="display"/>. The LaTeX goes along, for those who
    /// copy it and as the alternative text; a formula that cannot be read is shown as it was written, with the reason.
    /// </summary>
    public static string ToHtml(string tex, bool display)
    {
        tex = tex.Trim();
        var source = MathMlWriter.Escape(tex);
        try
        {
            var mathMl = MathMlWriter.Write(TexParser.Parse(tex), display);
            return $"<math{(display ? " display=\"block\"" : "")} alttext=\"{source}\"><semantics>{mathMl}"
                + $"<annotation encoding=\"application/x-tex\">{source}</annotation></semantics></math>";
        }
        catch (FormulaException fault)
        {
            var dollars = display ? "$$" : "$";
            var reason = $"This formula cannot be shown: {MathMlWriter.Escape(fault.Message)}.";
            return $"<span class=\"{UnknownClass}\" title=\"{reason}\">{dollars}{source}{dollars}</span>";
        }
    }
}
