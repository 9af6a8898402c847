using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Loupe.Grains.Tests.Clusters;

public sealed class StreamTests
{
    private static readonly string[] Expected = Asking.Expected(Asking.Picture, Asking.LongQuestion).Split(' ');

    [Fact]
    public async Task Words_cross_silos_while_the_rest_is_not_yet_decoded()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var decoder = cluster.Model(home).Decoder;
        decoder.HoldAfter = 3;
        await using var stream = cluster.Localizer(other)
            .AskAsync(ToyCluster.Tenant, Asking.Of(image, Asking.LongQuestion), default)
            .GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(Expected[0], Assert.IsType<WordPart>(stream.Current).Word.Text);
        Assert.True(await stream.MoveNextAsync());
        Assert.Equal(Expected[1], Assert.IsType<WordPart>(stream.Current).Word.Text);
        Assert.InRange(decoder.StepSizes.Count, 1, 3);

        decoder.Gate.Set();
        List<AnswerPart> rest = [];
        while (await stream.MoveNextAsync())
        {
            rest.Add(stream.Current);
        }

        Assert.Equal(Expected.Skip(2), rest.OfType<WordPart>().Select(part => part.Word.Text));
        Assert.Equal(Expected.Length, Assert.IsType<DonePart>(rest[^1]).Answer.Words.Count);
    }

    [Fact]
    public async Task Hanging_up_frees_the_slot_on_the_other_silo()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var decoder = cluster.Model(home).Decoder;
        decoder.Hold();
        using var hangUp = new CancellationTokenSource();
        var asked = cluster.Localizer(other).AskAsync(ToyCluster.Tenant, Asking.Of(image, Asking.LongQuestion), hangUp.Token).ListAsync();
        await decoder.Stepping.WaitAsync(TestContext.Current.CancellationToken);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Wait.UntilAsync(() => cluster.Get<Admission>(home).Inside == 0);
        decoder.Gate.Set();
        await Wait.UntilAsync(() => cluster.Engine(home).Decode.Active == 0);
        Assert.InRange(decoder.StepSizes.Count, 0, 2);
    }

    [Fact]
    public async Task Hanging_up_takes_a_picture_out_of_the_queue_of_the_silo_that_was_to_encode_it()
    {
        await using var cluster = await ToyCluster.StartAsync(
            silos: 2, roles: name => name.EndsWith('0') ? ["decode", "gateway"] : ["encode"]);
        var (decoder, encoder) = (
            cluster.Silos.Single(silo => silo.Name.EndsWith('0')), cluster.Silos.Single(silo => !silo.Name.EndsWith('0')));
        var loupe = cluster.Localizer(decoder);
        var (first, second) = (await loupe.UploadAsync([1]), await loupe.UploadAsync([2]));
        int Queued() => cluster.Engine(encoder).DepthOf(Engine.Features.StageName.Encode);
        cluster.Model(encoder).Encoder.Gate.Reset();
        var kept = loupe.AskAsync(first, "what?");
        await Wait.UntilAsync(() => cluster.Model(encoder).Encoder.Waiting == 1);
        using var hangUp = new CancellationTokenSource();
        var given = loupe.AskAsync(ToyCluster.Tenant, Asking.Of(second, "what?"), hangUp.Token).ListAsync();
        await Wait.UntilAsync(() => Queued() == 1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        await Wait.UntilAsync(() => Queued() == 0);
        cluster.Model(encoder).Encoder.Gate.Set();
        Assert.Equal(Asking.Expected([1], "what?"), (await kept).Text);
        Assert.Equal(1, cluster.Encodes);
    }

    [Fact]
    public async Task The_deadline_reaches_the_slot_on_the_other_silo()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var decoder = cluster.Model(home).Decoder;
        decoder.Hold();
        using var deadline = new CancellationTokenSource();
        var asked = cluster.Localizer(other).AnswerAsync(ToyCluster.Tenant, Asking.Of(image, Asking.LongQuestion), deadline.Token);
        await decoder.Stepping.WaitAsync(TestContext.Current.CancellationToken);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Wait.UntilAsync(() => cluster.Get<Admission>(home).Inside == 0);
        decoder.Gate.Set();
        await Wait.UntilAsync(() => cluster.Engine(home).Decode.Active == 0);
        Assert.InRange(decoder.StepSizes.Count, 0, 2);
    }

    [Fact]
    public async Task A_stream_goes_on_from_word_k_through_another_silo()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (_, other) = await cluster.HomeAsync(image);
        var whole = await cluster.Localizer(other).AskAsync(image, Asking.LongQuestion);
        foreach (var silo in cluster.Silos)
        {
            var rest = await cluster.Localizer(silo).ResumeAsync(ToyCluster.Tenant, whole.Id, after: 4, default).ListAsync();
            Assert.Equal(Enumerable.Range(5, Expected.Length - 5), rest.OfType<WordPart>().Select(part => part.Index));
            Assert.Equal(Expected.Skip(5), rest.OfType<WordPart>().Select(part => part.Word.Text));
            Assert.Equal(whole.Text, (await cluster.Localizer(silo).RecallAsync(ToyCluster.Tenant, whole.Id, default))!.Text);
            Assert.Null(await cluster.Localizer(silo).RecallAsync("another", whole.Id, default));
        }

        var unknown = cluster.Localizer(other).ResumeAsync("another", whole.Id, -1, default).ListAsync();
        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<LocalizerException>(() => unknown)).Problem.Kind);
    }

    [Fact]
    public async Task A_refusal_crosses_silos_with_all_it_says()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (_, other) = await cluster.HomeAsync(image);
        var refused = await Assert.ThrowsAsync<LocalizerException>(
            () => cluster.Localizer(other).AskAsync(image, "what is [2]?", Region.OfBox(5, 5, 1, 1)));
        Assert.Equal(ProblemKind.Invalid, refused.Problem.Kind);
        Assert.Equal(["regions[0].box", "text"], refused.Problem.Errors!.Keys.Order(StringComparer.Ordinal));

        var serializer = cluster.Get<IServiceProvider>(other).GetRequiredService<Serializer>();
        var sent = LocalizerException.Of(ProblemKind.Overloaded, "busy", TimeSpan.FromSeconds(3));
        var arrived = Assert.IsType<LocalizerException>(serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(sent)));
        Assert.Equal((sent.Problem, sent.Message), (arrived.Problem, arrived.Message));
    }

    [Fact]
    public async Task Detect_crosses_silos()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (_, other) = await cluster.HomeAsync(image);
        var parts = await cluster.Localizer(other)
            .AskAsync(ToyCluster.Tenant, new Question(image, VisionTask.Detect, DeadlineMs: 120_000), default).ListAsync();
        var answer = Assert.IsType<DonePart>(parts[^1]).Answer;
        Assert.Equal([0.9, 0.6], answer.Regions.Select(region => region.Score));
        Assert.Equal(answer.Regions, parts.OfType<RegionPart>().Select(part => part.Region));
    }
}
