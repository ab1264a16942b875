namespace MedAnomaly.Outliers;

/// <summary>The 17 detectors of Table I of source 002 by the abbreviations that stand there, with PyOD's defaults.</summary>
public static class OutlierDetectors
{
    /// <summary>The abbreviations, in the table's order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "Covariance", "ECOD", "ABOD", "KDE", "Sampling", "GMM", "MCD", "OCSVM", "LMDD", "LOF", "CBLOF", "HBOS", "KNN", "IForest", "INNE", "LSCP", "LODA",
    ];

    /// <summary>Makes a detector.</summary>
    /// <param name="name">One of <see cref="Names"/>, in any case.</param>
    /// <param name="seed">Of those that draw; the others do not look at it.</param>
    /// <param name="contamination">The share of training rows that may be abnormal, in (0, 0.5].</param>
    /// <param name="inductive">
    /// Whether a score must not depend on what else is scored with it: ECOD and LMDD then differ from PyOD's. All others are so anyway.
    /// </param>
    /// <exception cref="UsageException">There is no detector of that name, or the contamination is no such share.</exception>
    public static OutlierDetector Create(string name, ulong seed = 0, double contamination = OutlierDetector.DefaultContamination, bool inductive = false)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.ToUpperInvariant() switch
        {
            "COVARIANCE" => new EllipticEnvelope(seed, contamination),
            "ECOD" => new EmpiricalCumulative(inductive, contamination),
            "ABOD" => new AngleBased(contamination: contamination),
            "KDE" => new KernelDensity(contamination: contamination),
            "SAMPLING" => new Sampling(seed: seed, contamination: contamination),
            "GMM" => new GaussianMixture(contamination),
            "MCD" => new MinimumCovariance(seed, contamination),
            "OCSVM" => new OneClassSvm(contamination: contamination),
            "LMDD" => new LinearDeviation(inductive, seed: seed, contamination: contamination),
            "LOF" => new LocalOutlierFactor(contamination: contamination),
            "CBLOF" => new ClusterBased(seed: seed, contamination: contamination),
            "HBOS" => new HistogramBased(contamination: contamination),
            "KNN" => new KNearestNeighbors(contamination: contamination),
            "IFOREST" => new IsolationForest(seed: seed, contamination: contamination),
            "INNE" => new IsolationByNeighbors(seed: seed, contamination: contamination),
            "LSCP" => new SelectiveCombination(seed, contamination),
            "LODA" => new RandomProjections(seed: seed, contamination: contamination),
            _ => throw new UsageException($"There is no outlier detector '{name}'; expected one of {string.Join(", ", Names)}.{Spelling.Hint(name, Names)}"),
        };
    }
}
