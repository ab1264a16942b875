using System.Text.Json;
using MedAnomaly.Metrics;

namespace MedAnomaly.Tests.Metrics;

public sealed class ConnectedComponentsTests
{
    [Fact]
    public void Regions_of_images_and_volumes_equal_those_of_scikit_image()
    {
        foreach (var golden in Repository.Golden("metrics/components.json").GetProperty("cases").EnumerateArray())
        {
            byte[] mask = [.. Integers("mask").Select(value => (byte)value)];
            var (width, height, depth) = (golden.GetProperty("width").GetInt32(), golden.GetProperty("height").GetInt32(), golden.GetProperty("depth").GetInt32());

            var faces = ConnectedComponents.Of(mask, width, height, depth, Connectivity.Faces);
            var corners = ConnectedComponents.Of(mask, width, height, depth, Connectivity.Corners);

            Assert.Equal(Integers("faces"), faces.Labels);
            Assert.Equal(Integers("corners"), corners.Labels);
            Assert.Equal(Enumerable.Range(1, corners.Count).Select(region => corners.Labels.Count(label => label == region)), corners.Sizes);

            int[] Integers(string key) => [.. golden.GetProperty(key).EnumerateArray().Select(item => item.GetInt32())];
        }
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
    {
        Assert.Equal("A mask of 3 x 2 x 1 has 6 pixels, got 5.",
            Assert.Throws<ArgumentException>(() => ConnectedComponents.Of(new byte[5], 3, 2)).Message);
    }
}
