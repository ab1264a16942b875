namespace MedAnomaly.Neighbors;

/// <summary>What near means.</summary>
public enum NeighborMetric
{
    /// <summary>The Euclidean distance.</summary>
    Euclidean,
    /// <summary>
    /// 1 - cosine of the angle, in [0, 2]; a zero vector, which has no direction, is at distance 1 from everything, as in scikit-learn.
    /// </summary>
    Cosine,
}
