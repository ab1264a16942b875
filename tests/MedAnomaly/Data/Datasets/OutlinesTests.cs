using System.Text.Json;
using MedAnomaly.Data;

namespace MedAnomaly.Tests.Data;

public sealed class OutlinesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    Outlines Load(params string[] shapes)
    {
        var regions = string.Join(',', shapes.Select(shape => "{\"shape_attributes\":" + shape + ",\"region_attributes\":{}}"));
        return Outlines.Load(folder.Write("outlines.json", "{\"a.jpg1\":{\"filename\":\"a.jpg\",\"size\":1,\"regions\":[" + regions
            + "]}}"));
    }

    [Fact]
    public void Shapes_are_filled_as_scikit_image_fills_them()
    {
        var golden = Repository.Golden("data/outlines.json");
        var (width, height) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32());
        var cases = golden.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(20, cases.Count);
        foreach (var one in cases)
        {
            var mask = Load(one.GetProperty("shape").GetRawText()).Rasterize("a.jpg", width, height);
            var changes = new List<int>();
            for (var i = 0; i < mask.Pixels.Length; i++)
                if (mask.Pixels[i] != (i > 0 && mask.Pixels[i - 1]))
                    changes.Add(i);
            Assert.Equal(one.GetProperty("runs").EnumerateArray().Select(run => run.GetInt32()), changes);
        }
    }

    [Fact]
    public void Several_shapes_are_one_mask_and_stay_inside_the_image()
    {
        var mask = Load("""{"name":"rect","x":0,"y":0,"width":2,"height":3}""", """{"name":"circle","cx":9,"cy":9,"r":2.5}""").Rasterize("a.jpg", 10, 10);
        Assert.True(mask[1, 2]);
        Assert.False(mask[2, 2]);
        Assert.True(mask[9, 9]);
        Assert.Equal(6 + 8, mask.Count);
    }

    [Fact]
    public void Pixels_on_an_edge_belong_to_a_polygon()
    {
        var mask = Load("""{"name":"polygon","all_points_x":[1,7,1],"all_points_y":[1,1,4]}""").Rasterize("a.jpg", 9, 6);
        // Rows of 7, 5, 3 and 1 pixels, the last one of each on the slanting edge.
        Assert.Equal([0, 7, 5, 3, 1, 0], Enumerable.Range(0, 6).Select(y => Enumerable.Range(0, 9).Count(x => mask[x, y])));
        Assert.True(mask[7, 1] && mask[5, 2] && mask[3, 3] && mask[1, 4]);
    }

    [Theory]
    [InlineData("""{"name":"blob"}""", "the shape 'blob' is unknown.")]
    [InlineData("""{"name":"polygon","all_points_x":[1,2],"all_points_y":[1,2]}""", "a polygon has 2 and 2 coordinates.")]
    [InlineData("""{"name":"circle","cx":9}""", "")]
    public void What_is_no_outline_is_refused(string shape, string reason)
    {
        var fault = Assert.Throws<DataFormatException>(() => Load(shape));
        Assert.StartsWith($"{folder.At("outlines.json")} is no file of the VGG Image Annotator: {reason}", fault.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_without_an_outline_has_no_mask()
    {
        var fault = Assert.Throws<DataFormatException>(() => Load().Rasterize("b.jpg", 4, 4));
        Assert.Equal($"{folder.At("outlines.json")} has no outline of 'b.jpg'.", fault.Message);
    }
}
