using MedAnomaly.Notebooks.Running;

namespace MedAnomaly.Notebooks.Tests.Running;

public sealed class TerminalTextTests
{
    static string Left(params string[] parts)
    {
        var text = new TerminalText();
        foreach (var part in parts) text.Append(part);
        return text.ToString();
    }

    [Theory]
    [InlineData("a\nb\n", "a\nb\n")]
    [InlineData("1/3\r2/3\r3/3\ndone", "3/3\ndone")]
    [InlineData("hello\rJ", "Jello")]
    [InlineData("a\r\nb", "a\nb")]
    [InlineData("ab\bc", "ac")]
    [InlineData("\r\u001b[K[##..] 50 %\r\u001b[K[####] 100 %\n", "[####] 100 %\n")]
    [InlineData("\u001b[31mred\u001b[0m\rnew", "new")]
    public void A_line_is_left_as_a_terminal_would_leave_it(string printed, string left) => Assert.Equal(left, Left(printed));

    [Fact]
    public void Pieces_of_a_line_go_on_where_the_last_one_ended() => Assert.Equal("abCDe", Left("xxxxe", "\r", "ab", "CD"));

    [Fact]
    public void Very_much_text_keeps_its_beginning_and_end()
    {
        var text = new TerminalText();
        for (var i = 0; i < 2_000_000; i++) text.Append($"line {i} of very many, each of them quite long\n");
        var left = text.ToString();
        Assert.InRange(left.Length, 300_000, 800_000);
        Assert.StartsWith("line 0 of", left, StringComparison.Ordinal);
        Assert.EndsWith("line 1999999 of very many, each of them quite long\n", left, StringComparison.Ordinal);
        Assert.Matches(@"\[\.\.\. [0-9,]+ characters left out \.\.\.\]", left);
    }

    [Fact]
    public void A_line_without_end_is_bounded_too()
    {
        var text = new TerminalText();
        for (var i = 0; i < 200; i++) text.Append(new string('x', 50_000));
        Assert.InRange(text.ToString().Length, 300_000, 800_000);
    }
}
