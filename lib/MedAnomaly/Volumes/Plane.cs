using MedAnomaly.Images;

namespace MedAnomaly.Volumes;

/// <summary>A slice of a volume: <paramref name="height"/> rows of <paramref name="width"/> floats, from the top.</summary>
public sealed class Plane(int width, int height)
{
    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>All values, row after row from the top.</summary>
    public float[] Values { get; } = new float[checked(width * height)];

    /// <summary>The value in column <paramref name="x"/> of row <paramref name="y"/>.</summary>
    public float this[int x, int y]
    {
        get => Values[y * Width + x];
        set => Values[y * Width + x] = value;
    }

    /// <summary>The plane as 8-bit grey: <paramref name="window"/>'s lower end black, its upper end white, NaN black.</summary>
    public Image<L8> ToImage(IntensityWindow window)
    {
        ArgumentNullException.ThrowIfNull(window);
        var image = new Image<L8>(Width, Height);
        for (var i = 0; i < Values.Length; i++) image.Pixels[i] = new((byte)Math.Round(255 * window.Apply(Values[i])));
        return image;
    }
}
