namespace MedAnomaly.Outliers;

/// <summary>The densities around training rows, from a table of their neighbours that has k or more of each, and the factors that follow.</summary>
sealed class LocalDensities
{
    /// <summary>What keeps the density of equal rows finite; scikit-learn's.</summary>
    const double Least = 1e-10;

    readonly NearestPoints.Table own;
    readonly int k;
    readonly double[] densities;

    public LocalDensities(NearestPoints.Table own, int k, Work work)
    {
        (this.own, this.k) = (own, k);
        densities = work.Score(own.Numbers.Length / own.Neighbors, row => Density(own.DistancesOf(row), own.NumbersOf(row)));
    }

    /// <summary>The factor of each training row, which is no neighbour of its own.</summary>
    public double[] TrainingFactors(Work work) => work.Score(densities.Length, row => Factor(own.NumbersOf(row), densities[row]));

    /// <summary>The factor of another row, from its k or more neighbours among the training rows.</summary>
    public double Factor(ReadOnlySpan<double> distances, ReadOnlySpan<int> numbers) => Factor(numbers, Density(distances, numbers));

    double Density(ReadOnlySpan<double> distances, ReadOnlySpan<int> numbers)
    {
        var reach = 0.0;
        for (var i = 0; i < k; i++) reach += Math.Max(distances[i], own.DistancesOf(numbers[i])[k - 1]);
        return 1 / (reach / k + Least);
    }

    double Factor(ReadOnlySpan<int> numbers, double density)
    {
        var sum = 0.0;
        foreach (var neighbor in numbers[..k]) sum += densities[neighbor] / density;
        return sum / k;
    }
}
