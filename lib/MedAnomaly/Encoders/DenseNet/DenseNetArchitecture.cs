namespace MedAnomaly.Encoders;

/// <summary>The shape of a densely connected network (Huang et al. 2017).</summary>
/// <param name="Name">torchvision's name.</param>
/// <param name="Depths">Layers in denseblock1 to denseblock4.</param>
/// <param name="Growth">Channels that a layer adds.</param>
/// <param name="StemChannels">Channels of the first convolution.</param>
public sealed record DenseNetArchitecture(string Name, IReadOnlyList<int> Depths, int Growth, int StemChannels)
{
    /// <summary>Channels of a layer's first convolution over its growth.</summary>
    internal const int BottleneckFactor = 4;

    /// <summary>121 layers: 7,978,856 parameters for 1,000 classes.</summary>
    public static DenseNetArchitecture DenseNet121 { get; } = new("densenet121", [6, 12, 24, 16], 32, 64);
}
