using System.Text.Json.Nodes;
using MedAnomaly.Notebooks.Kernel;

namespace MedAnomaly.Notebooks.Tests.Kernel;

public sealed class KernelSpecTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    IReadOnlyList<string> Install() => KernelSpec.Install(folder.Path, ["dotnet", "program.dll", "kernel", "run", "--connection-file"], new Dictionary<string, string> { ["MEDANOMALY_ROOT"] = "/here" });

    [Fact]
    public void The_kernel_is_written_under_its_name_and_under_the_one_of_dotnet_interactive()
    {
        Assert.Equal([folder.File(KernelSpec.Name), folder.File(KernelSpec.InteractiveName)], Install());
        var specification = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File(KernelSpec.Name), "kernel.json")))!;
        Assert.Equal(["dotnet", "program.dll", "kernel", "run", "--connection-file", "{connection_file}"], specification["argv"]!.AsArray().Select(word => (string)word!));
        Assert.Equal(("C#", "message", "/here"), ((string?)specification["language"], (string?)specification["interrupt_mode"], (string?)specification["env"]!["MEDANOMALY_ROOT"]));
    }

    [Fact]
    public void A_second_installation_replaces_the_first()
    {
        Install();
        Assert.Equal(2, Install().Count);
    }

    [Theory]
    [InlineData("{\"argv\": [\"dotnet-interactive\"], \"display_name\": \".NET (C#)\"}")]
    [InlineData("not JSON")]
    public void Another_programs_kernel_is_left_alone(string specification)
    {
        var theirs = Path.Combine(Directory.CreateDirectory(folder.File(KernelSpec.InteractiveName)).FullName, "kernel.json");
        File.WriteAllText(theirs, specification);
        Assert.Equal([folder.File(KernelSpec.Name)], Install());
        Assert.Equal(specification, File.ReadAllText(theirs));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        var file = folder.File("file", "");
        var fault = Assert.Throws<OutputException>(() => KernelSpec.Install(file, ["dotnet"], new Dictionary<string, string>()));
        Assert.Contains("kernel.json could not be written", fault.Message, StringComparison.Ordinal);
    }
}
