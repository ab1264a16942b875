using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MedAnomaly.Notebooks.Documents;
using Microsoft.Playwright;

namespace MedAnomaly.Notebooks.Tests.Kernel;

/// <summary>A person at Jupyter Notebook 6 in Chromium, with a notebook that .NET Interactive wrote.</summary>
public sealed class BrowserTests
{
    const string Chromium = "/usr/bin/chromium";
    const string Notebook = """
        {"cells": [
          {"cell_type": "code", "execution_count": null, "metadata": {"dotnet_interactive": {"language": "csharp"}, "polyglot_notebook": {"kernelName": "csharp"}}, "outputs": [],
           "source": ["#r \"nuget: Newtonsoft.Json, 13.0.1\"\n", "using Newtonsoft.Json;\n", "JsonConvert.SerializeObject(new { a = 1 })"]},
          {"cell_type": "code", "execution_count": null, "metadata": {"polyglot_notebook": {"kernelName": "csharp"}}, "outputs": [],
           "source": ["Chart.Line(new[] { 1, 2, 3 }, new[] { 1, 4, 9 }).Display();\n", "display(HTML(\"<b id='bold'>bold</b>\"));"]},
          {"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["var kept = 42; while (true) { Console.WriteLine(\"looping\"); Thread.Sleep(50); }"]}],
         "metadata": {"kernelspec": {"display_name": ".NET (C#)", "language": "C#", "name": ".net-csharp"}, "language_info": {"name": "polyglot-notebook"},
          "polyglot_notebook": {"kernelInfo": {"defaultKernelName": "csharp", "items": [{"aliases": [], "name": "csharp"}]}}},
         "nbformat": 4, "nbformat_minor": 5}
        """;

    static readonly string[] BrowserArguments =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

    [Fact]
    public async Task A_notebook_runs_is_interrupted_helps_asks_restarts_and_is_saved()
    {
        if (!File.Exists(Chromium)) Assert.Skip($"There is no {Chromium}");
        using var jupyter = new Jupyter("notebook", "nbconvert");
        var path = jupyter.File("session.ipynb", Notebook);
        var port = FreePort();
        var start = jupyter.Module("-m", "notebook", "--no-browser", "--ip=127.0.0.1", "--allow-root", "--NotebookApp.token=", FormattableString.Invariant($"--port={port}"));
        using var server = Process.Start(start)!;
        _ = server.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        _ = server.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        try
        {
            await WaitForAsync(port);
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Chromium, Args = BrowserArguments });
            var page = await browser.NewPageAsync();
            page.SetDefaultTimeout(90_000);
            await page.GotoAsync(FormattableString.Invariant($"http://127.0.0.1:{port}/notebooks/session.ipynb"));
            await SitAndWorkAsync(page, path);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync(CancellationToken.None);
        }
    }

    static async Task SitAndWorkAsync(IPage page, string path)
    {
        var cells = page.Locator("div.code_cell");
        await page.Locator("#kernel_indicator_icon.kernel_idle_icon").WaitForAsync();
        Assert.Contains("C# (MedAnomaly", await page.Locator("#kernel_indicator .kernel_indicator_name").InnerTextAsync(), StringComparison.Ordinal);

        // A package, a figure, HTML, then a cell that never ends.
        await page.EvaluateAsync("Jupyter.notebook.execute_all_cells()");
        await cells.Nth(0).Locator(".output_result", new() { HasText = "{\"a\":1}" }).WaitForAsync();
        await cells.Nth(1).Locator("#bold").WaitForAsync();
        Assert.Equal(1, await cells.Nth(1).Locator("img").CountAsync());
        await cells.Nth(2).Locator(".output_stdout", new() { HasText = "looping" }).First.WaitForAsync();
        await page.EvaluateAsync("Jupyter.notebook.kernel.interrupt()");
        await cells.Nth(2).Locator(".output_error", new() { HasText = "Interrupted" }).WaitForAsync();

        // The variables survive, Tab completes, Shift-Tab explains.
        await page.EvaluateAsync("Jupyter.notebook.insert_cell_at_bottom('code'); Jupyter.notebook.select(3); Jupyter.notebook.edit_mode();");
        await page.Keyboard.TypeAsync("kep");
        await page.Keyboard.PressAsync("Tab");
        await page.WaitForFunctionAsync("Jupyter.notebook.get_cell(3).get_text() === 'kept'");
        await page.Keyboard.PressAsync("Shift+Enter");
        await cells.Nth(3).Locator(".output_result", new() { HasText = "42" }).WaitForAsync();
        await page.EvaluateAsync("Jupyter.notebook.select(4); Jupyter.notebook.edit_mode();");
        await page.Keyboard.TypeAsync("Math.Sqrt(");
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Locator("#tooltip", new() { HasText = "square root" }).WaitForAsync();
        await page.Keyboard.PressAsync("Escape");

        // The user is asked.
        await page.EvaluateAsync("Jupyter.notebook.get_cell(4).set_text('input(\"Who? \")'); Jupyter.notebook.get_cell(4).execute();");
        await page.Locator("input.raw_input").FillAsync("Ada");
        await page.Locator("input.raw_input").PressAsync("Enter");
        await cells.Nth(4).Locator(".output_result", new() { HasText = "Ada" }).WaitForAsync();

        // After a restart nothing is left.
        await page.EvaluateAsync("Jupyter.notebook.kernel.restart()");
        await page.WaitForFunctionAsync("Jupyter.notebook.kernel.is_connected()");
        await page.Locator("#kernel_indicator_icon.kernel_idle_icon").WaitForAsync();
        await page.EvaluateAsync("Jupyter.notebook.get_cell(3).execute()");
        await cells.Nth(3).Locator(".output_error", new() { HasText = "kept" }).WaitForAsync();

        await page.EvaluateAsync("Jupyter.notebook.save_notebook()");
        await page.WaitForFunctionAsync("!Jupyter.notebook.dirty");
        var saved = NotebookFile.Load(path);
        Assert.Equal("csharp", (string?)saved.Cells[0].Metadata["polyglot_notebook"]!["kernelName"]);
        Assert.Contains(saved.Cells[1].Outputs.OfType<DisplayOutput>(), output => output.Data.ContainsKey(Mime.Plotly) && output.Data.ContainsKey(Mime.Png));
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static async Task WaitForAsync(int port)
    {
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < FrontEnd.Patience;)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/api")), TestContext.Current.CancellationToken);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException("Jupyter Notebook did not start.");
    }
}
