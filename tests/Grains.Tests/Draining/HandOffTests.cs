using Loupe.Grains.Draining;
using Loupe.Grains.Hosting;
using Loupe.Grains.Load;
using Loupe.Grains.Tests.Clusters;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Tests.Draining;

public sealed class HandOffTests
{
    [Fact]
    public async Task A_silo_that_leaves_costs_no_encode_and_no_error()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var stays = cluster.Silos[0];
        List<(byte[] Picture, string Image)> images = [];
        for (var i = 0; i < 20; i++)
        {
            byte[] picture = [5, (byte)i];
            var image = await cluster.Localizer(stays).UploadAsync(picture);
            await cluster.Localizer(stays).AskAsync(image, "what?");
            images.Add((picture, image));
        }

        Assert.Equal(20, cluster.Encodes);
        var leaves = cluster.Silos.First(silo => !ReferenceEquals(silo, stays) && cluster.Model(silo).Encoder.Encoded > 0);
        await cluster.StopAsync(leaves);
        foreach (var (picture, image) in images)
        {
            Assert.Equal(Asking.Expected(picture, "why?"), (await cluster.Localizer(stays).AskAsync(image, "why?")).Text);
        }

        Assert.Equal(20, cluster.Encodes);
    }

    [Fact]
    public async Task Questions_under_way_are_finished_while_the_silo_leaves()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        await using var alone = await ToyCluster.AloneAsync();
        await alone.First.UploadAsync();
        var asked = Enumerable.Range(0, 30).Select(i => cluster.Localizer(other).AskAsync(image, $"question {i}")).ToList();
        var leaving = cluster.StopAsync(home);
        for (var i = 0; i < asked.Count; i++)
        {
            Assert.Equal((await alone.First.AskAsync(image, $"question {i}")).Text, (await asked[i]).Text);
        }

        await leaving;
    }

    [Fact]
    public async Task The_most_valuable_features_go_first_and_only_as_many_as_allowed()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var (from, to) = (cluster.Silos[0], cluster.Silos[1]);
        List<ImageKey> images = [];
        for (var i = 0; images.Count < 6; i++)
        {
            var image = await cluster.Localizer(from).UploadAsync([9, (byte)i]);
            if (ReferenceEquals((await cluster.HomeAsync(image)).Home, from))
            {
                images.Add(new ImageKey(ToyCluster.Tenant, image));
                await cluster.Localizer(from).AskAsync(image, "what?");
            }
        }

        var best = cluster.Engine(from).Store.Best(Engine.Features.StageName.Encode, long.MaxValue);
        cluster.Get<IOptions<LoupeClusterOptions>>(from).Value.HandOffBytes = best[0].Lease.Value.Bytes + best[1].Lease.Value.Bytes;
        foreach (var (_, lease) in best)
        {
            lease.Dispose();
        }

        Assert.Equal((2, 2), await cluster.Get<HandOff>(from).RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(best.Take(2).Select(one => one.Key.Image).ToHashSet(), images.Where(image => cluster.IsWarm(to, image)).ToHashSet());
    }

    [Fact]
    public async Task A_silo_says_what_it_has_so_that_it_is_not_sent_again()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var key = new ImageKey(ToyCluster.Tenant, image);
        var next = cluster.Get<Silos>(home).At(other.SiloAddress);
        await cluster.Localizer(home).AskAsync(image, "what?");
        Assert.False(await next.HasAsync(key));
        Assert.Equal((1, 1), await cluster.Get<HandOff>(home).RunAsync(TestContext.Current.CancellationToken));
        Assert.True(await next.HasAsync(key));
        Assert.False(await next.HasAsync(key with { Tenant = "another" }));
        Assert.Equal((1, 1), await cluster.Get<HandOff>(home).RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_does_not_arrive_as_sent_or_belongs_to_no_image_is_not_kept()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        await cluster.Localizer(home).AskAsync(image, "what?");
        var key = new ImageKey(ToyCluster.Tenant, image);
        var transfer = (await cluster.Grains.GetGrain<IImageGrain>(cluster.AddressOf(image).ToString()).PullAsync(Priority.Bulk, default))!;
        var service = cluster.Get<Silos>(home).At(other.SiloAddress);

        var damaged = transfer.Data.ToArray();
        damaged[0] ^= 1;
        Assert.False(await service.AdoptAsync(key, transfer with { Data = damaged }));
        Assert.False(await service.AdoptAsync(key with { Tenant = "another" }, transfer));
        Assert.True(await service.AdoptAsync(key, transfer));
        Assert.True(cluster.IsWarm(other, key));

        await cluster.Localizer(home).ForgetImageAsync(key, default);
        Assert.False(await service.AdoptAsync(key, transfer));
        Assert.False(cluster.IsWarm(other, key));
    }
}
