using Loupe.Engine.Stages;
using Loupe.Grains.Load;

namespace Loupe.Grains.Tests.Clusters;

public sealed class LossTests
{
    private static readonly string[] Expected = Asking.Expected(Asking.Picture, Asking.LongQuestion).Split(' ');

    [Fact]
    public async Task A_stream_whose_silo_is_killed_goes_on_after_the_last_word_sent()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        cluster.Model(home).Decoder.HoldAfter = 3;
        List<string> words = [];
        Answer? whole = null;
        await foreach (var part in cluster.Localizer(other).AskAsync(ToyCluster.Tenant, Asking.Of(image, Asking.LongQuestion), default))
        {
            if (part is WordPart word)
            {
                words.Add(word.Word.Text);
                if (words.Count == 2)
                {
                    await cluster.KillAsync(home);
                }
            }

            whole = (part as DonePart)?.Answer ?? whole;
        }

        Assert.Equal(Expected, words);
        Assert.Equal(Expected, whole!.Words.Select(word => word.Text));
        Assert.Equal(2, cluster.Encodes);
        Assert.Equal(1, cluster.Model(home).Encoder.Encoded);
    }

    [Fact]
    public async Task Questions_on_a_silo_that_is_killed_are_answered_by_the_others()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, _) = await cluster.HomeAsync(image);
        cluster.Model(home).Encoder.Gate.Reset();
        var askers = cluster.Silos.Where(silo => !ReferenceEquals(silo, home)).Select(cluster.Localizer).ToList();
        var asked = Enumerable.Range(0, 40).Select(i => askers[i % 2].AskAsync(image, $"question {i}")).ToList();
        await Wait.UntilAsync(() => cluster.Get<Admission>(home).Inside > 0);
        await cluster.KillAsync(home);
        // Some while the loss is not known yet.
        asked.AddRange(Enumerable.Range(40, 10).Select(i => askers[i % 2].AskAsync(image, $"question {i}")));

        var answers = await Task.WhenAll(asked);
        await using var alone = await ToyCluster.AloneAsync();
        await alone.First.UploadAsync();
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal((await alone.First.AskAsync(image, $"question {i}")).Text, answers[i].Text);
        }

        // Whether the one that was killed still gave its features away depends on when it ended.
        Assert.All(cluster.Models, model => Assert.InRange(model.Encoder.Encoded, 0, 1));
    }

    [Fact]
    public async Task An_answer_is_found_through_every_silo_while_its_home_is_there()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 3);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, _) = await cluster.HomeAsync(image);
        var answer = await cluster.Localizer(cluster.Silos[0]).AskAsync(image, "what?");
        foreach (var silo in cluster.Silos)
        {
            Assert.Equal(answer.Text, (await cluster.Localizer(silo).RecallAsync(ToyCluster.Tenant, answer.Id, default))!.Text);
        }

        await cluster.KillAsync(home);
        Assert.Null(
            await cluster.Localizer(cluster.Silos.First(silo => !ReferenceEquals(silo, home)))
                .RecallAsync(ToyCluster.Tenant, answer.Id, default));
    }

    [Fact]
    public async Task A_silo_that_drains_is_passed_over_and_hands_over_its_features()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        await cluster.Localizer(other).AskAsync(image, "what?");
        await cluster.Get<Admission>(home).DrainAsync();
        await Wait.UntilAsync(() => cluster.Get<LoadBoard>(other).Find(home.SiloAddress)!.Value.Load.State == SiloState.Draining);

        var answer = await cluster.Localizer(other).AskAsync(image, "why?");
        Assert.Equal((Asking.Expected(Asking.Picture, "why?"), FeatureReuse.Replica), (answer.Text, answer.Reuse.Features));
        Assert.Equal(1, cluster.Encodes);
    }

    [Fact]
    public async Task A_question_whose_grain_is_on_a_draining_silo_moves_to_another()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        // Cancelled before it was answered, so that the grain is there and no answer is memoized.
        cluster.Model(home).Decoder.Hold();
        using (var hangUp = new CancellationTokenSource())
        {
            var asked = cluster.Localizer(other)
                .AskAsync(ToyCluster.Tenant, Asking.Of(image, Asking.LongQuestion), hangUp.Token)
                .ListAsync();
            await cluster.Model(home).Decoder.Stepping.WaitAsync(TestContext.Current.CancellationToken);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        }

        cluster.Model(home).Decoder.Gate.Set();
        await cluster.Get<Admission>(home).DrainAsync();
        await Wait.UntilAsync(() => cluster.Silos.All(
            silo => cluster.Get<LoadBoard>(silo).Find(home.SiloAddress)!.Value.Load.State == SiloState.Draining));
        Assert.Equal(Expected, (await cluster.Localizer(other).AskAsync(image, Asking.LongQuestion)).Words.Select(word => word.Text));
        Assert.Equal(1, cluster.Model(other).Decoder.Loads);
    }

    [Fact]
    public async Task Every_silo_sees_all_and_one_that_joins()
    {
        await using var cluster = await ToyCluster.StartAsync(silos: 2);
        var joined = await cluster.AddSiloAsync();
        foreach (var silo in cluster.Silos)
        {
            var seen = cluster.Get<IClusterView>(silo).Describe();
            Assert.Equal("orleans", seen.Mode);
            Assert.Equal(cluster.Silos.Select(one => one.Name).Order(StringComparer.Ordinal), seen.Silos.Select(one => one.Name));
            Assert.All(seen.Silos, one => Assert.Equal((Environment.ProcessId, SiloState.Active), (one.ProcessId, one.State)));
        }

        Assert.Contains(joined, cluster.Silos);
    }
}
