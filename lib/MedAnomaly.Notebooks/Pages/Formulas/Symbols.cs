using System.Globalization;

namespace MedAnomaly.Notebooks.Pages.Formulas;

/// <summary>The symbols that have a name in LaTeX (and amsmath, amssymb), and what they are to their neighbours.</summary>
static class Symbols
{
    const string Slanted = """
        alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ
        omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω partial ∂ ell ℓ
        imath ı jmath ȷ hbar ℏ
        """;

    const string Upright = """
        Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω nabla ∇ infty ∞ emptyset ∅ varnothing ∅ Re ℜ
        Im ℑ aleph ℵ top ⊤ bot ⊥ angle ∠ degree ° prime ′ square □ checkmark ✓ dagger † ddagger ‡ S § P ¶ pounds £ euro € # # $ $ % %
        _ _ & &
        """;

    const string Ordinary = """
        forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ ldots … dots … dotsc … cdots ⋯ dotsb ⋯ vdots ⋮ ddots ⋱ vert | Vert ‖ | ‖ backslash \
        """;

    const string Large = """
        sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀ bigsqcup ⨆ int ∫ iint ∬ iiint ∭ oint ∮
        """;

    const string Binary = """
        cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet ∙ cup ∪ cap ∩ sqcup ⊔ sqcap ⊓ uplus ⊎ setminus ∖ smallsetminus ∖
        oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ oslash ⊘ wedge ∧ land ∧ vee ∨ lor ∨ diamond ⋄ bmod mod
        """;

    const string Relation = """
        in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ subsetneq ⊊ supset ⊃ supseteq ⊇ le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ ne ≠ neq ≠
        approx ≈ sim ∼ simeq ≃ cong ≅ equiv ≡ propto ∝ ll ≪ gg ≫ prec ≺ succ ≻ preceq ⪯ succeq ⪰ mid ∣ nmid ∤ parallel ∥ perp ⟂ models ⊨
        vdash ⊢ dashv ⊣ triangleq ≜ doteq ≐ coloneqq ≔ lt < gt > to → rightarrow → leftarrow ← gets ← leftrightarrow ↔ Rightarrow ⇒
        implies ⟹ Leftarrow ⇐ Leftrightarrow ⇔ iff ⟺ mapsto ↦ longrightarrow ⟶ longleftarrow ⟵ longmapsto ⟼ hookrightarrow ↪ uparrow ↑
        downarrow ↓ rightharpoonup ⇀ leadsto ⇝ colon :
        """;

    const string Opening = "lvert | lVert ‖ langle ⟨ lfloor ⌊ lceil ⌈ lbrace { { { lbrack [ lgroup ⟮";

    const string Closing = "rvert | rVert ‖ rangle ⟩ rfloor ⌋ rceil ⌉ rbrace } } } rbrack ] rgroup ⟯";

    const string Functions = "arccos arcsin arctan arg cos cosh cot coth csc deg dim exp hom ker lg ln log sec sin sinh tan tanh";

    const string FunctionsWithLimits = "det gcd inf lim max min Pr sup";

    // Spaces in em; 18 mu make one.
    const string Spaces = """
        , 0.1667 thinspace 0.1667 : 0.2222 > 0.2222 medspace 0.2222 ; 0.2778 thickspace 0.2778 ! -0.1667 negthinspace -0.1667 quad 1
        qquad 2 enspace 0.5
        """;

    // What keyboards write, where it differs from what is shown or is no ordinary sign.
    const string Typed = """
        + + - − * ∗ = = < < > > : : , , ; ; ( ( [ [ ) ) ] ] ! ! ? ? / / | | " ″ @ @ . .
        """;

    // (String.Normalize would compose these, but not where globalization is invariant.)
    const string Negations = "∈ ∉ ∋ ∌ = ≠ < ≮ > ≯ ≤ ≰ ≥ ≱ ⊂ ⊄ ⊃ ⊅ ⊆ ⊈ ⊇ ⊉ ∼ ≁ ≈ ≉ ≃ ≄ ≅ ≇ ≡ ≢ ∣ ∤ ∥ ∦ ∃ ∄ ≺ ⊀ ≻ ⊁ → ↛ ⇒ ⇏";

    static readonly Dictionary<string, string> Negated = Pairs(Negations).ToDictionary(StringComparer.Ordinal);

    static readonly Dictionary<string, Node> Commands = Named();

    static readonly Dictionary<string, Node> Characters = ByCharacter();

    /// <summary>The symbol of the command <c>\name</c>; null where there is none of that name.</summary>
    public static Node? Find(string name) => Commands.GetValueOrDefault(name);

    /// <summary>What the character stands for in a formula: a sign, or a letter.</summary>
    public static Node Of(string character) => Characters.GetValueOrDefault(character) ?? new Identifier(character);

    /// <summary>The sign with a stroke through it.</summary>
    public static string Negation(string sign) => Negated.GetValueOrDefault(sign) ?? sign + '\u0338';

    static Dictionary<string, Node> Named()
    {
        var commands = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var (name, text) in Pairs(Slanted)) commands.Add(name, new Identifier(text));
        foreach (var (name, text) in Pairs(Upright)) commands.Add(name, new Identifier(text, Upright: true));
        foreach (var (table, atom) in new[]
        {
            (Ordinary, Atom.Ordinary), (Large, Atom.LargeOperator), (Binary, Atom.Binary), (Relation, Atom.Relation),
            (Opening, Atom.Opening), (Closing, Atom.Closing),
        })
            foreach (var (name, text) in Pairs(table)) commands.Add(name, new Sign(text, atom));
        foreach (var name in Functions.Split(' ')) commands.Add(name, new Function(name, TakesLimits: false));
        foreach (var name in FunctionsWithLimits.Split(' ')) commands.Add(name, new Function(name, TakesLimits: true));
        commands.Add("limsup", new Function("lim sup", TakesLimits: true));
        commands.Add("liminf", new Function("lim inf", TakesLimits: true));
        // No command of amsmath, but papers define them so, and their formulae are copied without the definition.
        commands.Add("argmax", new Function("arg max", TakesLimits: true));
        commands.Add("argmin", new Function("arg min", TakesLimits: true));
        foreach (var (name, width) in Pairs(Spaces)) commands.Add(name, new Space(double.Parse(width, CultureInfo.InvariantCulture)));
        commands.Add(" ", new Space(0.25));
        commands.Add("\n", new Space(0.25));
        return commands;
    }

    static Dictionary<string, Node> ByCharacter()
    {
        // Someone may type ≤ or ∈ itself; it then is what the command is.
        var characters = new Dictionary<string, Node>(StringComparer.Ordinal);
        foreach (var node in Commands.Values)
        {
            if (node is Sign sign) characters.TryAdd(sign.Text, sign);
            if (node is Identifier { Upright: true } upright) characters.TryAdd(upright.Text, upright);
        }
        foreach (var (typed, shown) in Pairs(Typed))
        {
            characters[typed] = new Sign(shown, typed switch
            {
                "+" or "-" or "*" => Atom.Binary,
                "=" or "<" or ">" or ":" => Atom.Relation,
                "," or ";" => Atom.Punctuation,
                "(" or "[" => Atom.Opening,
                ")" or "]" or "!" or "?" => Atom.Closing,
                _ => Atom.Ordinary,
            });
        }
        characters["~"] = new Space(0.25);
        return characters;
    }

    static IEnumerable<(string Name, string Text)> Pairs(string table)
    {
        var words = table.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i + 1 < words.Length; i += 2) yield return (words[i], words[i + 1]);
    }
}
