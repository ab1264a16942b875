namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>Reads the LaTeX that papers' formulae use.</summary>
sealed partial class TexParser
{
    /// <summary>How deep parts of a formula may hold one another: beyond any formula, and far within the stack.</summary>
    public const int DeepestNesting = 50;

    readonly string source;
    readonly IReadOnlyList<Token> tokens;
    int position;
    int depth;
    Alphabet alphabet;

    TexParser(string source, int depth)
    {
        this.source = source;
        this.depth = depth;
        tokens = TexTokenizer.Tokenize(source);
    }

    /// <summary>The formula that <paramref name="source"/> writes.</summary>
    /// <exception cref="FormulaException">Braces or environments do not match, an argument is missing, or parts nest too deep.</exception>
    public static Row Parse(string source) => Parse(source, 0);

    static Row Parse(string source, int depth)
    {
        var parser = new TexParser(source, depth);
        // Equations may be broken without any environment around them.
        var rows = parser.ParseRows();
        if (parser.Current.Kind != TokenKind.End) throw parser.Unexpected();
        return rows is [[Row only]] ? only : new Row([new Grid(rows, "rl", GridKind.Equations)]);
    }

    Token Current => tokens[position];

    FormulaException Unexpected() => new(Current.Kind switch
    {
        TokenKind.End => "it ends too early",
        TokenKind.Close => "a } has no {",
        TokenKind.Command => $"\\{Current.Text} stands alone",
        _ => $"{Current.Text} is not expected",
    });

