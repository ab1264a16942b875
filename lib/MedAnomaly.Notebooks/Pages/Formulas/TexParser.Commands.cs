using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace MedAnomaly.Notebooks.Pages.Formulas;

sealed partial class TexParser
{
    Node? ParseCommand()
    {
        var token = Next();
        var name = token.Text;
        return FindSymbol(name) ?? ParseFont(name) ?? ParseMark(name) ?? name switch
        {
            "frac" or "cfrac" => ParseFraction(name, true, null),
            "dfrac" => ParseFraction(name, true, true),
            "tfrac" => ParseFraction(name, true, false),
            "binom" => Enclose("(", ParseFraction(name, false, null), ")"),
            "sqrt" => ParseRoot(),
            "overline" => new Lined(ParseArgument("\\overline"), Over: true),
            "underline" => new Lined(ParseArgument("\\underline"), Over: false),
            "left" => ParseFenced(),
            "middle" => new Delimiter(ParseDelimiter(name), Atom.Ordinary),
            "big" or "bigl" or "bigr" or "bigm" => ParseBig(name, 1.2),
            "Big" or "Bigl" or "Bigr" or "Bigm" => ParseBig(name, 1.8),
            "bigg" or "biggl" or "biggr" or "biggm" => ParseBig(name, 2.4),
            "Bigg" or "Biggl" or "Biggr" or "Biggm" => ParseBig(name, 3),
            "begin" => ParseEnvironment(),
            "not" => Negate(ParseArgument("\\not")),
            "operatorname" => new Function(ReadName(name), TakesLimits: false),
            "operatorname*" => new Function(ReadName(name), TakesLimits: true),
            "overset" or "stackrel" => ParseStacked(name, over: true),
            "underset" => ParseStacked(name, over: false),
            "substack" => ParseSubstack(),
            "phantom" => new Phantom(ParseArgument("\\phantom")),
            "pmod" => new Row([new Space(0.4444), Enclose("(", new Row([new Function("mod", false), ParseArgument("\\pmod")]), ")")]),
            "hspace" or "hspace*" => ParseSpace(name),
            "tag" => new Row([new Space(2), new Words($"({ReadGroup(name)})")]),
            "tag*" => new Row([new Space(2), new Words(ReadGroup(name))]),
            "label" => Nothing(ReadGroup(name)),
            // These say how to number or break what is on paper: nothing of them is to be seen.
            "nonumber" or "notag" or "allowbreak" or "nobreak" or "relax" => null,
            _ => new Unknown(source[token.Start..token.End]),
        };
    }

    // As in LaTeX, \mathbf has capital Greek letters only, and \boldsymbol has all, the capitals upright.
    Node? FindSymbol(string name) => Symbols.Find(name) switch
    {
        Identifier { Upright: true } letter when alphabet is Alphabet.Bold or Alphabet.BoldItalic =>
            letter with { Text = Alphabets.Translate(letter.Text, Alphabet.Bold) },
        Identifier { Upright: false } letter when alphabet == Alphabet.BoldItalic =>
            letter with { Text = Alphabets.Translate(letter.Text, alphabet) },
        var symbol => symbol,
    };

    static Node? Nothing(string _) => null;

    Node? ParseFont(string name)
    {
        Alphabet? letters = name switch
        {
            "mathrm" or "mathup" => Alphabet.Roman,
            "mathbf" => Alphabet.Bold,
            "boldsymbol" or "bm" or "mathbfit" => Alphabet.BoldItalic,
            "mathit" => Alphabet.Italic,
            "mathcal" or "mathscr" => Alphabet.Script,
            "mathfrak" => Alphabet.Fraktur,
            "mathbb" or "mathds" => Alphabet.DoubleStruck,
            "mathsf" => Alphabet.SansSerif,
            "mathtt" => Alphabet.Typewriter,
            "mathnormal" => Alphabet.Default,
            _ => null,
        };
        if (letters is { } changed) return In(changed, () => ParseArgument($"\\{name}"));
        return name switch
        {
            "text" or "textrm" or "textnormal" or "mbox" or "hbox" => ParseText(name, null),
            "textbf" => ParseText(name, "font-weight: bold"),
            "textit" or "emph" => ParseText(name, "font-style: italic"),
            "textsf" => ParseText(name, "font-family: sans-serif"),
            "texttt" => ParseText(name, "font-family: monospace"),
            _ => null,
        };
    }

    Node? ParseMark(string name)
    {
        (string Mark, bool Over, bool Stretches)? mark = name switch
        {
            "hat" => ("^", true, false),
            "widehat" => ("^", true, true),
            "check" => ("ˇ", true, false),
            "tilde" => ("~", true, false),
            "widetilde" => ("~", true, true),
            "bar" => ("¯", true, false),
            "vec" => ("→", true, false),
            "overrightarrow" => ("→", true, true),
            "overleftarrow" => ("←", true, true),
            "dot" => ("˙", true, false),
            "ddot" => ("¨", true, false),
            "acute" => ("´", true, false),
            "grave" => ("`", true, false),
            "breve" => ("˘", true, false),
            "mathring" => ("˚", true, false),
            "overbrace" => ("⏞", true, true),
            "underbrace" => ("⏟", false, true),
            _ => null,
        };
        return mark is { } found ? new Marked(ParseArgument($"\\{name}"), found.Mark, found.Over, found.Stretches) : null;
    }

