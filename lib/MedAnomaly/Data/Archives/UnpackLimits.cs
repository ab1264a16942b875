namespace MedAnomaly.Data;

/// <summary>How much an archive may unpack to, so that a hostile one fills neither the disk nor the memory.</summary>
/// <param name="Entries">Files and folders.</param>
/// <param name="Bytes">Bytes in all.</param>
/// <param name="Ratio">Bytes in all, as a multiple of the archive's own size.</param>
/// <param name="FreeBytes">Bytes that may be reached whatever the ratio: an empty mask deflates to a thousandth.</param>
/// <param name="Depth">Folders within folders.</param>
public sealed record UnpackLimits(int Entries = 500_000, long Bytes = 1L << 40, int Ratio = 100, long FreeBytes = 1L << 28, int Depth = 32);
