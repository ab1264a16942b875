namespace MedAnomaly.Cli.Tests.Verbs;

public sealed class RenderVerbTests : IDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("medanomaly-");

    public void Dispose() => folder.Delete(recursive: true);

    string File(string name, string? text = null)
    {
        var path = Path.Combine(folder.FullName, name);
        if (text is not null) System.IO.File.WriteAllText(path, text);
        return path;
    }

    [Fact]
    public void A_notebook_becomes_a_page_and_a_gallery_leads_to_it()
    {
        var notebook = File("a.dib", "#!markdown\n\n# A title\n\n#!csharp\n\n1 + 1\n");

        var (exitCode, output, errors) = CommandLine.Run(["render", notebook, "-o", File("pages")], ("MEDANOMALY_RESULTS", File("results")));

        Assert.True(exitCode == 0, errors);
        Assert.Equal($"1 page\ngallery: {File("pages/index.html")}\n", output);
        Assert.Contains("A title</a>", System.IO.File.ReadAllText(File("pages/index.html")), StringComparison.Ordinal);
        Assert.Contains("<title>A title</title>", System.IO.File.ReadAllText(File("pages/a.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_notebook_that_is_not_there_ends_with_2_and_one_that_is_broken_with_3()
    {
        var missing = CommandLine.Run(["render", File("gone.ipynb"), "-o", File("pages")], ("MEDANOMALY_RESULTS", File("results")));
        var broken = CommandLine.Run(["render", File("bad.ipynb", "{"), "-o", File("pages")], ("MEDANOMALY_RESULTS", File("results")));
        var empty = CommandLine.Run(["render", folder.CreateSubdirectory("empty").FullName, "-o", File("pages")], ("MEDANOMALY_RESULTS", File("results")));
        var option = CommandLine.Run(["render", "--report-mod"]);

        Assert.Equal((2, 3, 2, 2), (missing.ExitCode, broken.ExitCode, empty.ExitCode, option.ExitCode));
        Assert.Contains($"There is no notebook at {File("gone.ipynb")}", missing.Errors, StringComparison.Ordinal);
        Assert.Contains("bad.ipynb", broken.Errors, StringComparison.Ordinal);
        Assert.Contains($"There is no notebook (.ipynb, .dib) in {File("empty")}", empty.Errors, StringComparison.Ordinal);
        Assert.Contains("--report-mode", option.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_ends_with_5()
    {
        var (exitCode, _, errors) = CommandLine.Run(["render", File("a.dib", "#!csharp\n\n1\n"), "-o", File("file", "") + "/pages"], ("MEDANOMALY_RESULTS", File("results")));

        Assert.Equal(5, exitCode);
        Assert.Contains("could not be written", errors, StringComparison.Ordinal);
    }
}
