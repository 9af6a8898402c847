using Loupe.Engine.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;

namespace Loupe.Grains.Tests.Clusters;

public sealed class ReuseTests
{
    [Fact]
    public async Task Two_hundred_first_questions_at_once_cost_one_encode_in_the_whole_cluster()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        foreach (var model in cluster.Models)
        {
            model.Encoder.Gate.Reset();
        }

        var asked = Enumerable.Range(0, 200)
            .Select(i => cluster.Localizer(cluster.Silos[i % 3]).AskAsync(image, $"question {i % 50}"))
            .ToList();
        await Wait.UntilAsync(() => cluster.Silos.Sum(silo => cluster.Get<Engine.Stages.Admission>(silo).Inside) > 0);
        foreach (var model in cluster.Models)
        {
            model.Encoder.Gate.Set();
        }

        var answers = await Task.WhenAll(asked);
        Assert.Equal(1, cluster.Encodes);
        Assert.Equal(50, answers.Select(answer => answer.Id).Distinct().Count());

        await using var alone = new ToyLocal();
        await alone.Localizer.UploadAsync();
        for (var i = 0; i < answers.Length; i++)
        {
            var same = await alone.Localizer.AskAsync(image, $"question {i % 50}");
            Assert.Equal((same.Id, same.Text, same.Finish), (answers[i].Id, answers[i].Text, answers[i].Finish));
            Assert.Equal(same.Words, answers[i].Words);
        }
    }

    [Fact]
    public async Task Image_region_and_query_grains_of_an_image_live_on_its_home()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        HashSet<SiloAddress> homes = [];
        for (var i = 0; i < 12; i++)
        {
            var asker = cluster.Silos[i % 3];
            var image = await cluster.Localizer(asker).UploadAsync([7, (byte)i]);
            await cluster.Localizer(asker).AskAsync(image, "what?");
            var address = cluster.AddressOf(image);
            Region[] regions = [Region.OfBox(1, 2, 30, 40)];
            var region = cluster.Grains.GetGrain<IRegionGrain>(address.With(QuestionHash.Of(regions)));
            Assert.Equal(MemoReuse.Miss, await region.PrepareAsync(regions, default));
            Assert.Equal(MemoReuse.Hit, await region.PrepareAsync(regions, default));

            var (home, _) = await cluster.HomeAsync(image);
            Assert.Equal(home.SiloAddress, await cluster.WhereAsync(region));
            Assert.Equal(home.SiloAddress, await cluster.WhereAsync(
                cluster.Grains.GetGrain<IQueryGrain>(address.With(QuestionHash.Of(Asking.Of(image, "what?"))))));
            homes.Add(home.SiloAddress);
        }

        Assert.Equal(12, cluster.Encodes);
        Assert.True(homes.Count > 1);
    }

    [Fact]
    public async Task A_silo_over_its_bound_is_passed_over_and_its_features_are_pulled_once()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var first = await cluster.Localizer(other).AskAsync(image, "what?");
        Assert.Equal(FeatureReuse.Miss, first.Reuse.Features);

        foreach (var silo in cluster.Silos)
        {
            var board = cluster.Get<LoadBoard>(silo);
            board.Post(home.SiloAddress, board.Find(home.SiloAddress)!.Value.Load with { Saturation = 100, Sequence = long.MaxValue });
        }

        var second = await cluster.Localizer(home).AskAsync(image, "why?");
        var third = await cluster.Localizer(home).AskAsync(image, "where?", Region.OfPoint(3, 4));
        Assert.Equal((FeatureReuse.Replica, FeatureReuse.Hit), (second.Reuse.Features, third.Reuse.Features));
        Assert.Equal(Asking.Expected(Asking.Picture, "why?"), second.Text);
        Assert.Equal((1, 0, 2), (cluster.Model(home).Encoder.Encoded, cluster.Model(other).Encoder.Encoded, cluster.Model(other).Decoder.Loads));
    }

    [Fact]
    public async Task Silos_that_only_encode_and_silos_that_only_decode_answer_together()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 2, roles: name => name.EndsWith('0') ? ["encode"] : ["decode", "gateway"]);
        var (encoder, decoder) = (cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
        var image = await cluster.Localizer(decoder).UploadAsync();
        var answer = await cluster.Localizer(encoder).AskAsync(image, "what?");
        Assert.Equal(Asking.Expected(Asking.Picture, "what?"), answer.Text);
        Assert.Equal((FeatureReuse.Replica, 1, 0), (answer.Reuse.Features, cluster.Model(encoder).Encoder.Encoded, cluster.Model(decoder).Encoder.Encoded));
        Assert.Equal((0, 1), (cluster.Model(encoder).Decoder.Loads, cluster.Model(decoder).Decoder.Loads));
    }

    [Theory]
    [InlineData("encode")]
    [InlineData("decode")]
    public async Task Without_a_silo_for_a_stage_a_question_is_unavailable(string only)
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 1, roles: _ => [only, "gateway"]);
        var loupe = cluster.Localizer(cluster.Silos[0]);
        var image = await loupe.UploadAsync();
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => loupe.AskAsync(image, "what?"));
        Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        Assert.NotNull(refused.Problem.RetryAfter);
        Assert.Equal(0, cluster.Encodes);
    }

    [Fact]
    public async Task Warm_images_are_answered_about_when_the_only_encoder_has_left()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 2, roles: name => name.EndsWith('0') ? ["decode", "gateway"] : ["encode"]);
        var (decoder, encoder) = (cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
        var loupe = cluster.Localizer(decoder);
        var (warm, cold) = (await loupe.UploadAsync([1]), await loupe.UploadAsync([2]));
        await loupe.AskAsync(warm, "what?");
        await cluster.StopAsync(encoder);

        var answer = await loupe.AskAsync(warm, "why?");
        Assert.Equal((Asking.Expected([1], "why?"), FeatureReuse.Hit), (answer.Text, answer.Reuse.Features));
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => loupe.AskAsync(cold, "what?"));
        Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        Assert.NotNull(refused.Problem.RetryAfter);
        Assert.Equal(0, cluster.Model(decoder).Encoder.Encoded);
    }

    [Fact]
    public async Task A_forgotten_image_is_forgotten_on_every_silo()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var answer = await cluster.Localizer(other).AskAsync(image, "what?");
        Assert.Equal(FeatureState.Warm, (await cluster.Localizer(other).DescribeImageAsync(new ImageKey(ToyCluster.Tenant, image), default))!.Features);
        Assert.NotEqual(0, cluster.Get<EngineParts>(home).Store.Bytes);

        Assert.True(await cluster.Localizer(other).ForgetImageAsync(new ImageKey(ToyCluster.Tenant, image), default));
        Assert.Equal(0, cluster.Get<EngineParts>(home).Store.Bytes);
        Assert.Null(await cluster.Localizer(other).RecallAsync(ToyCluster.Tenant, answer.Id, default));
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => cluster.Localizer(other).AskAsync(image, "what?"));
        Assert.Equal(ProblemKind.NotFound, refused.Problem.Kind);
    }
}
