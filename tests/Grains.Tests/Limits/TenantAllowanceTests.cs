using Loupe.Grains.Tests.Clusters;

namespace Loupe.Grains.Tests.Limits;

public sealed class TenantAllowanceTests
{
    [Fact]
    public async Task Two_silos_have_one_minute_of_a_tenant_between_them()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var taken = await Task.WhenAll(Enumerable.Range(0, 60).Select(i =>
            cluster.Get<ITenantAllowance>(cluster.Silos[i % 2]).TakeAsync("ann", 3, 100, default).AsTask()));

        Assert.Equal(100, taken.Sum(one => one.Granted));
        Assert.All(taken, one => Assert.InRange(one.Granted, 0, 3));
        Assert.Equal(0, taken.Min(one => one.Left));
        Assert.All(taken, one => Assert.InRange(one.Reset, TimeSpan.Zero, TimeSpan.FromMinutes(1)));

        var other = await cluster.Get<ITenantAllowance>(cluster.Silos[0]).TakeAsync("bob", 1, 100, default);
        Assert.Equal((1, 99), (other.Granted, other.Left));
    }
}
