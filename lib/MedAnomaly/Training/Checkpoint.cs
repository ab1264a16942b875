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

    /// <summary>The checkpoint of a stage.</summary>
    internal Checkpoint Of(string stage) => this with
    {
        Path = System.IO.Path.ChangeExtension(Path, $".{stage}{System.IO.Path.GetExtension(Path)}"),
    };
}
