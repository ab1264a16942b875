namespace MedAnomaly.Encoders;

/// <summary>
/// Which convolution of a bottleneck block halves the resolution. It belongs to the weights: the same weights give other features
/// elsewhere.
/// </summary>
public enum StridePosition
{
    /// <summary>The 3x3 convolution, as in torchvision ("v1.5").</summary>
    Conv3x3,
    /// <summary>The first 1x1 convolution, as in the paper, Caffe and Keras ("v1").</summary>
    Conv1x1,
}

/// <summary>The shape of a residual network (He et al. 2016; wide: Zagoruyko and Komodakis 2016).</summary>
/// <param name="Name">torchvision's name.</param>
/// <param name="Depths">Residual blocks in layer1 to layer4.</param>
/// <param name="Expansion">A block's output channels over its base width: 1 for two 3x3 convolutions, 4 for a bottleneck.</param>
/// <param name="WidthFactor">The inner width of a bottleneck over its base width: 2 for the wide network.</param>
public sealed record ResNetArchitecture(string Name, IReadOnlyList<int> Depths, int Expansion, int WidthFactor)
{
    /// <summary>18 layers, plain blocks.</summary>
    public static ResNetArchitecture ResNet18 { get; } = new("resnet18", [2, 2, 2, 2], 1, 1);

    /// <summary>34 layers, plain blocks.</summary>
    public static ResNetArchitecture ResNet34 { get; } = new("resnet34", [3, 4, 6, 3], 1, 1);

    /// <summary>50 layers, bottleneck blocks.</summary>
    public static ResNetArchitecture ResNet50 { get; } = new("resnet50", [3, 4, 6, 3], 4, 1);

    /// <summary>101 layers, bottleneck blocks.</summary>
    public static ResNetArchitecture ResNet101 { get; } = new("resnet101", [3, 4, 23, 3], 4, 1);

    /// <summary>50 layers, bottleneck blocks of twice the width.</summary>
    public static ResNetArchitecture WideResNet50x2 { get; } = new("wide_resnet50_2", [3, 4, 6, 3], 4, 2);

    /// <summary>All that are built in.</summary>
    public static IReadOnlyList<ResNetArchitecture> All { get; } = [ResNet18, ResNet34, ResNet50, ResNet101, WideResNet50x2];

    /// <summary>Finds an architecture by torchvision's name.</summary>
    /// <exception cref="UsageException">There is none of that name; the message lists those there are.</exception>
    public static ResNetArchitecture Find(string name) => All.FirstOrDefault(architecture => architecture.Name == name)
        ?? throw new UsageException($"There is no encoder named '{name}'. Choose one of "
            + $"{string.Join(", ", All.Select(architecture => architecture.Name))}.");

    /// <summary>Channels of the output of layer <paramref name="layer"/> (1 to 4).</summary>
    public int Channels(int layer) => (64 << (layer - 1)) * Expansion;
}
