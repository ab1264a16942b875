using System.Globalization;
using System.Text;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>
/// Writes a formula as MathML Core (W3C, https://www.w3.org/TR/mathml-core/), with nothing that only MathML 3 had: what Chromium,
/// Firefox and Safari draw.
/// </summary>
sealed class MathMlWriter
{
    const string NoSpace = " lspace=\"0\" rspace=\"0\"";

    readonly StringBuilder html = new();

    // Where the writer stands: in display size, where limits go above and below, and in scripts, where relations have no space around them.
    bool display;
    bool inScript;

    /// <summary>The MathML of <paramref name="formula"/>: one element.</summary>
    public static string Write(Row formula, bool display)
    {
        var writer = new MathMlWriter { display = display };
        writer.html.Append("<mrow>");
        writer.WriteItems(formula.Items);
        return writer.html.Append("</mrow>").ToString();
    }

    void Write(Node node)
    {
        switch (node)
        {
            case Row { Items: [var only] }: Write(only); break;
            case Row row: Element("mrow", "", () => WriteItems(row.Items)); break;
            case Identifier { Text: var text } identifier:
                Leaf("mi", identifier.Upright && new StringInfo(text).LengthInTextElements == 1 ? " mathvariant=\"normal\"" : "", text);
                break;
            case Number number: Leaf("mn", "", number.Text); break;
            case Function { Name: var name }: Leaf("mi", name.Length == 1 ? " mathvariant=\"normal\"" : "", name); break;
            case Words words: Leaf("mtext", words.Style is { } style ? $" style=\"{style}\"" : "", words.Text); break;
            case Unknown unknown: Leaf("mtext", $" class=\"math-unknown\" title=\"{Escape(unknown.Source)}\"", unknown.Source); break;
            case Space space: html.Append(CultureInfo.InvariantCulture, $"<mspace width=\"{space.Width:0.####}em\"></mspace>"); break;
            case Sign sign: Write(sign, sign.Class); break;
            case Delimiter delimiter: Write(delimiter); break;
            case Scripts scripts: Write(scripts); break;
            case Fraction fraction: Write(fraction); break;
            case Root { Degree: { } degree } root: Element("mroot", "", () => { Write(root.Radicand); Script(degree); }); break;
            case Root root: Element("msqrt", "", () => Write(root.Radicand)); break;
            case Lined lined:
                // A border: most fonts have no bar that stretches.
                var side = lined.Over ? "top" : "bottom";
                Element("mrow", $" style=\"border-{side}: 0.06em solid; padding-{side}: 0.12em\"", () => Write(lined.Base));
                break;
            case Marked marked: Write(marked); break;
            case Stacked stacked: UnderOver(stacked.Base, stacked.Under, stacked.Over); break;
            case Grid grid: Write(grid); break;
            case Sized sized: WithDisplay(sized.Display, () => Element("mstyle", Display(sized.Display), () => Write(sized.Body))); break;
            case Phantom phantom: Element("mphantom", "", () => Write(phantom.Body)); break;
            default: throw new InvalidOperationException($"{node.GetType().Name} has no MathML.");
        }
    }

