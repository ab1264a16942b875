using System.Text;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>The alphabets of mathematics.</summary>
enum Alphabet { Default, Roman, Bold, BoldItalic, Italic, Script, Fraktur, DoubleStruck, SansSerif, Typewriter }

/// <summary>
/// Letters of another alphabet, as Unicode's mathematical alphanumeric symbols: MathML Core dropped <c>mathvariant</c> but for "normal",
/// and browsers draw these code points.
/// </summary>
static class Alphabets
{
    // Letters that Unicode had before it had the alphabet; their places there are void.
    const string ScriptOnly = "BℬEℰFℱHℋIℐLℒMℳRℛeℯgℊoℴ";
    const string FrakturOnly = "CℭHℌIℑRℜZℨ";
    // The order in which Unicode has these after each Greek alphabet's omega.
    const string GreekVariants = "∂ϵϑϰϕϱϖ";

    const string DoubleStruckOnly = "CℂHℍNℕPℙQℚRℝZℤ";

    /// <summary><paramref name="text"/> in <paramref name="alphabet"/>; a character that the alphabet lacks stays as it is.</summary>
    public static string Translate(string text, Alphabet alphabet) =>
        alphabet is Alphabet.Default or Alphabet.Roman
            ? text
            : string.Concat(text.EnumerateRunes().Select(rune => Translate(rune, alphabet)));

    static string Translate(Rune rune, Alphabet alphabet)
    {
        var letters = alphabet switch
        {
            Alphabet.Script => ScriptOnly,
            Alphabet.Fraktur => FrakturOnly,
            Alphabet.DoubleStruck => DoubleStruckOnly,
            Alphabet.Italic => "hℎ",
            _ => "",
        };
        for (var i = 0; i < letters.Length; i += 2)
            if (letters[i] == rune.Value) return letters[i + 1].ToString();
        return rune.Value switch
        {
            >= 'A' and <= 'Z' and var c when Latin(alphabet) is { } first => new Rune(first + (c - 'A')).ToString(),
            >= 'a' and <= 'z' and var c when Latin(alphabet) is { } first => new Rune(first + 26 + (c - 'a')).ToString(),
            >= '0' and <= '9' and var c when Digits(alphabet) is { } first => new Rune(first + (c - '0')).ToString(),
            >= 'Α' and <= 'Ω' and var c when Greek(alphabet) is { } first => new Rune(first + (c - 'Α')).ToString(),
            >= 'α' and <= 'ω' and var c when Greek(alphabet) is { } first => new Rune(first + 26 + (c - 'α')).ToString(),
            '∇' when Greek(alphabet) is { } first => new Rune(first + 25).ToString(),
            var c when Greek(alphabet) is { } first && Variant(c) is >= 0 and var at => new Rune(first + 51 + at).ToString(),
            _ => rune.ToString(),
        };
    }

    static int Variant(int character) => character <= char.MaxValue ? GreekVariants.IndexOf((char)character, StringComparison.Ordinal) : -1;

    static int? Latin(Alphabet alphabet) => alphabet switch
    {
        Alphabet.Bold => 0x1D400,
        Alphabet.Italic => 0x1D434,
        Alphabet.BoldItalic => 0x1D468,
        Alphabet.Script => 0x1D49C,
        Alphabet.Fraktur => 0x1D504,
        Alphabet.DoubleStruck => 0x1D538,
        Alphabet.SansSerif => 0x1D5A0,
        Alphabet.Typewriter => 0x1D670,
        _ => null,
    };

    static int? Digits(Alphabet alphabet) => alphabet switch
    {
        Alphabet.Bold or Alphabet.BoldItalic => 0x1D7CE,
        Alphabet.DoubleStruck => 0x1D7D8,
        Alphabet.SansSerif => 0x1D7E2,
        Alphabet.Typewriter => 0x1D7F6,
        _ => null,
    };

    static int? Greek(Alphabet alphabet) => alphabet switch
    {
        Alphabet.Bold => 0x1D6A8,
        Alphabet.Italic => 0x1D6E2,
        Alphabet.BoldItalic => 0x1D71C,
        _ => null,
    };
}
