using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Notebooks.Pages.Formulas;

namespace MedAnomaly.Notebooks.Tests.Pages.Formulas;

public sealed class FormulaTests
{
    static string MathMl(string tex, bool display = false) => MathMlWriter.Write(TexParser.Parse(tex), display);

    static string Unreadable(string reason, string tex) => $"<span class=\"math-unknown\" title=\"This formula cannot be shown: {reason}.\">${tex}$</span>";

    [Theory]
    [InlineData("x_i^2", "<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>")]
    [InlineData("x^10", "<msup><mi>x</mi><mn>1</mn></msup><mn>0</mn>")]
    [InlineData("0.25", "<mn>0.25</mn>")]
    [InlineData(@"\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>")]
    [InlineData(@"\dfrac{a}{b}", "<mstyle displaystyle=\"true\"><mfrac><mi>a</mi><mi>b</mi></mfrac></mstyle>")]
    [InlineData(@"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>")]
    [InlineData(@"\mathcal{M}_C \subset \mathcal M", "<msub><mi>ℳ</mi><mi>C</mi></msub><mo>⊂</mo><mi>ℳ</mi>")]
    [InlineData(@"\mathbf{x} \in \mathbb{R}^d", "<mi>𝐱</mi><mo>∈</mo><msup><mi>ℝ</mi><mi>d</mi></msup>")]
    [InlineData(@"\mathcal{N}_p", "<msub><mi>𝒩</mi><mi>p</mi></msub>")]
    [InlineData(@"\mathrm{AUROC}", "<mi>AUROC</mi>")]
    [InlineData(@"\mathrm{d}x", "<mi mathvariant=\"normal\">d</mi><mi>x</mi>")]
    [InlineData(@"\Gamma\gamma", "<mi mathvariant=\"normal\">Γ</mi><mi>γ</mi>")]
    [InlineData(@"f'(x)", "<msup><mi>f</mi><mo>′</mo></msup><mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">)</mo>")]
    [InlineData(@"f''^2", "<msup><mi>f</mi><mrow><mo>″</mo><mn>2</mn></mrow></msup>")]
    [InlineData(@"a = -1", "<mi>a</mi><mo>=</mo><mo lspace=\"0\" rspace=\"0\">−</mo><mn>1</mn>")]
    [InlineData(@"\hat{x}", "<mover accent=\"true\"><mi>x</mi><mo stretchy=\"false\">^</mo></mover>")]
    [InlineData(@"\overline{ab}", "<mrow style=\"border-top: 0.06em solid; padding-top: 0.12em\"><mrow><mi>a</mi><mi>b</mi></mrow></mrow>")]
    [InlineData(@"\underbrace{a+b}_{c}", "<munder><munder accentunder=\"true\"><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mo stretchy=\"true\">⏟</mo></munder><mi>c</mi></munder>")]
    [InlineData(@"\lVert v \rVert_2", "<mo form=\"prefix\" stretchy=\"false\">‖</mo><mi>v</mi><msub><mo form=\"postfix\" stretchy=\"false\">‖</mo><mn>2</mn></msub>")]
    [InlineData(@"a \quad b\,c\!d", "<mi>a</mi><mspace width=\"1em\"></mspace><mi>b</mi><mspace width=\"0.1667em\"></mspace><mi>c</mi><mspace width=\"-0.1667em\"></mspace><mi>d</mi>")]
    [InlineData(@"1{,}000", "<mn>1</mn><mo lspace=\"0\" rspace=\"0\">,</mo><mn>000</mn>")]
    [InlineData(@"a \not\in b", "<mi>a</mi><mo>∉</mo><mi>b</mi>")]
    [InlineData(@"\operatorname{AUC}(x)", "<mi>AUC</mi><mo stretchy=\"false\">(</mo><mi>x</mi><mo stretchy=\"false\">)</mo>")]
    [InlineData(@"\operatorname*{arg\,max}_x", "<msub><mi>arg\u2009max</mi><mi>x</mi></msub>")]
    [InlineData(@"p := q", "<mi>p</mi><mo>:=</mo><mi>q</mi>")]
    [InlineData(@"\text{if } x", "<mtext>if\u00a0</mtext><mi>x</mi>")]
    [InlineData(@"\text{where $x_1$ is}", "<mrow><mtext>where\u00a0</mtext><msub><mi>x</mi><mn>1</mn></msub><mtext>\u00a0is</mtext></mrow>")]
    [InlineData("α ≤ β", "<mi>α</mi><mo>≤</mo><mi>β</mi>")]
    [InlineData("x % a note\n+ y", "<mi>x</mi><mo>+</mo><mi>y</mi>")]
    public void A_formula_becomes_MathML(string tex, string expected) => Assert.Equal($"<mrow>{expected}</mrow>", MathMl(tex));

    [Theory]
    [InlineData("bf", "𝐱")]
    [InlineData("bb", "𝕩")]
    [InlineData("cal", "𝓍")]
    [InlineData("frak", "𝔵")]
    [InlineData("sf", "𝗑")]
    [InlineData("tt", "𝚡")]
    [InlineData("it", "𝑥")]
    public void An_alphabet_is_a_range_of_code_points(string alphabet, string letter) => Assert.Equal($"<mrow><mi>{letter}</mi></mrow>", MathMl($"\\math{alphabet}{{x}}"));

    [Theory]
    [InlineData(@"\mathcal{BEFHILMR}", "ℬℰℱℋℐℒℳℛ")]
    [InlineData(@"\mathbb{CHNPQRZ}", "ℂℍℕℙℚℝℤ")]
    [InlineData(@"\mathfrak{CHIRZ}", "ℭℌℑℜℨ")]
    [InlineData(@"\mathit{hi}", "ℎ𝑖")]
    [InlineData(@"\boldsymbol{\mu}", "<mi>𝝁</mi>")]
    [InlineData(@"\boldsymbol\phi", "<mi>𝝓</mi>")]
    [InlineData(@"\boldsymbol\Sigma", "<mi mathvariant=\"normal\">𝚺</mi>")]
    [InlineData(@"\boldsymbol\nabla", "<mi mathvariant=\"normal\">𝛁</mi>")]
    [InlineData(@"\mathbf{\mu}", "<mi>μ</mi>")]
    [InlineData(@"\mathbf{ΣA}", "𝚺𝐀")]
    public void Letters_that_Unicode_had_before_stand_where_they_stood(string tex, string letters) => Assert.Contains(letters, MathMl(tex), StringComparison.Ordinal);

    [Fact]
    public void Limits_stand_below_in_display_and_beside_in_running_text()
    {
        const string Sum = "<mo>∑</mo><mrow><mi>i</mi><mo lspace=\"0\" rspace=\"0\">=</mo><mn>1</mn></mrow><mi>n</mi>";
        Assert.Equal($"<mrow><munderover>{Sum}</munderover></mrow>", MathMl(@"\sum_{i=1}^n", display: true));
        Assert.Equal($"<mrow><msubsup>{Sum}</msubsup></mrow>", MathMl(@"\sum_{i=1}^n"));
        Assert.Equal($"<mrow><msubsup>{Sum}</msubsup></mrow>", MathMl(@"\sum\nolimits_{i=1}^n", display: true));
        Assert.Equal(
            $"<mrow><munderover>{Sum.Replace("<mo>∑", "<mo movablelimits=\"false\">∑", StringComparison.Ordinal)}</munderover></mrow>", MathMl(@"\sum\limits_{i=1}^n"));
        Assert.Equal("<mrow><msubsup><mo>∫</mo><mn>0</mn><mn>1</mn></msubsup></mrow>", MathMl(@"\int_0^1", display: true));
    }

