using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Masks;
using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Masks;

public sealed class MaskRasterTests
{
    // 4 high, 5 wide; the pixels 1 ≤ x < 3, 1 ≤ y < 4 are in:
    //   . . . . .    by columns: 4 + 1 zeros, 3 ones, 1 zero, 3 ones, 8 zeros.
    //   . # # . .    As COCO writes it: 5, 3, 1; then 3 – 3 = 0, then 8 – 1 = 7.
    //   . # # . .
    //   . # # . .
    [Fact]
    public void One_cell_that_is_in_fills_its_frame()
    {
        var (mask, box) = Draw(new MaskGrid([2], 1, 1, new Box(1, 1, 3, 4)), new ImageSize(5, 4));

        Assert.Equal([4, 5], mask.Size);
        Assert.Equal("53107", mask.Counts);
        Assert.Equal(new Box(1, 1, 3, 4), box);
    }

    // Cells of two pixels, centres at 1 and 3; the logit goes from –1 to 3 between them and passes 0 at 1.5, which is the
    // centre of the pixel 1: not above 0. So the pixels 2 and 3 are in.
    [Fact]
    public void Between_the_centres_of_cells_the_logit_is_linear()
    {
        var (mask, box) = Draw(new MaskGrid([-1, 3], 1, 2, new Box(0, 0, 4, 1)), new ImageSize(4, 1));

        Assert.Equal([2L, 2], RunLengths.Expand(mask.Counts));
        Assert.Equal(new Box(2, 0, 4, 1), box);
    }

    // Cells of two pixels from 0.25 on, centres at 1.25 and 3.25; from 3 to –1 between them, 0 at 2.75: pixels 0, 1, 2 are in.
    [Fact]
    public void Rows_go_down()
    {
        var (mask, _) = Draw(new MaskGrid([3, -1], 2, 1, new Box(0, 0.25, 1, 4.25)), new ImageSize(1, 6));

        Assert.Equal([0L, 3, 3], RunLengths.Expand(mask.Counts));
    }

    [Fact]
    public void A_run_goes_on_in_the_next_column()
    {
        var (mask, box) = Draw(new MaskGrid([1], 1, 1, new Box(-5, -5, 2, 9)), new ImageSize(3, 2));

        Assert.Equal([0L, 4, 2], RunLengths.Expand(mask.Counts));
        Assert.Equal(new Box(0, 0, 2, 2), box);
    }

    [Fact]
    public void A_whole_picture_has_no_rest()
    {
        var (mask, _) = Draw(new MaskGrid([1], 1, 1, new Box(-5, -5, 9, 9)), new ImageSize(3, 2));

        Assert.Equal([0L, 6], RunLengths.Expand(mask.Counts));
    }

    [Theory]
    [InlineData(0, 0, 4, 4, 0)]
    [InlineData(0, 0, 4, 4, -3)]
    [InlineData(0, 0, 4, 4, double.NaN)]
    [InlineData(4, 0, 0, 4, 1)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(20, 0, 24, 4, 1)]
    [InlineData(-9, 0, -1, 4, 1)]
    [InlineData(1.6, 0, 2.4, 4, 1)]
    [InlineData(double.NaN, 0, 4, 4, 1)]
    [InlineData(0, 0, 4, double.PositiveInfinity, 1)]
    public void Nothing_in_is_no_mask(double x0, double y0, double x1, double y1, double logit) =>
        Assert.Null(MaskRaster.Draw(new MaskGrid([(float)logit], 1, 1, new Box(x0, y0, x1, y1)), new ImageSize(10, 8)));

    [Fact]
    public void Every_pixel_is_as_the_definition_says() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var size = new ImageSize(random.Next(1, 60), random.Next(1, 60));
            var grid = Grid(random, size);
            var expected = Pixels(grid, size);
            if (MaskRaster.Draw(grid, size) is not var (mask, box))
            {
                return !expected.Contains(true);
            }

            var inside = Enumerable.Range(0, expected.Length)
                .Where(i => expected[i])
                .Select(i => (X: i % size.Width, Y: i / size.Width))
                .ToList();
            return RunLengths.Decode(RunLengths.Expand(mask.Counts), size.Height, size.Width).SequenceEqual(expected)
                && RunLengths.Compress(RunLengths.Encode(expected, size.Height, size.Width)) == mask.Counts
                && box == new Box(inside.Min(p => p.X), inside.Min(p => p.Y), inside.Max(p => p.X) + 1, inside.Max(p => p.Y) + 1);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_huge_picture_costs_no_more_memory_than_the_frame()
    {
        var size = new ImageSize(60_000, 50_000);
        var grid = new MaskGrid([1, -1, -1, 1], 2, 2, new Box(30_000, 20_000, 30_400, 20_300));
        MaskRaster.Draw(grid, size);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var (mask, box) = Draw(grid, size);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
        Assert.Equal(3_000_000_000L, RunLengths.Expand(mask.Counts).Sum());
        Assert.InRange(box.X0, 30_000, 30_001);
        Assert.InRange(box.Y1, 20_299, 20_300);
    }

    private static (Mask Mask, Box Box) Draw(MaskGrid grid, ImageSize size) =>
        Assert.IsType<(Mask, Box)>(MaskRaster.Draw(grid, size));

    private static MaskGrid Grid(Random random, ImageSize size)
    {
        var (rows, columns) = (random.Next(1, 30), random.Next(1, 30));
        var (x, y) = (
            (random.NextDouble() * 1.4 * size.Width) - (0.4 * size.Width), (random.NextDouble() * 1.4 * size.Height) - (0.4 * size.Height));
        var bias = random.NextDouble() - 0.5;
        return new MaskGrid(
            [.. Enumerable.Range(0, rows * columns).Select(_ => (float)(random.NextDouble() - 0.5 + bias))],
            rows, columns,
            new Box(x, y, x + (random.NextDouble() * 1.5 * size.Width), y + (random.NextDouble() * 1.5 * size.Height)));
    }

    /// <summary>Pixel by pixel, row-major, as docs/bundle.md defines it.</summary>
    private static bool[] Pixels(MaskGrid grid, ImageSize size)
    {
        var pixels = new bool[size.Width * size.Height];
        var frame = grid.Frame;
        for (var y = 0; y < size.Height; y++)
        {
            for (var x = 0; x < size.Width; x++)
            {
                var (px, py) = (x + 0.5, y + 0.5);
                if (px >= frame.X0 && px <= frame.X1 && py >= frame.Y0 && py <= frame.Y1)
                {
                    var u = Math.Clamp(((px - frame.X0) / (frame.Width / grid.Columns)) - 0.5, 0, grid.Columns - 1);
                    var v = Math.Clamp(((py - frame.Y0) / (frame.Height / grid.Rows)) - 0.5, 0, grid.Rows - 1);
                    var (i, j) = ((int)u, (int)v);
                    double At(int column, int row) =>
                        grid.Logits[(Math.Min(row, grid.Rows - 1) * grid.Columns) + Math.Min(column, grid.Columns - 1)];
                    var above = ((1 - (u - i)) * At(i, j)) + ((u - i) * At(i + 1, j));
                    var below = ((1 - (u - i)) * At(i, j + 1)) + ((u - i) * At(i + 1, j + 1));
                    pixels[(y * size.Width) + x] = ((1 - (v - j)) * above) + ((v - j) * below) > 0;
                }
            }
        }

        return pixels;
    }
}
