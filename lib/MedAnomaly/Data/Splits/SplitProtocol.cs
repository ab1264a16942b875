namespace MedAnomaly.Data;

/// <summary>How a split treats samples that belong together.</summary>
public enum SplitProtocol
{
    /// <summary>By image, at random, as the papers did it: images of one patient, and copies, may lie on both sides.</summary>
    AsPublished,
    /// <summary>By <see cref="Sample.Group"/>: no group lies on two sides.</summary>
    Corrected,
}
