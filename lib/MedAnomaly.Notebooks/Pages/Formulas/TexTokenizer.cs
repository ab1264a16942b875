using System.Text;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>What a token is.</summary>
enum TokenKind { Character, Command, Open, Close, Subscript, Superscript, Prime, NextCell, NextRow, Space, End }

/// <summary>One token of a formula: a command's name without its backslash, or a character, with its place in the source.</summary>
readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}

/// <summary>Cuts LaTeX into tokens. A comment (<c>%</c> to the end of its line) is none.</summary>
static class TexTokenizer
{
    /// <summary>The tokens of <paramref name="source"/>, ended by one of <see cref="TokenKind.End"/>.</summary>
    public static IReadOnlyList<Token> Tokenize(string source)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < source.Length;)
        {
            if (source[at] == '%')
            {
                var line = source.IndexOf('\n', at);
                at = line < 0 ? source.Length : line + 1;
                continue;
            }
            var token = Next(source, at);
            tokens.Add(token);
            at = token.End;
        }
        tokens.Add(new(TokenKind.End, "", source.Length, source.Length));
        return tokens;
    }

    static Token Next(string source, int start)
    {
        var c = source[start];
        if (c == '\\') return Command(source, start);
        if (char.IsWhiteSpace(c))
        {
            var end = start + 1;
            while (end < source.Length && char.IsWhiteSpace(source[end])) end++;
            return new(TokenKind.Space, " ", start, end);
        }
        var kind = c switch
        {
            '{' => TokenKind.Open,
            '}' => TokenKind.Close,
            '_' => TokenKind.Subscript,
            '^' => TokenKind.Superscript,
            '\'' or '’' => TokenKind.Prime,
            '&' => TokenKind.NextCell,
            _ => TokenKind.Character,
        };
        // A character beyond the basic plane is two chars of a string; half of one alone becomes the replacement character.
        var length = Rune.TryGetRuneAt(source, start, out var rune) ? rune.Utf16SequenceLength : 1;
        return new(kind, rune == default && c != '\0' ? Rune.ReplacementChar.ToString() : rune.ToString(), start, start + length);
    }

    static Token Command(string source, int start)
    {
        var end = start + 1;
        if (end == source.Length) return new(TokenKind.Character, "\\", start, end);
        if (source[end] == '\\') return new(TokenKind.NextRow, "\\\\", start, end + 1);
        if (!char.IsAsciiLetter(source[end]))
        {
            var length = Rune.TryGetRuneAt(source, end, out var rune) ? rune.Utf16SequenceLength : 1;
            return new(TokenKind.Command, source.Substring(end, length), start, end + length);
        }
        while (end < source.Length && char.IsAsciiLetter(source[end])) end++;
        if (end < source.Length && source[end] == '*' && source[(start + 1)..end] is "operatorname" or "tag" or "hspace") end++;
        return new(TokenKind.Command, source[(start + 1)..end], start, end);
    }
}
