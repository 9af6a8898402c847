using Loupe.Bench.Statistics;

namespace Loupe.Bench.Tests.Statistics;

public sealed class SpreadTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.5, 25)]
    [InlineData(1, 40)]
    [InlineData(0.25, 17.5)]
    public void A_share_lies_between_the_values_it_falls_between(double share, double expected) =>
        Assert.Equal(expected, Spread.At([10, 20, 30, 40], share), 9);

    [Theory]
    [InlineData(0, 10)]
    [InlineData(0.25, 10)]
    [InlineData(0.26, 20)]
    [InlineData(0.99, 40)]
    [InlineData(1, 40)]
    public void A_rank_is_one_of_the_values(double share, double expected) =>
        Assert.Equal(expected, Spread.NearestRank([40, 20, 10, 30], share));

    [Fact]
    public void What_is_no_number_does_not_count()
    {
        Assert.Equal(new Spread(2, 1, 3, 3), Spread.Of([3, double.NaN, 1, double.PositiveInfinity, 2]));
        Assert.Equal(0, Spread.Of([double.NaN]).Count);
        Assert.True(double.IsNaN(Spread.At([], 0.5)));
        Assert.True(double.IsNaN(Spread.NearestRank([], 0.5)));
    }
}
