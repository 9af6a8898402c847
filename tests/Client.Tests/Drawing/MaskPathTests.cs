using Loupe.Command.Drawing;

namespace Loupe.Client.Tests.Drawing;

public sealed class MaskPathTests
{
    private static Mask Of(int height, int width, params long[] runs) => new([height, width], RunLengths.Compress(runs));

    // Three high, two wide, column by column: . X X | X . X
    // so a run from (0, 1) down two, and on at the top of the next column for one; then one at (1, 2).
    [Fact]
    public void Runs_go_down_and_on_in_the_next_column() =>
        Assert.Equal("M0 1h1v2h-1zM1 0h1v1h-1zM1 2h1v1h-1z", MaskPath.Of(Of(3, 2, 1, 3, 1, 1)));

    [Fact]
    public void A_full_and_an_empty_mask_are_columns_and_nothing()
    {
        Assert.Equal("M0 0h1v3h-1zM1 0h1v3h-1z", MaskPath.Of(Of(3, 2, 0, 6)));
        Assert.Equal("", MaskPath.Of(Of(3, 2, 6)));
    }

    [Fact]
    public void What_is_no_mask_is_not_drawn()
    {
        Assert.Null(MaskPath.Of(Of(3, 2, 0, 7)));
        Assert.Null(MaskPath.Of(new([3, 2], "\u0001")));
        Assert.Null(MaskPath.Of(new([3], "06")));
    }
}
