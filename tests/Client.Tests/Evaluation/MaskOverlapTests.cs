using Loupe.Command.Evaluation.Masks;

namespace Loupe.Client.Tests.Evaluation;

public sealed class MaskOverlapTests
{
    // 1 of 4 pixels and 6 of 8: mean (0.25 + 0.75) / 2 = 0.5; cumulative (1 + 6) / (4 + 8) = 7/12.
    [Fact]
    public void Cumulative_iou_weighs_large_things_more_than_mean_iou()
    {
        MaskOverlap[] overlaps = [new(1, 4), new(6, 8)];
        Assert.Equal(0.5, MaskOverlap.MeanIou(overlaps), 12);
        Assert.Equal(7.0 / 12, MaskOverlap.CumulativeIou(overlaps), 12);
    }

    // Two pixels each, one of them shared: 1 of 3.
    [Fact]
    public void Pixels_in_both_over_pixels_in_either() =>
        Assert.Equal(new MaskOverlap(1, 3), MaskOverlap.Of([true, true, false, false], [false, true, true, false]));

    // 2 × 2, column-major: "022" is the left column, "211" the upper right pixel, "013" the upper left one.
    [Fact]
    public void Answered_masks_are_compared_as_they_are_encoded()
    {
        var truth = new Mask([2, 2], "022");
        Assert.Equal(new MaskOverlap(1, 2), MaskOverlap.Of(new Mask([2, 2], "013"), truth));
        Assert.Equal(new MaskOverlap(0, 3), MaskOverlap.Of(new Mask([2, 2], "211"), truth));
    }

    [Fact]
    public void No_mask_one_of_another_size_and_an_unreadable_one_share_nothing()
    {
        var truth = new Mask([2, 2], "022");
        Assert.Equal(new MaskOverlap(0, 2), MaskOverlap.Of((Mask?)null, truth));
        Assert.Equal(new MaskOverlap(0, 2), MaskOverlap.Of(new Mask([1, 4], "022"), truth));
        Assert.Equal(new MaskOverlap(0, 2), MaskOverlap.Of(new Mask([2, 2], "X"), truth));
    }
}
