using System.Text.Json;
using MedAnomaly.Images;

namespace MedAnomaly.Data;

/// <summary>Outlines of anomalies, drawn with the VGG Image Annotator: polygons, ellipses and circles for each image file.</summary>
sealed class Outlines
{
    readonly string path;
    readonly Dictionary<string, List<IShape>> shapes = new(StringComparer.Ordinal);

    Outlines(string path) => this.path = path;

    /// <summary>A region; it holds the pixels whose coordinates, counted from the middle of the first one, lie inside.</summary>
    interface IShape
    {
        bool Contains(double x, double y);
    }

    internal bool Contains(string fileName) => shapes.ContainsKey(fileName);

    /// <exception cref="DataFormatException">The file is not such outlines; the message names the place.</exception>
    internal static Outlines Load(string path)
    {
        var outlines = new Outlines(path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            foreach (var image in document.RootElement.EnumerateObject())
            {
                var regions = image.Value.GetProperty("regions").EnumerateArray();
                var name = image.Value.GetProperty("filename").GetString()!;
                if (!outlines.shapes.TryAdd(name, [.. regions.Select(region => Shape(region.GetProperty("shape_attributes")))]))
                    throw new DataFormatException($"{path}: the image '{name}' is outlined twice. Remove one entry.");
            }
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DataFormatException($"{path} is no file of the VGG Image Annotator: {fault.Message} Fetch it again.", fault);
        }
        return outlines;
    }

    /// <exception cref="DataFormatException">The image has no outline.</exception>
    internal Mask Rasterize(string fileName, int width, int height)
    {
        if (!shapes.TryGetValue(fileName, out var regions)) throw new DataFormatException($"{path} has no outline of '{fileName}'.");
        var pixels = new bool[width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                pixels[y * width + x] = regions.Exists(region => region.Contains(x, y));
        return Mask.FromPixels(pixels, width, height);
    }

    static IShape Shape(JsonElement shape)
    {
        double Number(string name) => shape.GetProperty(name).GetDouble();
        double[] Numbers(string name) => [.. shape.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        var kind = shape.GetProperty("name").GetString();
        return kind switch
        {
            "polygon" or "polyline" => new Polygon(Numbers("all_points_x"), Numbers("all_points_y")),
            "ellipse" => new Ellipse(Number("cx"), Number("cy"), Number("rx"), Number("ry"),
                shape.TryGetProperty("theta", out var theta) ? theta.GetDouble() : 0),
            "circle" => new Ellipse(Number("cx"), Number("cy"), Number("r"), Number("r"), 0),
            "rect" => new Rectangle(Number("x"), Number("y"), Number("width"), Number("height")),
            _ => throw new FormatException($"the shape '{kind}' is unknown."),
        };
    }

    /// <summary>Inside by the even-odd rule, or on an edge, as scikit-image's <c>draw.polygon</c> has it.</summary>
    sealed class Polygon : IShape
    {
        readonly double[] xs, ys;

        internal Polygon(double[] xs, double[] ys)
        {
            if (xs.Length != ys.Length || xs.Length < 3)
                throw new FormatException($"a polygon has {xs.Length} and {ys.Length} coordinates.");
            (this.xs, this.ys) = (xs, ys);
        }

        public bool Contains(double x, double y)
        {
            var inside = false;
            for (int i = 0, j = xs.Length - 1; i < xs.Length; j = i++)
            {
                if (OnEdge(i, j, x, y)) return true;
                if (ys[i] > y != ys[j] > y && x < (xs[j] - xs[i]) * (y - ys[i]) / (ys[j] - ys[i]) + xs[i])
                    inside = !inside;
            }
            return inside;
        }

        bool OnEdge(int i, int j, double x, double y) =>
            (xs[j] - xs[i]) * (y - ys[i]) == (ys[j] - ys[i]) * (x - xs[i])
            && x >= Math.Min(xs[i], xs[j]) && x <= Math.Max(xs[i], xs[j]) && y >= Math.Min(ys[i], ys[j]) && y <= Math.Max(ys[i], ys[j]);
    }

    /// <summary>Inside without the edge, as scikit-image's <c>draw.ellipse</c> has it.</summary>
    /// <param name="Cx">Centre.</param>
    /// <param name="Cy">Centre.</param>
    /// <param name="Rx">Half axis.</param>
    /// <param name="Ry">Half axis.</param>
    /// <param name="Theta">Rotation in radians, clockwise on the screen.</param>
    sealed record Ellipse(double Cx, double Cy, double Rx, double Ry, double Theta) : IShape
    {
        public bool Contains(double x, double y)
        {
            var (sin, cos) = Math.SinCos(Theta);
            var (dx, dy) = (x - Cx, y - Cy);
            var (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
            return u * u * Ry * Ry + v * v * Rx * Rx < Rx * Rx * Ry * Ry;
        }
    }

    sealed record Rectangle(double X, double Y, double Width, double Height) : IShape
    {
        bool IShape.Contains(double x, double y) => x >= X && x < X + Width && y >= Y && y < Y + Height;
    }
}