    void WriteItems(IReadOnlyList<Node> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var before = Neighbour(items, i, -1);
            var after = Neighbour(items, i, +1);
            if (SpaceBefore(items, i)) html.Append("<mspace width=\"0.1667em\"></mspace>");
            if (items[i] is Sign { Class: Atom.Binary } sign && IsUnary(before, after)) Write(sign, Atom.Ordinary);
            else Write(items[i]);
        }
    }

    static Atom? Neighbour(IReadOnlyList<Node> items, int at, int step)
    {
        for (at += step; at >= 0 && at < items.Count; at += step)
            if (items[at].Atom != Atom.Glue) return items[at].Atom;
        return null;
    }

    // The minus of -1, and of a = -1, has no space after it: The TeXbook, page 170.
    static bool IsUnary(Atom? before, Atom? after) =>
        before is null or Atom.Binary or Atom.Relation or Atom.Opening or Atom.Punctuation or Atom.Function or Atom.LargeOperator
        || after is null or Atom.Relation or Atom.Closing or Atom.Punctuation;

    // MathML knows no space around a function's name; TeX has a thin one, but none before its bracket.
    static bool SpaceBefore(IReadOnlyList<Node> items, int at)
    {
        if (at == 0) return false;
        var (left, right) = (items[at - 1].Atom, items[at].Atom);
        return (right == Atom.Function && left is Atom.Ordinary or Atom.Closing or Atom.Function)
            || (left == Atom.Function && right is Atom.Ordinary or Atom.Function);
    }

    void Write(Sign sign, Atom role) => Leaf("mo", role switch
    {
        Atom.Ordinary when sign.Text is "|" or "‖" or "/" or "\\" => NoSpace + " stretchy=\"false\"",
        Atom.Ordinary when IsPrime(sign.Text) => "",
        Atom.Ordinary => NoSpace,
        Atom.Binary or Atom.Relation or Atom.Punctuation when inScript => NoSpace,
        Atom.Relation when sign.Text is "∣" or "∥" => " stretchy=\"false\"",
        Atom.Opening when sign.Text is "|" or "‖" => " form=\"prefix\" stretchy=\"false\"",
        Atom.Closing when sign.Text is "|" or "‖" => " form=\"postfix\" stretchy=\"false\"",
        Atom.Opening or Atom.Closing => " stretchy=\"false\"",
        _ => "",
    }, sign.Text);

    static bool IsPrime(string text) => text[0] is '′' or '″' or '‴';

    void Write(Delimiter delimiter)
    {
        if (delimiter.Text.Length == 0) return;
        var form = delimiter.Side switch { Atom.Opening => "prefix", Atom.Closing => "postfix", _ => "infix" };
        var height = delimiter.Height is { } em ? FormattableString.Invariant($" minsize=\"{em}em\" maxsize=\"{em}em\"") : "";
        var space = delimiter.Side == Atom.Ordinary ? NoSpace : "";
        Leaf("mo", $" form=\"{form}\" stretchy=\"true\" symmetric=\"true\"{height}{space}", delimiter.Text);
    }

    void Write(Scripts scripts)
    {
        var natural = display && scripts.Base switch
        {
            Function function => function.TakesLimits,
            Sign { Class: Atom.LargeOperator } sign => sign.Text is not ("∫" or "∬" or "∭" or "∮"),
            _ => false,
        };
        if (scripts.Place == ScriptPlace.Limits || (scripts.Place == ScriptPlace.Natural && natural))
        {
            UnderOver(scripts.Base, scripts.Below, scripts.Above);
            return;
        }
        var name = scripts switch { { Above: null } => "msub", { Below: null } => "msup", _ => "msubsup" };
        Element(name, "", () =>
        {
            Write(scripts.Base);
            if (scripts.Below is { } below) Script(below);
            if (scripts.Above is { } above) Script(above);
        });
    }

    void UnderOver(Node onto, Node? under, Node? over)
    {
        var name = over is null ? "munder" : under is null ? "mover" : "munderover";
        Element(name, "", () =>
        {
            // Outside of display a sum would pull its limits to its side.
            if (onto is Sign { Class: Atom.LargeOperator } sign && !display) Leaf("mo", " movablelimits=\"false\"", sign.Text);
            else Write(onto);
            if (under is not null) Script(under);
            if (over is not null) Script(over);
        });
    }

    void Write(Fraction fraction)
    {
        var size = fraction.Display ?? display;
        void Parts() => WithDisplay(false, () => Element("mfrac", fraction.HasLine ? "" : " linethickness=\"0\"", () =>
        {
            Write(fraction.Numerator);
            Write(fraction.Denominator);
        }));
        if (size == display) Parts();
        else Element("mstyle", Display(size), Parts);
    }

    void Write(Marked marked)
    {
        var attribute = marked.Over ? " accent=\"true\"" : " accentunder=\"true\"";
        Element(marked.Over ? "mover" : "munder", attribute, () =>
        {
            Write(marked.Base);
            Leaf("mo", $" stretchy=\"{(marked.Stretches ? "true" : "false")}\"", marked.Mark);
        });
    }

    void Write(Grid grid)
    {
        var equations = grid.Kind == GridKind.Equations;
        WithDisplay(equations, () => Element("mtable", equations ? Display(true) : "", () =>
        {
            foreach (var row in grid.Rows)
                Element("mtr", "", () =>
                {
                    for (var column = 0; column < row.Count; column++) Cell(grid, row[column], column);
                });
        }));
    }

    void Cell(Grid grid, Node content, int column)
    {
        var align = grid.Columns.Length == 0 ? 'c' : grid.Columns[column % grid.Columns.Length];
        var style = align switch { 'l' => "text-align: left", 'r' => "text-align: right", _ => "" };
        // A pair of columns is one equation: no room between its halves, but some before the next pair.
        if (grid.Kind == GridKind.Equations && grid.Columns.Length > 1)
            style += $"; padding-left: {(column > 0 && column % grid.Columns.Length == 0 ? "2em" : "0")}; padding-right: 0";
        if (grid.Kind == GridKind.Stack) style = "padding: 0";
        Element("mtd", style.Length == 0 ? "" : $" style=\"{style}\"", () =>
        {
            var items = content is Row row ? row.Items : [content];
            // A continued line begins with a plus that adds, as in amsmath.
            if (grid.Kind == GridKind.Equations && column > 0 && items is [Sign { Class: Atom.Binary }, ..]) items = [Row.Empty, .. items];
            WriteItems(items);
        });
    }

    void Script(Node node)
    {
        var before = inScript;
        inScript = true;
        WithDisplay(false, () => Write(node));
        inScript = before;
    }

    void WithDisplay(bool changed, Action write)
    {
        var before = display;
        display = changed;
        write();
        display = before;
    }

    static string Display(bool display) => $" displaystyle=\"{(display ? "true" : "false")}\"";

    void Element(string name, string attributes, Action content)
    {
        html.Append('<').Append(name).Append(attributes).Append('>');
        content();
        html.Append("</").Append(name).Append('>');
    }

    void Leaf(string name, string attributes, string text) => Element(name, attributes, () => html.Append(Escape(text)));

    /// <summary><paramref name="text"/> as text or an attribute's value in HTML.</summary>
    /// <remarks>WebUtility.HtmlEncode would also spell out the letters of other alphabets.</remarks>
    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);
}
