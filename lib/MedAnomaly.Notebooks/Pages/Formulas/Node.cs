namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>What a symbol is to its neighbours: TeX's classes of atoms, which set the space around it (The TeXbook, chapter 17).</summary>
enum Atom { Ordinary, LargeOperator, Function, Binary, Relation, Opening, Closing, Punctuation, Glue }

/// <summary>Where the scripts of a symbol stand.</summary>
enum ScriptPlace { Natural, Limits, Beside }

/// <summary>A part of a formula.</summary>
abstract record Node
{
    /// <summary>How the part as a whole acts on its neighbours.</summary>
    public virtual Atom Atom => Atom.Ordinary;
}

/// <summary>Parts side by side.</summary>
sealed record Row(IReadOnlyList<Node> Items) : Node
{
    public static Row Empty { get; } = new([]);
}

/// <summary>A variable: a single letter is slanted unless <paramref name="Upright"/>.</summary>
sealed record Identifier(string Text, bool Upright = false) : Node;

/// <summary>A number.</summary>
sealed record Number(string Text) : Node;

/// <summary>An operator, relation, bracket or other sign.</summary>
sealed record Sign(string Text, Atom Class) : Node
{
    public override Atom Atom => Class;
}

/// <summary>A named function such as max; <paramref name="TakesLimits"/>: its scripts stand above and below in display.</summary>
sealed record Function(string Name, bool TakesLimits) : Node
{
    public override Atom Atom => Atom.Function;
}

/// <summary>Words within a formula, with CSS for the font that they ask for.</summary>
sealed record Words(string Text, string? Style = null) : Node;

/// <summary>A command that is not known, as its author wrote it.</summary>
sealed record Unknown(string Source) : Node;

/// <summary>Space, in em.</summary>
sealed record Space(double Width) : Node
{
    public override Atom Atom => Atom.Glue;
}

/// <summary>A base with a subscript, a superscript or both.</summary>
sealed record Scripts(Node Base, Node? Below, Node? Above, ScriptPlace Place) : Node
{
    public override Atom Atom => Base.Atom;
}

/// <summary>A fraction, or a binomial's inside where it has no line; <paramref name="Display"/> overrules the size around it.</summary>
sealed record Fraction(Node Numerator, Node Denominator, bool HasLine, bool? Display) : Node;

/// <summary>A square root, or the root of <paramref name="Degree"/>.</summary>
sealed record Root(Node Radicand, Node? Degree) : Node;

/// <summary>A bracket as high as what it encloses, or of <paramref name="Height"/> em; empty where there is none to be seen.</summary>
sealed record Delimiter(string Text, Atom Side, double? Height = null) : Node
{
    public override Atom Atom => Side;
}

/// <summary>A line over or under a base.</summary>
sealed record Lined(Node Base, bool Over) : Node;

/// <summary>A mark over or under a base: an accent, an arrow, a brace.</summary>
sealed record Marked(Node Base, string Mark, bool Over, bool Stretches) : Node;

/// <summary>One part over or under another, in script size.</summary>
sealed record Stacked(Node Base, Node? Under, Node? Over) : Node
{
    public override Atom Atom => Base.Atom;
}

/// <summary>Rows and columns. <paramref name="Columns"/> holds l, c or r for each column and repeats where there are more.</summary>
sealed record Grid(IReadOnlyList<IReadOnlyList<Node>> Rows, string Columns, GridKind Kind) : Node;

/// <summary>What a grid is for, which sets its spacing: equations are joined at their relation and in display size.</summary>
enum GridKind { Matrix, Equations, Stack }

/// <summary>A part set in display size, or in the size of running text.</summary>
sealed record Sized(Node Body, bool Display) : Node;

/// <summary>Takes the room of <paramref name="Body"/> and shows nothing.</summary>
sealed record Phantom(Node Body) : Node;
