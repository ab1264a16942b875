using FsCheck;
using FsCheck.Fluent;
using MedAnomaly.Figures;
using MedAnomaly.Images;

namespace MedAnomaly.Tests.Figures;

public sealed class ContourTests
{
    [Fact]
    public void One_pixel_has_a_diamond_around_it()
    {
        var (x, y) = Contour.Of(Of("...", ".#.", "..."));

        Assert.Equal(5, x.Length);
        Assert.Equal((x[0], y[0]), (x[^1], y[^1]));
        Assert.Equal([(0.5, 1.0), (1.0, 0.5), (1.0, 1.5), (1.5, 1.0)], x.Zip(y).Distinct().Order());
    }

    [Fact]
    public void A_rectangle_needs_two_points_a_corner()
    {
        var (x, _) = Contour.Of(Of(".....", ".###.", ".###.", ".###.", "....."));

        Assert.Equal(9, x.Length);
    }

    [Fact]
    public void A_region_at_the_edge_is_closed_outside_of_it()
    {
        var (x, y) = Contour.Of(Of("##", "##"));

        Assert.Equal((-0.5, 1.5, -0.5, 1.5), (x.Min(), x.Max(), y.Min(), y.Max()));
    }

    [Fact]
    public void A_hole_and_a_second_region_have_outlines_of_their_own()
    {
        var (x, _) = Contour.Of(Of("#####.", "#...#.", "#...#.", "#####.", "......", ".....#"));

        Assert.Equal(2, x.Count(double.IsNaN));
    }

    [Fact]
    public void An_empty_mask_has_no_outline()
    {
        Assert.Empty(Contour.Of(Of("..", "..")).X);
    }

    [Fact]
    public void Outlines_enclose_the_mask_less_half_a_pixel_at_every_corner()
    {
        var masks = from width in Gen.Choose(1, 12)
                    from height in Gen.Choose(1, 12)
                    from pixels in Gen.Elements(false, true).ArrayOf(width * height)
                    select Mask.FromPixels(pixels, width, height);
        Prop.ForAll(masks.ToArbitrary(), mask =>
        {
            var (x, y) = Contour.Of(mask);
            // The shoelace formula over all outlines: holes count negative. Every convex corner cuts off an eighth, every concave one adds it.
            double area = 0, corners = 0;
            for (var i = 1; i < x.Length; i++)
            {
                if (!double.IsNaN(x[i]) && !double.IsNaN(x[i - 1]))
                    area += (x[i - 1] * y[i] - x[i] * y[i - 1]) / 2;
            }
            for (var row = -1; row < mask.Height; row++)
            {
                for (var column = -1; column < mask.Width; column++)
                {
                    var inside = Inside(column, row) + Inside(column + 1, row) + Inside(column, row + 1) + Inside(column + 1, row + 1);
                    var diagonal = inside == 2 && Inside(column, row) == Inside(column + 1, row + 1);
                    corners += inside == 1 ? 1 : inside == 3 ? -1 : diagonal ? 2 : 0;
                }
            }
            return Math.Abs(Math.Abs(area) - (mask.Count - corners / 8)) < 1e-9;

            int Inside(int column, int row) => column >= 0 && column < mask.Width && row >= 0 && row < mask.Height && mask[column, row] ? 1 : 0;
        }).QuickCheckThrowOnFailure();
    }

    static Mask Of(params string[] rows) => Mask.FromPixels([.. rows.SelectMany(row => row.Select(letter => letter == '#'))], rows[0].Length, rows.Length);
}
