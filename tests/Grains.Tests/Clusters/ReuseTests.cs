using Loupe.Engine.Models.Questions;
using Loupe.Engine.Stages;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Keys;
using Loupe.Grains.Values;

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
        await Wait.UntilAsync(() => cluster.Silos.Sum(silo => cluster.Get<Admission>(silo).Inside) > 0);
        foreach (var model in cluster.Models)
        {
            model.Encoder.Gate.Set();
        }

        var answers = await Task.WhenAll(asked);
        Assert.Equal(1, cluster.Encodes);
        Assert.Equal(50, answers.Select(answer => answer.Id).Distinct().Count());

        await using var alone = await ToyCluster.AloneAsync();
        await alone.First.UploadAsync();
        for (var i = 0; i < answers.Length; i++)
        {
            var same = await alone.First.AskAsync(image, $"question {i % 50}");
            Assert.Equal((same.Id, same.Text, same.Finish), (answers[i].Id, answers[i].Text, answers[i].Finish));
            Assert.Equal(same.Words, answers[i].Words);
        }
    }

    [Theory]
    [InlineData(ReuseMode.Full)]
    [InlineData(ReuseMode.None)]
    public async Task What_takes_longer_here_than_a_pull_may_is_waited_for_and_made_once(ReuseMode reuse)
    {
        await using var cluster = await ToyCluster.AloneAsync(
            new() { Cluster = options => options.PullSeconds = 0.2, Engine = options => options.Reuse = reuse });
        var image = await cluster.First.UploadAsync();
        cluster.Models.Single().Encoder.Gate.Reset();
        var asked = cluster.First.AskAsync(image, "what?");
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        cluster.Models.Single().Encoder.Gate.Set();
        await asked;
        Assert.Equal(1, cluster.Encodes);
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
            var answer = await cluster.Localizer(asker).AskAsync(image, "where?", Region.OfBox(1, 2, 30, 40));
            var (home, _) = await cluster.HomeAsync(image);
            var address = cluster.AddressOf(image);
            IAddressable[] grains =
            [
                cluster.Grains.GetGrain<IImageGrain>(address.ToString()),
                cluster.Grains.GetGrain<IRegionGrain>(address.With(ContentKey.Of("prompt", $"{ToyModel.Size}x{ToyModel.Size}|b1,2,30,40"))),
                cluster.Grains.GetGrain<IQueryGrain>(QuestionAddress.Of(ToyCluster.Tenant, answer.Id)),
            ];
            foreach (var grain in grains)
            {
                Assert.Equal(home.SiloAddress, await cluster.WhereAsync(grain));
            }

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

        cluster.Saturate(home.SiloAddress);
        var second = await cluster.Localizer(home).AskAsync(image, "why?");
        var third = await cluster.Localizer(home).AskAsync(image, "where?", Region.OfPoint(3, 4));
        Assert.Equal((FeatureReuse.Replica, FeatureReuse.Hit), (second.Reuse.Features, third.Reuse.Features));
        Assert.Equal(Asking.Expected(Asking.Picture, "why?"), second.Text);
        Assert.Equal(
            (1, 0, 2), (cluster.Model(home).Encoder.Encoded, cluster.Model(other).Encoder.Encoded, cluster.Model(other).Decoder.Loads));
    }

    [Fact]
    public async Task Silos_that_only_encode_and_silos_that_only_decode_answer_together()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 2, roles: name => name.EndsWith('0') ? ["encode"] : ["decode", "gateway"]);
        var (encoder, decoder) = (
            cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
        var image = await cluster.Localizer(decoder).UploadAsync();
        var answer = await cluster.Localizer(encoder).AskAsync(image, "what?");
        Assert.Equal(Asking.Expected(Asking.Picture, "what?"), answer.Text);
        Assert.Equal(
            (FeatureReuse.Replica, 1, 0),
            (answer.Reuse.Features, cluster.Model(encoder).Encoder.Encoded, cluster.Model(decoder).Encoder.Encoded));
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
        var (decoder, encoder) = (
            cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
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
        Assert.Equal(
            FeatureState.Warm,
            (await cluster.Localizer(other).DescribeImageAsync(new ImageKey(ToyCluster.Tenant, image), default))!.Features);
        Assert.NotEqual(0, cluster.Engine(home).Store.Bytes);

        Assert.True(await cluster.Localizer(other).ForgetImageAsync(new ImageKey(ToyCluster.Tenant, image), default));
        Assert.Equal(0, cluster.Engine(home).Store.Bytes);
        Assert.Null(await cluster.Localizer(other).RecallAsync(ToyCluster.Tenant, answer.Id, default));
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => cluster.Localizer(other).AskAsync(image, "what?"));
        Assert.Equal(ProblemKind.NotFound, refused.Problem.Kind);
    }

    [Fact]
    public async Task Two_hundred_questions_about_forty_regions_are_one_image_grain_forty_region_grains_and_two_hundred_query_grains()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var loupe = cluster.First;
        var image = await loupe.UploadAsync();
        var first = await Task.WhenAll(Enumerable.Range(0, 200).Select(AskAsync));

        Assert.Equal((1, 40, 200), Computed());
        var statistics = await cluster.Grains.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics();
        int Active(string grain) =>
            statistics.Where(one => one.GrainType.Contains(grain, StringComparison.Ordinal)).Sum(one => one.ActivationCount);
        Assert.Equal((1, 40, 200), (Active("ImageGrain"), Active("RegionGrain"), Active("QueryGrain")));
        var census = cluster.Silos.Select(cluster.Get<Census>).ToList();
        Assert.Equal((1, 40, 200), (census.Sum(one => one.Images), census.Sum(one => one.Regions), census.Sum(one => one.Queries)));

        var again = await Task.WhenAll(Enumerable.Range(0, 200).Select(AskAsync));
        Assert.Equal((1, 40, 200), Computed());
        Assert.All(again, answer => Assert.Equal(MemoReuse.Hit, answer.Reuse.Answer));
        Assert.Equal(first.Select(answer => (answer.Id, answer.Text)), again.Select(answer => (answer.Id, answer.Text)));

        Assert.True(await loupe.ForgetImageAsync(new ImageKey(ToyCluster.Tenant, image), default));
        await Wait.UntilAsync(() => census.Sum(one => one.Images + one.Regions + one.Queries) == 0);

        Task<Answer> AskAsync(int i) => loupe.AskAsync(image, $"question {i}", Region.OfBox(i % 40, 0, 90, 90));

        (int, int, int) Computed() =>
            (cluster.Encodes, cluster.Models.Sum(model => model.RegionReader.Read), cluster.Models.Sum(model => model.Decoder.Loads));
    }
}