    Token Next()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) position++;
        return token;
    }

    void SkipSpace()
    {
        while (Current.Kind == TokenKind.Space) position++;
    }

    bool EndsRow(string? closer) => Current.Kind switch
    {
        TokenKind.End or TokenKind.Close or TokenKind.NextCell or TokenKind.NextRow => true,
        TokenKind.Command => Current.Text is "right" or "end",
        TokenKind.Character => Current.Text == closer,
        _ => false,
    };

    /// <summary>Parts up to what ends them: a brace, a cell, an environment's end, or the character <paramref name="closer"/>.</summary>
    Row ParseRow(string? closer = null)
    {
        var items = new List<Node>();
        for (SkipSpace(); !EndsRow(closer); SkipSpace())
        {
            if (Current.Kind == TokenKind.Command && ParseSwitch(closer) is { } rest)
            {
                items.Add(rest);
                continue;
            }
            if (ParseAtom() is { } atom) items.Add(ParseScripts(atom));
        }
        return new Row(items);
    }

    /// <summary>A command that changes what follows it in its row.</summary>
    Node? ParseSwitch(string? closer)
    {
        var name = Current.Text;
        if (name is "displaystyle" or "textstyle" or "scriptstyle" or "scriptscriptstyle")
        {
            position++;
            return Nested(() => new Sized(ParseRow(closer), name == "displaystyle"));
        }
        if (OldAlphabet(name) is not { } changed) return null;
        position++;
        return Nested(() => In(changed, () => ParseRow(closer)));
    }

    static Alphabet? OldAlphabet(string name) => name switch
    {
        "rm" => Alphabet.Roman,
        "bf" => Alphabet.Bold,
        "it" => Alphabet.Italic,
        "cal" => Alphabet.Script,
        "sf" => Alphabet.SansSerif,
        "tt" => Alphabet.Typewriter,
        _ => null,
    };

    T In<T>(Alphabet changed, Func<T> parse)
    {
        var before = alphabet;
        alphabet = changed;
        var result = parse();
        alphabet = before;
        return result;
    }

    T Nested<T>(Func<T> parse)
    {
        if (++depth > DeepestNesting) throw new FormulaException($"its parts nest deeper than {DeepestNesting}");
        var result = parse();
        depth--;
        return result;
    }

    /// <summary>One part without its scripts; null for a command that shows nothing.</summary>
    Node? ParseAtom(bool single = false)
    {
        SkipSpace();
        var token = Current;
        switch (token.Kind)
        {
            case TokenKind.Open: return ParseGroup();
            case TokenKind.Command: return Nested(ParseCommand);
            case TokenKind.Subscript or TokenKind.Superscript or TokenKind.Prime: return Row.Empty; // The scripts of nothing.
            case TokenKind.Character when IsDigit(token) || (!single && IsDecimalPoint()): return ParseNumber(single);
            case TokenKind.Character: return ParseCharacter(single);
            default: throw Unexpected();
        }
    }

    static bool IsDigit(Token token) => token.Kind == TokenKind.Character && token.Text is [>= '0' and <= '9'];

    bool IsDecimalPoint() => Current.Is(TokenKind.Character, ".") && IsDigit(tokens[position + 1]);

    Node ParseNumber(bool single)
    {
        var text = Next().Text;
        while (!single && (IsDigit(Current) || IsDecimalPoint())) text += Next().Text;
        return new Number(Alphabets.Translate(text, alphabet));
    }

    Node ParseCharacter(bool single)
    {
        var text = Next().Text;
        if (text == ":" && Current.Is(TokenKind.Character, "="))
        {
            position++;
            return new Sign(":=", Atom.Relation);
        }
        if (Symbols.Of(text) is not Identifier letter) return Symbols.Of(text);
        if (alphabet == Alphabet.Default) return letter;
        // Letters of an alphabet asked for are a word: \mathrm{AUROC} is one name.
        while (!single && Current is { Kind: TokenKind.Character, Text: [>= 'A' and <= 'Z' or >= 'a' and <= 'z'] }) text += Next().Text;
        return new Identifier(Alphabets.Translate(text, alphabet), Upright: alphabet == Alphabet.Roman);
    }

    Node ParseGroup() => Nested(() =>
    {
        position++;
        var row = ParseRow();
        if (Current.Kind != TokenKind.Close) throw Current.Kind == TokenKind.End ? new FormulaException("a { has no }") : Unexpected();
        position++;
        // A lone sign in braces has lost its space: {,} in 1{,}000.
        return row.Items is [Sign sign] ? new Sign(sign.Text, Atom.Ordinary) : row.Items is [var only] ? only : row;
    });

    /// <summary>What a command takes: a group, or the next part.</summary>
    Node ParseArgument(string command)
    {
        SkipSpace();
        if (Current.Kind is TokenKind.End or TokenKind.Close or TokenKind.NextCell or TokenKind.NextRow)
            throw new FormulaException($"{command} lacks what it acts on");
        return ParseAtom(single: true) ?? Row.Empty;
    }

    Node ParseScripts(Node atom)
    {
        Node? below = null, above = null;
        var place = atom is Marked { Mark: "⏞" or "⏟" } ? ScriptPlace.Limits : ScriptPlace.Natural;
        for (SkipSpace(); ; SkipSpace())
        {
            if (Current.Kind == TokenKind.Command && Current.Text is "limits" or "nolimits")
            {
                place = Next().Text == "limits" ? ScriptPlace.Limits : ScriptPlace.Beside;
            }
            else if (Current.Kind == TokenKind.Subscript)
            {
                if (below is not null) throw new FormulaException("it has two subscripts in one place");
                position++;
                below = ParseArgument("_");
            }
            else if (Current.Kind == TokenKind.Superscript)
            {
                if (above is not null and not Sign { Text: ['′' or '″' or '‴', ..] })
                    throw new FormulaException("it has two superscripts in one place");
                position++;
                above = above is { } primes ? new Row([primes, ParseArgument("^")]) : ParseArgument("^");
            }
            else if (Current.Kind == TokenKind.Prime && above is null)
            {
                above = ParsePrimes();
            }
            else
            {
                return below is null && above is null ? atom : new Scripts(atom, below, above, place);
            }
        }
    }

    Sign ParsePrimes()
    {
        var count = 0;
        for (; Current.Kind == TokenKind.Prime; position++) count++;
        return new Sign(count switch { 1 => "′", 2 => "″", 3 => "‴", _ => new string('′', count) }, Atom.Ordinary);
    }
}