    Fraction ParseFraction(string name, bool hasLine, bool? display) =>
        new(ParseArgument($"\\{name}"), ParseArgument($"\\{name}"), hasLine, display);

    static Row Enclose(string opening, Node body, string closing) =>
        new([new Delimiter(opening, Atom.Opening), body, new Delimiter(closing, Atom.Closing)]);

    Root ParseRoot()
    {
        SkipSpace();
        Node? degree = null;
        if (Current.Is(TokenKind.Character, "["))
        {
            position++;
            degree = ParseRow("]");
            if (!Current.Is(TokenKind.Character, "]")) throw new FormulaException("a [ after \\sqrt has no ]");
            position++;
        }
        return new Root(ParseArgument("\\sqrt"), degree);
    }

    Row ParseFenced()
    {
        var items = new List<Node> { new Delimiter(ParseDelimiter("left"), Atom.Opening) };
        items.AddRange(ParseRow().Items);
        if (!Current.Is(TokenKind.Command, "right")) throw new FormulaException("a \\left has no \\right");
        position++;
        items.Add(new Delimiter(ParseDelimiter("right"), Atom.Closing));
        return new Row(items);
    }

    string ParseDelimiter(string command)
    {
        SkipSpace();
        var token = Next();
        var sign = token.Kind switch
        {
            TokenKind.Command => Symbols.Find(token.Text),
            TokenKind.Character => Symbols.Of(token.Text),
            _ => null,
        };
        return sign switch
        {
            Sign { Text: "." } => "",
            Sign { Text: "<" } => "⟨",
            Sign { Text: ">" } => "⟩",
            Sign { Text: var text } => text,
            _ => throw new FormulaException($"\\{command} lacks a bracket"),
        };
    }

    Delimiter ParseBig(string name, double height)
    {
        var text = ParseDelimiter(name);
        var own = Symbols.Of(text).Atom;
        var side = name[^1] switch
        {
            'l' => Atom.Opening,
            'r' => Atom.Closing,
            'm' => Atom.Relation,
            _ => own is Atom.Opening or Atom.Closing ? own : Atom.Ordinary,
        };
        return new Delimiter(text, side, height);
    }

    static Node Negate(Node node) => node is Sign sign
        ? new Sign(Symbols.Negation(sign.Text), sign.Class)
        : new Row([new Sign("¬", Atom.Ordinary), node]);

    Stacked ParseStacked(string name, bool over)
    {
        var mark = ParseArgument($"\\{name}");
        var onto = ParseArgument($"\\{name}");
        return over ? new Stacked(onto, null, mark) : new Stacked(onto, mark, null);
    }

    Space ParseSpace(string name)
    {
        var length = ReadGroup(name).Trim();
        var (unit, size) = length.Length > 2 ? (length[^2..], length[..^2]) : ("", "");
        var em = unit switch { "em" => 1, "ex" => 0.43, "mu" => 1 / 18.0, "pt" => 0.1, _ => double.NaN };
        if (!double.TryParse(size, NumberStyles.Float, CultureInfo.InvariantCulture, out var count) || !(Math.Abs(count * em) <= 20))
            throw new FormulaException($"\\{name} takes a length of at most 20em, not {length}");
        return new Space(count * em);
    }

    /// <summary>The source between the braces that follow, as it was written.</summary>
    string ReadGroup(string command)
    {
        SkipSpace();
        if (Current.Kind != TokenKind.Open) throw new FormulaException($"\\{command} lacks its {{...}}");
        var start = Next().End;
        for (var open = 1; ;)
        {
            var token = Next();
            open += token.Kind switch { TokenKind.Open => 1, TokenKind.Close => -1, _ => 0 };
            if (open == 0) return source[start..token.Start];
            if (token.Kind == TokenKind.End) throw new FormulaException("a { has no }");
        }
    }

    string ReadName(string command) =>
        Plain(NameMarkup().Replace(ReadGroup(command), markup => markup.Value is "\\," or "\\;" ? "\u2009" : "")).Trim();

    // What may stand around the letters of \operatorname{\mathrm{arg\,max}}.
    [GeneratedRegex(@"\\[,;]|\\mathrm(?![A-Za-z])|[{}]")]
    private static partial Regex NameMarkup();

    /// <summary>Words, in which <c>$...$</c> is a formula again.</summary>
    Node ParseText(string name, string? style)
    {
        var text = ReadGroup(name);
        var parts = new List<Node>();
        for (var at = 0; at < text.Length;)
        {
            var opening = Dollars.Find(text, at, 1);
            var closing = opening < 0 ? -1 : Dollars.Find(text, opening + 1, 1);
            var end = closing < 0 ? text.Length : opening;
            if (end > at) parts.Add(new Words(Plain(text[at..end]), style));
            if (closing >= 0) parts.Add(Parse(text[(opening + 1)..closing], depth));
            at = closing < 0 ? end : closing + 1;
        }
        return parts is [var only] ? only : new Row(parts);
    }

    // A space at the edge of words would be lost in HTML.
    static string Plain(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '$' or '%' or '_' or '&' or '#' or '{' or '}' or ' ') i++;
            plain.Append(text[i] is '~' or ' ' or '\n' or '\t' ? '\u00a0' : text[i]);
        }
        return plain.ToString();
    }
}
