using MedAnomaly.Data;
using MedAnomaly.Tests.Data;
using MedAnomaly.Training;

namespace MedAnomaly.Tests.Training;

public sealed class CheckpointTests
{
    [Fact]
    public void In_the_data_directory_other_settings_have_another_file()
    {
        using var folder = new TemporaryFolder();
        var store = new DataStore(folder.Path);

        var one = Checkpoint.In(store, "head-ct-cae", "CAE", 0.5, null);

        Assert.Equal(Path.Combine(folder.Path, "training"), Path.GetDirectoryName(one.Path));
        // The beginning of sha256 of "CAE|0.5|".
        Assert.Equal($"head-ct-cae-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("CAE|0.5|"u8))[..12]}.safetensors", Path.GetFileName(one.Path));
        Assert.Equal(one, Checkpoint.In(store, "head-ct-cae", "CAE", 0.5, null));
        Assert.NotEqual(one, Checkpoint.In(store, "head-ct-cae", "CAE", 0.25, null));
    }
}
