using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Notebooks.Sessions;

namespace MedAnomaly.Notebooks.Tests.Sessions;

/// <summary>What is added to a cell must not change what it means.</summary>
[Collection("sessions")]
public sealed class InterruptibleCodeTests
{
    static readonly CSharpSession session = new();

    string? Value(string code)
    {
        var result = session.Execute(code, "In[1]", new RecordedOutput());
        Assert.True(result.Error is null, string.Join('\n', result.Error?.Traceback ?? []));
        return result.Value?.Data[Mime.Text]?.GetValue<string>();
    }

    [Theory]
    [InlineData("var s = 0; for (var i = 0; i < 4; i++) s += i; s", "6")]
    [InlineData("var s = 0; foreach (var i in new[] { 1, 2 }) foreach (var j in new[] { 10, 20 }) if (i > 1) s += i * j; else s += j; s", "90")]
    [InlineData("var i = 0; do i++; while (i < 5); i", "5")]
    [InlineData("var i = 0; while (i < 5) { if (i == 3) break; i++; } i", "3")]
    [InlineData("int F(int n) => n < 2 ? n : F(n - 1) + F(n - 2); F(10)", "55")]
    [InlineData("var t = \"\"; void A(string x) => t += x; A(\"a\"); t", "a")]
    [InlineData("async Task A() => await Task.Yield(); await A(); 1", "1")]
    [InlineData("async Task<int> A() => await Task.FromResult(4); await A()", "4")]
    [InlineData("async ValueTask<int> A() { await Task.Yield(); return 7; } await A()", "7")]
    [InlineData("await Task.WhenAll(Task.FromResult(1), Task.FromResult(2))", "[1, 2]")]
    [InlineData("int T() => throw new Exception(); 3", "3")]
    [InlineData("Func<byte> f = () => 1 + 2; f()", "3")]
    [InlineData("Func<int, object> f = x => x + 1; f(1)", "2")]
    [InlineData("Action<string> f = x => Console.Write(x); f(\"\"); 1", "1")]
    [InlineData("System.Linq.Expressions.Expression<Func<int, bool>> e = x => x > 3; e.ToString()", "x => (x > 3)")]
    [InlineData("Enumerable.Range(0, 3).Select(i => (i, square: i * i)).Sum(p => p.square)", "5")]
    [InlineData("new[] { 3, 1, 2 }.OrderBy(x => -x).ToArray()", "[3, 2, 1]")]
    [InlineData("IEnumerable<int> Count() { for (var i = 0; ; i++) yield return i; } Count().Take(3).ToList()", "[0, 1, 2]")]
    [InlineData("class C { public int this[int i] => i; public int P => 5; public static C operator +(C a, C b) => a; } (new C())[2] + new C().P", "7")]
    [InlineData("(await File.ReadAllTextAsync(\"/dev/null\")).Length", "0")]
    [InlineData("var path = Path.GetTempFileName(); await File.WriteAllTextAsync(path, \"x\"); (await File.ReadAllTextAsync(path)).Length", "1")]
    [InlineData("int Take(int a, CancellationToken cancellationToken = default) => cancellationToken.CanBeCanceled ? a : -a; Take(2)", "2")]
    [InlineData("Take(2, CancellationToken.None)", "-2")]
    [InlineData("ref int First(int[] a) => ref a[0]; var a = new[] { 1 }; First(a) = 9; a[0]", "9")]
    public void A_cell_means_what_it_says(string code, string value)
    {
        if (code.StartsWith("Take(", StringComparison.Ordinal)) Value("int Take(int a, CancellationToken cancellationToken = default) => cancellationToken.CanBeCanceled ? a : -a;");
        using var source = new CancellationTokenSource();
        var result = session.Execute(code, "In[1]", new RecordedOutput(), source.Token);
        Assert.True(result.Error is null, string.Join('\n', result.Error?.Traceback ?? []));
        Assert.Equal(value, result.Value?.Data[Mime.Text]?.GetValue<string>());
    }

    [Fact]
    public async Task Loops_in_tasks_of_an_interrupted_cell_stop_and_those_of_others_go_on()
    {
        Value("var others = 0L; var go = true; var other = Task.Run(() => { while (go) others++; });");
        using var interrupt = new CancellationTokenSource();
        var output = new RecordedOutput();
        var running = Task.Run(() => session.Execute(
            "var mine = Task.Run(() => { Console.Write(\"begun\"); long n = 0; while (true) n++; }); mine.Wait();", "In[2]", output, interrupt.Token));
        Assert.True(SpinWait.SpinUntil(() => output.Text("stdout") == "begun", 20_000));
        await interrupt.CancelAsync();
        Assert.Equal(CellStatus.Interrupted, (await running).Status);
        Assert.Equal("true", Value("mine.ContinueWith(_ => { }).Wait(2000) && !other.IsCompleted"));
        Assert.Equal("true", Value("go = false; other.Wait(5000) && others > 0"));
    }
}