    [Fact]
    public void The_coreset_of_PatchCore()
    {
        Assert.Equal(
            "<mrow><mi>arg</mi><mspace width=\"0.1667em\"></mspace>"
            + "<munder><mi>min</mi><mrow><msub><mi>ℳ</mi><mi>C</mi></msub><mo lspace=\"0\" rspace=\"0\">⊂</mo><mi>ℳ</mi></mrow></munder>"
            + "<mspace width=\"0.1667em\"></mspace><munder><mi>max</mi><mi>m</mi></munder>"
            + "<mo form=\"prefix\" stretchy=\"false\">‖</mo><mi>m</mi><mo>−</mo><mi>n</mi><msub><mo form=\"postfix\" stretchy=\"false\">‖</mo><mn>2</mn></msub></mrow>",
            MathMl(@"\arg\min_{\mathcal{M}_C \subset \mathcal{M}} \max_m \lVert m - n \rVert_2", display: true));
    }

    [Fact]
    public void A_bracket_grows_with_what_it_holds()
    {
        Assert.Equal(
            "<mrow><mrow><mo form=\"prefix\" stretchy=\"true\" symmetric=\"true\">{</mo><mfrac><mi>a</mi><mi>b</mi></mfrac></mrow></mrow>",
            MathMl(@"\left\{\frac{a}{b}\right."));
        Assert.Equal("<mrow><mo form=\"prefix\" stretchy=\"true\" symmetric=\"true\" minsize=\"1.2em\" maxsize=\"1.2em\">(</mo></mrow>", MathMl(@"\big("));
    }

    [Fact]
    public void Cases_and_matrices_are_tables()
    {
        Assert.Equal(
            "<mrow><mrow><mo form=\"prefix\" stretchy=\"true\" symmetric=\"true\">{</mo><mtable>"
            + "<mtr><mtd style=\"text-align: left\"><mn>1</mn></mtd><mtd style=\"text-align: left\"><mi>x</mi><mo>&gt;</mo><mn>0</mn></mtd></mtr>"
            + "<mtr><mtd style=\"text-align: left\"><mn>0</mn></mtd><mtd style=\"text-align: left\"><mtext>else</mtext></mtd></mtr></mtable></mrow></mrow>",
            MathMl(@"\begin{cases} 1 & x > 0 \\ 0 & \text{else} \\ \end{cases}"));
        Assert.Contains("<mtable><mtr><mtd><mi>a</mi></mtd><mtd><mi>b</mi></mtd></mtr></mtable>", MathMl(@"\begin{pmatrix} a & b \end{pmatrix}"), StringComparison.Ordinal);
    }

