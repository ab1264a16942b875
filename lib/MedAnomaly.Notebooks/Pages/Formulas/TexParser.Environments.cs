namespace MedAnomaly.Notebooks.Pages.Formulas;

sealed partial class TexParser
{
    Node ParseEnvironment()
    {
        var name = ReadGroup("begin");
        var columns = name is "array" or "alignat" or "alignat*" or "alignedat" ? ReadGroup(name) : "";
        if (name is "aligned" or "gathered" or "alignedat" or "split") SkipPosition();
        var rows = ParseRows();
        if (Current.Kind == TokenKind.End) throw new FormulaException($"\\begin{{{name}}} has no \\end");
        if (!Current.Is(TokenKind.Command, "end")) throw Unexpected();
        position++;
        var ended = ReadGroup("end");
        if (ended != name) throw new FormulaException($"\\begin{{{name}}} is ended by \\end{{{ended}}}");
        return name switch
        {
            "matrix" or "smallmatrix" => Matrix(rows),
            "pmatrix" => Enclose("(", Matrix(rows), ")"),
            "bmatrix" => Enclose("[", Matrix(rows), "]"),
            "Bmatrix" => Enclose("{", Matrix(rows), "}"),
            "vmatrix" => Enclose("|", Matrix(rows), "|"),
            "Vmatrix" => Enclose("‖", Matrix(rows), "‖"),
            "cases" or "dcases" => Enclose("{", new Grid(rows, "l", GridKind.Matrix), ""),
            "rcases" => Enclose("", new Grid(rows, "l", GridKind.Matrix), "}"),
            "array" => new Grid(rows, string.Concat(columns.Where(column => column is 'l' or 'c' or 'r')), GridKind.Matrix),
            "aligned" or "align" or "align*" or "alignat" or "alignat*" or "alignedat" or "split" or "eqnarray" or "eqnarray*" =>
                new Grid(rows, name.StartsWith("eqn", StringComparison.Ordinal) ? "rcl" : "rl", GridKind.Equations),
            "equation" or "equation*" or "gather" or "gather*" or "gathered" or "multline" or "multline*" or "displaymath" or "math" =>
                rows is [[var only]] ? only : new Grid(rows, "c", GridKind.Equations),
            _ => throw new FormulaException($"there is no environment {name}"),
        };
    }

    static Grid Matrix(IReadOnlyList<IReadOnlyList<Node>> rows) => new(rows, "c", GridKind.Matrix);

    // \begin{aligned}[t] says how a block sits on its line.
    void SkipPosition()
    {
        if (!Current.Is(TokenKind.Character, "[")) return;
        if (tokens[position + 1].Text is "t" or "b" or "c" && tokens[position + 2].Text == "]") position += 3;
    }

    List<IReadOnlyList<Node>> ParseRows()
    {
        var rows = new List<IReadOnlyList<Node>>();
        while (true)
        {
            var cells = new List<Node> { ParseRow() };
            while (Current.Kind == TokenKind.NextCell)
            {
                position++;
                cells.Add(ParseRow());
            }
            // What follows the last \\ is no row when there is nothing.
            if (rows.Count == 0 || cells is not [Row { Items.Count: 0 }]) rows.Add(cells);
            if (Current.Kind != TokenKind.NextRow) return rows;
            position++;
            SkipRowGap();
        }
    }

    // \\[2pt] asks for more room between two rows.
    void SkipRowGap()
    {
        if (!Current.Is(TokenKind.Character, "[")) return;
        var end = position;
        while (tokens[end].Kind == TokenKind.Character && tokens[end].Text != "]") end++;
        if (tokens[end].Text != "]") return;
        var gap = source[Current.End..tokens[end].Start];
        if (gap.Length > 2 && gap[^2..] is "pt" or "em" or "ex" or "mm") position = end + 1;
    }

    Grid ParseSubstack()
    {
        SkipSpace();
        if (Current.Kind != TokenKind.Open) throw new FormulaException("\\substack lacks its {...}");
        position++;
        var rows = ParseRows();
        if (Current.Kind != TokenKind.Close) throw new FormulaException("a { has no }");
        position++;
        return new Grid(rows, "c", GridKind.Stack);
    }
}
