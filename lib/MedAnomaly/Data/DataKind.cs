namespace MedAnomaly.Data;

/// <summary>What a number measured on a dataset may be compared with.</summary>
public enum DataKind
{
    /// <summary>The dataset that the paper names.</summary>
    Real,
    /// <summary>Real images of another dataset, used because the paper's cannot be had. Never fills a paper's row.</summary>
    StandIn,
    /// <summary>Images that a program made. Never fills a paper's row.</summary>
    Simulated,
}
