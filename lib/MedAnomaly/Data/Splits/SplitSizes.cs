namespace MedAnomaly.Data;

/// <summary>How many samples go where; what is left goes into the test set. Training sets hold normal samples only.</summary>
/// <param name="TrainNormal">Normal samples to train on.</param>
/// <param name="ValidationNormal">Normal samples to validate on.</param>
/// <param name="ValidationAbnormal">Abnormal samples to validate on.</param>
public sealed record SplitSizes(int TrainNormal, int ValidationNormal, int ValidationAbnormal)
{
    /// <summary>
    /// Sizes by shares of the normal samples, as in "70/15/15". The abnormal samples, of which none is trained on, are shared between
    /// validation and test as the other normal ones are.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A share is not between 0 and 1, or they leave nothing for the test.</exception>
    public static SplitSizes OfShares(IImageDataset dataset, double train = 0.7, double validation = 0.15)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(train, 0);
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(train + validation, 1);
        var abnormal = dataset.Samples.Count(sample => sample.IsAbnormal);
        var normal = dataset.Samples.Count - abnormal;
        return new(Round(normal * train), Round(normal * validation), Round(abnormal * validation / (1 - train)));
    }

    static int Round(double value) => (int)Math.Round(value, MidpointRounding.AwayFromZero);
}
