namespace MedAnomaly.Data.Brains;

/// <summary>Toy anomalies that differ in one or two things, and are averaged over.</summary>
/// <param name="Name">What tables call the set.</param>
/// <param name="Anomalies">Its anomalies.</param>
public sealed record ToySet(string Name, IReadOnlyList<ToyAnomaly> Anomalies);

/// <summary>One anomaly of a set in one brain.</summary>
/// <param name="Set">The set.</param>
/// <param name="Anomaly">The anomaly.</param>
/// <param name="Toy">The brain with the anomaly.</param>
public sealed record ToyCase(ToySet Set, ToyAnomaly Anomaly, ToyBrain Toy);

/// <summary>
/// The four anomaly datasets of source 002 (section 3.2.4). It says how many combinations there are, and that three of five intensities are
/// grey; radii and intensities themselves are our choice: four radii, and black, three greys and white of what prepared brains have.
/// </summary>
public static class ToySets
{
    const int Several = 3;

    /// <summary>The radii of circles and random shapes, in mm.</summary>
    public static IReadOnlyList<double> Radii { get; } = [4, 7, 10, 13];

    /// <summary>The intensities, from black to white.</summary>
    public static IReadOnlyList<double> Intensities { get; } = [-1, -0.5, 0, 0.5, 1];

    /// <summary>Dataset 1: circles of every radius and intensity, 20.</summary>
    public static ToySet Circles { get; } = new("circles", Every(ToyShape.Circle));

    /// <summary>Dataset 2: random shapes of every size and intensity, 20.</summary>
    public static ToySet RandomShapes { get; } = new("random shapes", Every(ToyShape.Blob));

    /// <summary>Dataset 3, first half: several random shapes of one size in three intensities.</summary>
    public static ToySet MultipleOfOneSize { get; } = new("multiple, same size",
        [.. new[] { -1, 0, 1.0 }.Select(intensity => new ToyAnomaly(ToyShape.Blob, 6, intensity, Several))]);

    /// <summary>Dataset 3, second half: several random shapes of one intensity in three sizes.</summary>
    public static ToySet MultipleOfOneIntensity { get; } = new("multiple, same intensity",
        [.. new[] { 4.0, 6, 8 }.Select(radius => new ToyAnomaly(ToyShape.Blob, radius, 0.75, Several))]);

    /// <summary>Dataset 4: a black disc in a bright ring, blurred.</summary>
    public static ToySet Tumours { get; } = new("tumours", [new(ToyShape.Tumour, 7, 1)]);

    /// <summary>All of them, dataset 3 in its halves.</summary>
    public static IReadOnlyList<ToySet> All { get; } = [Circles, RandomShapes, MultipleOfOneSize, MultipleOfOneIntensity, Tumours];

    /// <summary>Draws every anomaly of sets into every brain, made one after another when asked for: volumes are large.</summary>
    /// <param name="brains">Healthy brains.</param>
    /// <param name="seed">Of the places and outlines; the same brain, otherwise prepared, has them alike.</param>
    /// <param name="sets">Which; all by default.</param>
    /// <exception cref="DatasetException">No place was found for one.</exception>
    public static IEnumerable<ToyCase> Insert(IReadOnlyList<PreparedBrain> brains, int seed, params IReadOnlyList<ToySet> sets)
    {
        ArgumentNullException.ThrowIfNull(brains);
        foreach (var set in sets.Count > 0 ? sets : All)
        {
            foreach (var anomaly in set.Anomalies)
            {
                foreach (var brain in brains) yield return new(set, anomaly, anomaly.Insert(brain, seed));
            }
        }
    }

    static ToyAnomaly[] Every(ToyShape shape) =>
        [.. Radii.SelectMany(radius => Intensities.Select(intensity => new ToyAnomaly(shape, radius, intensity)))];
}
