using System.Net;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Hosting;
using Loupe.Grains.Load;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Tests.Load;

public sealed class LoadBoardTests
{
    private static readonly SiloAddress Silo = SiloAddress.New(IPAddress.Loopback, 1, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly LoadBoard _board;

    public LoadBoardTests() => _board = new LoadBoard(_time, Options.Create(new LoupeClusterOptions { StaleSeconds = 2 }));

    [Fact]
    public void News_grow_stale_and_fresh_again()
    {
        Assert.Null(_board.Find(Silo));
        _board.Post(Silo, News(1));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_board.Find(Silo)!.Value.IsStale);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_board.Find(Silo)!.Value.IsStale);
        _board.Post(Silo, News(2));
        Assert.False(_board.Find(Silo)!.Value.IsStale);
    }

    [Fact]
    public void News_that_were_overtaken_change_nothing()
    {
        _board.Post(Silo, News(5, queue: 0.5));
        _board.Post(Silo, News(4, queue: 9));
        Assert.Equal(0.5, _board.Find(Silo)!.Value.Load.QueueSeconds);
    }

    [Fact]
    public void Who_is_no_member_is_forgotten()
    {
        _board.Post(Silo, News(1));
        _board.Keep(new HashSet<SiloAddress> { Silo });
        Assert.Single(_board.All());
        _board.Keep(new HashSet<SiloAddress>());
        Assert.Empty(_board.All());
    }

    [Theory]
    [InlineData(SiloState.Active, "encode", "bundle", true)]
    [InlineData(SiloState.Draining, "encode", "bundle", false)]
    [InlineData(SiloState.Active, "decode", "bundle", false)]
    [InlineData(SiloState.Active, "encode", "older bundle", false)]
    public void A_silo_serves_its_roles_for_its_bundle_until_it_drains(SiloState state, string role, string bundle, bool serves) =>
        Assert.Equal(serves, (News(1) with { State = state }).Serves(role, bundle));

    private static SiloLoad News(long sequence, double queue = 0) => new()
    {
        Name = "silo",
        ProcessId = 1,
        Roles = ["encode"],
        State = SiloState.Active,
        Bundle = "bundle",
        Capacity = 1,
        QueueSeconds = queue,
        Saturation = queue,
        FeatureBytes = 0,
        FeatureBytesAllowed = 0,
        Sequence = sequence,
    };
}
