using System.Security.Cryptography;
using System.Text;
using MedAnomaly.Data;

namespace MedAnomaly.Training;

/// <summary>
/// Where a training keeps what it needs to go on after it was killed. A file that is there is gone on from, to the same bits as if nothing had
/// happened; one of another training is refused. It is written whole or not at all, so that a full disk leaves the last one.
/// </summary>
/// <param name="Path">The safetensors file. A training of several stages has one for each, with the stage's name before the ending.</param>
public sealed record Checkpoint(string Path)
{
    /// <summary>It is written after an epoch where so much time has passed since it was last written, and at the end.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The checkpoint of a training in the data directory: with other settings another file.</summary>
    /// <param name="store">Whose data directory.</param>
    /// <param name="id">What the file's name begins with.</param>
    /// <param name="settings">All that makes the training what it is; their text counts.</param>
    public static Checkpoint In(DataStore store, string id, params IEnumerable<object?> settings)
    {
        ArgumentNullException.ThrowIfNull(store);
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('|', settings))))[..12];
        return new(System.IO.Path.Combine(store.DataDirectory, "training", $"{id}-{key}.safetensors"));
    }

    /// <summary>The checkpoint of a stage.</summary>
    internal Checkpoint Of(string stage) => this with
    {
        Path = System.IO.Path.ChangeExtension(Path, $".{stage}{System.IO.Path.GetExtension(Path)}"),
    };
}
