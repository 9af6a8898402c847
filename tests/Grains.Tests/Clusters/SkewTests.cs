using Loupe.Engine.Hosting;
using Loupe.Grains.Load;

namespace Loupe.Grains.Tests.Clusters;

public sealed class SkewTests
{
    [Fact]
    public async Task A_hot_image_spreads_silo_by_silo_and_is_encoded_once()
    {
        // By queues alone; the share an image takes of the work is told here by no clock that a test can hold.
        await using var cluster = await ToyCluster.StartAsync(silos: 3, configure: options => options.ImageShare = 1_000_000);
        var asker = cluster.Localizer(cluster.Silos[0]);
        var image = await asker.UploadAsync();
        await using var alone = await ToyCluster.AloneAsync();
        await alone.First.UploadAsync();
        for (var full = 0; full < 3; full++)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
            {
                var text = $"question {full} {i}";
                Assert.Equal((await alone.First.AskAsync(image, text)).Text, (await asker.AskAsync(image, text)).Text);
            }));
            var holders = Holders(cluster, image);
            Assert.Equal(full + 1, holders.Count);
            holders.ForEach(cluster.Saturate);
        }

        Assert.Equal(1, cluster.Encodes);
        Assert.All(cluster.Models, model => Assert.NotEqual(0, model.Decoder.Loads));
    }

    [Fact]
    public async Task News_that_are_stale_count_as_full_until_there_are_newer_ones()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2, configure: options => options.StaleSeconds = 1);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var asker = cluster.Localizer(other);
        var board = cluster.Get<LoadBoard>(other);
        await cluster.WarmAsync(home, image);

        // Nothing that the home says later is newer than this; so what is known of it grows old.
        board.Post(home.SiloAddress, board.Find(home.SiloAddress)!.Value.Load with { Sequence = long.MaxValue - 1 });
        await Wait.UntilAsync(() => board.Find(home.SiloAddress)!.Value.IsStale);
        await Wait.UntilAsync(() => !board.Find(other.SiloAddress)!.Value.IsStale);
        Assert.Equal(FeatureReuse.Replica, (await asker.AskAsync(image, "what?")).Reuse.Features);
        Assert.Equal((1, 1), (cluster.Model(other).Decoder.Loads, cluster.Model(home).Decoder.Loads));
        var shown = cluster.Get<IClusterView>(other).Describe().Silos.Single(silo => silo.Name == home.Name);
        Assert.True(shown.Saturation >= 1);

        board.Keep(new HashSet<SiloAddress> { other.SiloAddress });
        await Wait.UntilAsync(() => board.Find(home.SiloAddress) is { IsStale: false });
        await asker.AskAsync(image, "why?");
        Assert.Equal(2, cluster.Model(home).Decoder.Loads);
    }

    [Fact]
    public async Task A_silo_not_heard_of_yet_joins_and_gets_no_grain()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2, configure: options => options.PublishMilliseconds = 500);
        var (seer, seen) = (cluster.Silos[0], cluster.Silos[1]);
        var board = cluster.Get<LoadBoard>(seer);
        SiloDescription[] shown;
        do
        {
            // Until it posts again, a few times a second.
            board.Keep(new HashSet<SiloAddress> { seer.SiloAddress });
            shown = [.. cluster.Get<IClusterView>(seer).Describe().Silos];
        }
        while (shown.Single(silo => silo.Name == seen.Name).State != SiloState.Joining);

        var joining = shown.Single(silo => silo.Name == seen.Name);
        Assert.Equal((0, SiloState.Joining), (joining.ProcessId, joining.State));
        Assert.Empty(joining.Roles);
        await Wait.UntilAsync(() => cluster.Get<IClusterView>(seer).Describe().Silos.All(
            silo => silo is { State: SiloState.Active, FeatureBytesAllowed: > 0 } && silo.Roles.Count == 3));
    }

    private static List<SiloAddress> Holders(ToyCluster cluster, string image) =>
        [.. cluster.Silos.Where(silo => cluster.IsWarm(silo, new ImageKey(ToyCluster.Tenant, image))).Select(silo => silo.SiloAddress)];
}
