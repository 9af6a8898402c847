using Loupe.Engine.Features;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Features;

public sealed class FeatureWayCostsTests
{
    [Theory]
    [InlineData(3.0, 2.0, 25.0, new[] { FeatureWay.Home, FeatureWay.Tier, FeatureWay.Encode })]
    [InlineData(2.0, 3.0, 25.0, new[] { FeatureWay.Tier, FeatureWay.Home, FeatureWay.Encode })]
    [InlineData(30.0, 2.0, 25.0, new[] { FeatureWay.Home, FeatureWay.Encode })]
    [InlineData(30.0, 40.0, 25.0, new[] { FeatureWay.Encode })]
    [InlineData(30.0, 40.0, null, new[] { FeatureWay.Tier, FeatureWay.Home, FeatureWay.Encode })]
    [InlineData(null, 2.0, 25.0, new[] { FeatureWay.Tier, FeatureWay.Home, FeatureWay.Encode })]
    [InlineData(3.0, null, 25.0, new[] { FeatureWay.Home, FeatureWay.Tier, FeatureWay.Encode })]
    public void The_cheaper_way_comes_first_and_computing_last(double? tier, double? home, double? encode, FeatureWay[] expected) =>
        Assert.Equal(expected, FeatureWayCosts.Order([(FeatureWay.Tier, tier), (FeatureWay.Home, home)], encode));

    [Fact]
    public void Waiting_for_the_device_makes_computing_dearer()
    {
        var costs = new FeatureWayCosts(TimeProvider.System);
        costs.Took(FeatureWay.Encode, 25);
        costs.Took(FeatureWay.Home, 40);
        Assert.Equal([FeatureWay.Encode], costs.Order([FeatureWay.Home], queueMs: 0));
        Assert.Equal([FeatureWay.Home, FeatureWay.Encode], costs.Order([FeatureWay.Home], queueMs: 20));
    }

    [Fact]
    public void A_slow_way_is_measured_again_after_a_while()
    {
        var time = new FakeTimeProvider();
        var costs = new FeatureWayCosts(time);
        costs.Took(FeatureWay.Encode, 25);
        costs.Took(FeatureWay.Home, 4000);
        Assert.Equal([FeatureWay.Encode], costs.Order([FeatureWay.Home], 0));
        time.Advance(FeatureWayCosts.Memory + TimeSpan.FromSeconds(1));
        Assert.Equal([FeatureWay.Home, FeatureWay.Encode], costs.Order([FeatureWay.Home], 0));
        costs.Took(FeatureWay.Home, 2);
        Assert.Equal(2, costs.Of(FeatureWay.Home));
        Assert.Equal(25, costs.Of(FeatureWay.Encode));
    }
}
