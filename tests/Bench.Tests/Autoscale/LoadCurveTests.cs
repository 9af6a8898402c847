using Loupe.Bench.Autoscale;

namespace Loupe.Bench.Tests.Autoscale;

public sealed class LoadCurveTests
{
    [Theory]
    [InlineData(-1, 2)]
    [InlineData(0, 2)]
    [InlineData(10, 2)]
    [InlineData(15, 6)]
    [InlineData(20, 10)]
    [InlineData(99, 10)]
    public void Between_points_it_goes_straight(double at, double rate) =>
        Assert.Equal(rate, new LoadCurve([(0, 2), (10, 2), (20, 10)]).RateAt(at), 9);

    [Fact]
    public void A_day_begins_and_ends_low_and_is_high_in_between()
    {
        var day = LoadCurve.Day(100, 2, 14);
        Assert.Equal(100, day.Seconds);
        Assert.Equal((2, 14, 8, 2), (day.RateAt(5), day.RateAt(40), day.RateAt(65), day.RateAt(95)));
    }

    [Fact]
    public void So_many_come_as_the_curve_says_and_in_order()
    {
        var arrivals = LoadCurve.Day(1000, 2, 14).Arrivals(new Random(1)).ToList();
        Assert.Equal(arrivals.Order(), arrivals);

        // Below the curve lie 1 000 × (0.1 × 2 + 0.1 × 8 + 0.3 × 14 + 0.1 × 11 + 0.1 × 8 + 0.1 × 5 + 0.2 × 2) = 8 000.
        Assert.InRange(arrivals.Count, 7_700, 8_300);
        Assert.InRange(arrivals.Count(at => at < 100), 160, 240);
        Assert.InRange(arrivals.Count(at => at is >= 200 and < 500), 4_000, 4_400);
    }

    [Fact]
    public void The_same_seed_brings_the_same() =>
        Assert.Equal(LoadCurve.Day(60, 1, 5).Arrivals(new Random(7)), LoadCurve.Day(60, 1, 5).Arrivals(new Random(7)));
}
