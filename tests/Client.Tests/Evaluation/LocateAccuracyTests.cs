using Loupe.Command.Evaluation.Metrics;

namespace Loupe.Client.Tests.Evaluation;

public sealed class LocateAccuracyTests
{
    private static readonly Box Truth = new(0, 0, 10, 10);

    // 10 × 10 against 20 × 10: 100 shared, union 200, IoU exactly 1/2, which is a miss.
    // Against 19 × 10: 100 / 190 = 0.526, a hit. Against 10 × 5 below: 50 / 100, a miss again.
    [Theory]
    [InlineData(20, 10, false)]
    [InlineData(19, 10, true)]
    [InlineData(10, 5, false)]
    [InlineData(10, 5.1, true)]
    public void Iou_must_be_more_than_half(double x1, double y1, bool expected) =>
        Assert.Equal(expected, LocateAccuracy.IsHit(new(0, 0, x1, y1), Truth));

    [Fact]
    public void No_box_is_a_miss() => Assert.False(LocateAccuracy.IsHit(null, Truth));

    [Theory]
    [InlineData(null, true)]
    [InlineData(0.49, true)]
    [InlineData(0.5, false)]
    public void A_thing_that_is_not_there_is_declined_by_a_low_score_or_no_region(double? score, bool expected) =>
        Assert.Equal(expected, LocateAccuracy.IsDeclined(score));
}
