using MedAnomaly.Notebooks.Documents;
using MedAnomaly.Files;
using MedAnomaly.Notebooks.Pages;

namespace MedAnomaly.Notebooks.Tests.Pages;

public sealed class CommittedNotebookTests
{
    const long Largest = 1_000_000;

    /// <summary>Beyond that, GitHub stops showing a notebook, and every clone carries every version of it.</summary>
    [Fact]
    public void Every_notebook_of_the_repository_stays_below_a_megabyte()
    {
        var notebooks = NotebookPaths.Find([NotebookPaths.Home]);
        Assert.NotEmpty(notebooks);
        Assert.All(notebooks, path => Assert.True(new FileInfo(path).Length < Largest,
            $"{Path.GetRelativePath(Checkout.Root, path)} has {new FileInfo(path).Length} bytes; at most {Largest} are committed. Show fewer or smaller figures."));
    }
}