    [Fact]
    public void Equations_meet_at_their_relation()
    {
        Assert.Equal(
            "<mrow><mtable displaystyle=\"true\"><mtr><mtd style=\"text-align: right; padding-left: 0; padding-right: 0\"><mi>a</mi></mtd>"
            + "<mtd style=\"text-align: left; padding-left: 0; padding-right: 0\"><mo>=</mo><mi>b</mi></mtd></mtr>"
            + "<mtr><mtd style=\"text-align: right; padding-left: 0; padding-right: 0\"></mtd>"
            + "<mtd style=\"text-align: left; padding-left: 0; padding-right: 0\"><mrow></mrow><mo>+</mo><mi>c</mi></mtd></mtr></mtable></mrow>",
            MathMl(@"\begin{aligned} a &= b \\[2pt] &+ c \end{aligned}"));
    }

    [Fact]
    public void The_source_goes_along_for_those_who_copy_or_hear_it()
    {
        Assert.Equal(
            "<math display=\"block\" alttext=\"a &lt; b\"><semantics><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow>"
            + "<annotation encoding=\"application/x-tex\">a &lt; b</annotation></semantics></math>",
            Formula.ToHtml(" a < b\n", display: true));
    }

    [Fact]
    public void An_unknown_command_is_shown_and_the_rest_is_set()
    {
        Assert.Equal("<mrow><mtext class=\"math-unknown\" title=\"\\frobnicate\">\\frobnicate</mtext><mi>x</mi></mrow>", MathMl(@"\frobnicate{x}"));
        Assert.Contains("title=\"\\&quot;\"", MathMl("\\\""), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(@"\frac{a", "a { has no }")]
    [InlineData("a}", "a } has no {")]
    [InlineData(@"\frac{a}", @"\frac lacks what it acts on")]
    [InlineData(@"x^", "^ lacks what it acts on")]
    [InlineData(@"x_1_2", "it has two subscripts in one place")]
    [InlineData(@"\left( x", @"a \left has no \right")]
    [InlineData(@"x \right)", @"\right stands alone")]
    [InlineData(@"\begin{cases} x", @"\begin{cases} has no \end")]
    [InlineData(@"\begin{cases} x \end{matrix}", @"\begin{cases} is ended by \end{matrix}")]
    [InlineData(@"\begin{tikzpicture} x \end{tikzpicture}", "there is no environment tikzpicture")]
    [InlineData(@"\sqrt[3", @"a [ after \sqrt has no ]")]
    [InlineData(@"\text x", @"\text lacks its {...}")]
    [InlineData(@"\hspace{9999em}", @"\hspace takes a length of at most 20em, not 9999em")]
    public void A_formula_that_cannot_be_read_is_shown_as_written_with_the_reason(string tex, string reason) =>
        Assert.Equal(Unreadable(reason, tex), Formula.ToHtml(tex, display: false));

    [Theory]
    [InlineData("{", "}")]
    [InlineData("x^{", "}")]
    [InlineData(@"\hat", "")]
    [InlineData(@"\frac1", "")]
    [InlineData(@"\mathbf", "")]
    [InlineData(@"\displaystyle ", "")]
    [InlineData(@"\left(", @"\right)")]
    [InlineData(@"\begin{matrix}", @"\end{matrix}")]
    [InlineData(@"\text{a$", "$}")]
    public void Nesting_has_a_bound(string opening, string closing)
    {
        string Of(int levels) => string.Concat(Enumerable.Repeat(opening, levels)) + "x" + string.Concat(Enumerable.Repeat(closing, levels));
        Assert.StartsWith("<math", Formula.ToHtml(Of(opening.Contains('$', StringComparison.Ordinal) ? 1 : 10), display: false), StringComparison.Ordinal);
        Assert.StartsWith("<span class=\"math-unknown\"", Formula.ToHtml(Of(20_000), display: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_text_gives_a_page_and_no_exception()
    {
        string[] pieces = ["\\", "{", "}", "^", "_", "'", "&", "\\\\", "\\left", "\\right", "(", "]", "\\frac", "\\sqrt[", "\\text{", "\\begin{cases}", "\\end{cases}", "\\not", "\\big", "x", "1", ".",
            "$", "%", "\n", "\\limits", "\\bf", "\ud835", "\u0000", "𝐱", "\\operatorname*", "\\substack{", "[2pt]", "\\hspace{1em}", "\\,", "~", ":", "="];
        Prop.ForAll(ArbMap.Default.ArbFor<NonNegativeInt[]>(), numbers =>
        {
            var tex = string.Concat(numbers.Select(number => pieces[number.Get % pieces.Length]));
            var html = Formula.ToHtml(tex, display: numbers.Length % 2 == 0);
            return html.StartsWith("<math", StringComparison.Ordinal) || html.StartsWith("<span class=\"math-unknown\"", StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }
}
