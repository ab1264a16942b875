namespace MedAnomaly.Neighbors;

/// <summary>
/// In which precision products look for near points. What it loses is bounded and made good by distances in double precision, so it changes
/// the time and never the answer.
/// </summary>
public enum ProductPrecision
{
    /// <summary>What was fastest on this device when it was first asked: bfloat16 with AMX or tensor cores, else 32-bit floats.</summary>
    Fastest,
    /// <summary>32-bit floats.</summary>
    Float32,
    /// <summary>bfloat16, whose 8 bits of mantissa leave more pairs to look at.</summary>
    BFloat16,
}
