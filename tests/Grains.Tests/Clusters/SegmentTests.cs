namespace Loupe.Grains.Tests.Clusters;

public sealed class SegmentTests
{
    [Fact]
    public async Task A_mask_and_a_confidence_cross_silos_as_they_are()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        await using var alone = await ToyCluster.AloneAsync();
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        Assert.Equal(image, await alone.First.UploadAsync());
        var (home, other) = await cluster.HomeAsync(image);
        cluster.Model(home).Decoder.Judges = true;
        var question = Asking.Of(image, "the dog", Region.OfBox(1, 2, 30, 40)) with { Task = VisionTask.Segment };

        var parts = await cluster.Localizer(other).AskAsync(ToyCluster.Tenant, question, default).ListAsync();
        var expected = await alone.First.AskAsync(ToyCluster.Tenant, question, default).ListAsync();
        var mask = Assert.IsType<RegionPart>(expected[0]).Region.Mask!;
        var crossed = Assert.IsType<RegionPart>(parts[0]).Region;
        Assert.Equal(mask.Counts, crossed.Mask!.Counts);
        Assert.Equal(mask.Size, crossed.Mask.Size);
        Assert.Equal(((RegionPart)expected[0]).Region.Box, crossed.Box);
        Assert.Equal(mask.Counts, Assert.IsType<DonePart>(parts[^1]).Answer.Regions[0].Mask!.Counts);
        Assert.Equal((1, 0), (cluster.Model(home).Masker.Drawn.Count, cluster.Model(other).Masker.Drawn.Count));

        var said = await cluster.Localizer(other).AskAsync(image, Asking.LongQuestion);
        Assert.InRange(said.Confidence!.Value, 0.001, 1);
    }
}
