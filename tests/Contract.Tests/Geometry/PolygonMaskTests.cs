namespace Loupe.Contract.Tests.Geometry;

public sealed class PolygonMaskTests
{
    // 5 high, 6 wide; columns 1 to 3, rows 1 and 2: 5 + 1 zeros, then thrice 2 ones and, between them, 3 zeros; 2 + 10 after.
    [Fact]
    public void A_rectangle_holds_the_pixels_whose_middles_it_holds() =>
        Assert.Equal([6, 2, 3, 2, 3, 2, 12], PolygonMask.Fill([[1, 1, 4, 1, 4, 3, 1, 3]], 5, 6));

    // In column x the hypotenuse of 6 × 6 passes y = 6 – (x + 0.5), the middle of row 5 – x, which is the first row outside:
    // 5, 4, 3, 2, 1 and 0 rows are inside.
    [Fact]
    public void A_slanted_edge_divides_columns_where_it_crosses_their_middles() =>
        Assert.Equal([0, 5, 1, 4, 2, 3, 3, 2, 4, 1, 11], PolygonMask.Fill([[0, 0, 6, 0, 0, 6]], 6, 6));

    // A frame: 4 × 4 with a hole of 2 × 2 reached by a cut along x = 1.
    [Fact]
    public void Within_a_polygon_what_is_crossed_twice_is_outside()
    {
        var pixels = RunLengths.Decode(
            PolygonMask.Fill([[0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 3, 1, 3, 3, 1, 3, 1, 1]], 4, 4), 4, 4);
        Assert.Equal(12, pixels.Count(pixel => pixel));
        Assert.False(pixels[(1 * 4) + 1]);
    }

    // Left column and upper row of 2 × 2 share one pixel: together three.
    [Fact]
    public void Several_polygons_are_one_mask() =>
        Assert.Equal([0, 3, 1], PolygonMask.Fill([[0, 0, 1, 0, 1, 2, 0, 2], [0, 0, 2, 0, 2, 1, 0, 1]], 2, 2));

    [Fact]
    public void What_sticks_out_of_the_picture_is_cut_away() =>
        Assert.Equal([0, 2, 2, 2, 2, 2, 6], PolygonMask.Fill([[-2, -2, 3, -2, 3, 2, -2, 2]], 4, 4));

    [Theory]
    [InlineData(new double[] { 0, 0, 1, 1 })]
    [InlineData(new double[] { 0, 0, 1, 1, 2, 2, 3 })]
    [InlineData(new double[] { 0, 0, 1, 1, 2, double.NaN })]
    public void What_is_no_polygon_is_refused(double[] polygon) =>
        Assert.Throws<FormatException>(() => PolygonMask.Fill([polygon], 4, 4));

    [Fact]
    public void Edges_without_end_are_refused()
    {
        var polygon = Enumerable.Range(0, 50_000).SelectMany(i => new double[] { i % 2 * 4096, i % 7 }).ToArray();
        Assert.Throws<FormatException>(() => PolygonMask.Fill([polygon], 8, 4096));
    }

    // What COCO's maskApi.c (rleFrPoly, rleToString) makes of the three polygons above.
    [Theory]
    [InlineData(new double[] { 1, 1, 4, 1, 4, 3, 1, 3 }, 5, 6, "6230009")]
    [InlineData(new double[] { 0, 0, 6, 0, 0, 6 }, 6, 6, "051O1O1O1O7")]
    [InlineData(new double[] { -2, -2, 3, -2, 3, 2, -2, 2 }, 4, 4, "0220004")]
    public void Masks_of_polygons_are_written_as_coco_writes_them(double[] polygon, int height, int width, string expected) =>
        Assert.Equal(expected, RunLengths.Compress(PolygonMask.Fill([polygon], height, width)));

    // The quadrilateral with slanted edges is cut at fifths of pixels: maskApi.c gives these runs.
    [Fact]
    public void Slanted_edges_are_rounded_as_coco_rounds_them() => Assert.Equal(
        [13, 3, 5, 6, 4, 7, 3, 7, 4, 5, 6, 2, 25], PolygonMask.Fill([[2.5, 0.4, 7.6, 3.3, 4.2, 8.9, 0.3, 5.1]], 10, 9));
}
