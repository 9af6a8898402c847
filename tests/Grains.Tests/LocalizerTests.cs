using Loupe.Engine.Hosting;
using Loupe.Engine.Stages;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Keys;
using Loupe.Grains.Tests.Clusters;
using Loupe.Grains.Values;

namespace Loupe.Grains.Tests;

/// <summary>One silo: every question through its grains.</summary>
public sealed class LocalizerTests : IAsyncDisposable
{
    private const string Tenant = "tenant";

    private ToyCluster? _cluster;

    private ToyModel Model => _cluster!.Models.Single();

    private Admission Admission => _cluster!.Get<Admission>(_cluster.Silos[0]);

    private Census Census => _cluster!.Get<Census>(_cluster.Silos[0]);

    private long KeptBytes => _cluster!.Engine(_cluster.Silos[0]).Store.Bytes;

    private int Decoding => _cluster!.Engine(_cluster.Silos[0]).Decode.Active;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task Each_stage_is_paid_once()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var first = await AskAsync(loupe, image, "what?", Region.OfBox(0, 0, 10, 10));
        var second = await AskAsync(loupe, image, "why?", Region.OfBox(0, 0, 10, 10));
        var other = await AskAsync(loupe, image, "what?", Region.OfBox(5, 5, 10, 10));
        var again = await AskAsync(loupe, image, " WHAT?", Region.OfBox(0, 0, 10.05, 10));

        Assert.Equal((FeatureReuse.Miss, MemoReuse.Miss, MemoReuse.Miss), Of(first));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Hit, MemoReuse.Miss), Of(second));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Miss, MemoReuse.Miss), Of(other));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Hit, MemoReuse.Hit), Of(again));
        Assert.Equal((1, 2, 3), (Model.Encoder.Encoded, Model.RegionReader.Read, Model.Decoder.Loads));
        Assert.Equal((first.Id, first.Text), (again.Id, again.Text));
        Assert.Equal(3, new[] { first.Id, second.Id, other.Id }.Distinct().Count());
        Assert.Equal((1, 2, 3), (Census.Images, Census.Regions, Census.Queries));
        Assert.Equal((0d, 0d, 0d), (again.Timing.EncodeMs, again.Timing.RegionMs, again.Timing.DecodeMs));

        static (FeatureReuse, MemoReuse, MemoReuse) Of(Answer answer) => (answer.Reuse.Features, answer.Reuse.Prefix, answer.Reuse.Answer);
    }

    [Fact]
    public async Task Two_hundred_first_questions_at_once_cost_one_encode()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Encoder.Gate.Reset();
        var asked = Enumerable.Range(0, 200).Select(i => AskAsync(loupe, image, $"question {i % 50}")).ToList();
        Model.Encoder.Gate.Set();
        var answers = await Task.WhenAll(asked);

        Assert.Equal((1, 1, 50), (Model.Encoder.Encoded, Model.RegionReader.Read, Model.Decoder.Loads));
        Assert.Equal(50, answers.Select(answer => answer.Id).Distinct().Count());
        Assert.All(answers.GroupBy(answer => answer.Id), same => Assert.Single(same.Select(answer => answer.Text).Distinct()));
    }

    [Fact]
    public async Task Parts_come_before_the_whole_and_add_up_to_it()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var parts = await PartsAsync(loupe.AskAsync(Tenant, Ask(image, LongQuestion), default));
        var answer = Assert.IsType<DonePart>(parts[^1]).Answer;

        Assert.Equal(answer.Words, parts.OfType<WordPart>().Select(part => part.Word));
        Assert.Equal(Enumerable.Range(0, answer.Words.Count), parts.OfType<WordPart>().Select(part => part.Index));
        var resumed = await PartsAsync(loupe.ResumeAsync(Tenant, answer.Id, after: 0, default));
        Assert.Equal(parts.Skip(1).OfType<WordPart>(), resumed.OfType<WordPart>());
        Assert.Equal(answer.Text, (await loupe.RecallAsync(Tenant, answer.Id, default))!.Text);
        Assert.Null(await loupe.RecallAsync("other", answer.Id, default));
        await AssertProblemAsync(ProblemKind.NotFound, loupe.ResumeAsync("other", answer.Id, -1, default));
    }

    [Fact]
    public async Task A_stream_that_was_hung_up_is_continued_with_the_same_words()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var expected = Asking.Expected(Picture, LongQuestion).Split(' ');
        string id;
        Model.Decoder.Hold();
        using (var hangUp = new CancellationTokenSource())
        {
            var stream = loupe.AskAsync(Tenant, Ask(image, LongQuestion), hangUp.Token).GetAsyncEnumerator(hangUp.Token);
            var moving = stream.MoveNextAsync().AsTask();
            await Model.Decoder.Stepping.WaitAsync();
            id = IdOf(image, LongQuestion);
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
            await stream.DisposeAsync();
        }

        Model.Decoder.Gate.Set();
        Assert.Null(await loupe.RecallAsync(Tenant, id, default));
        var rest = await PartsAsync(loupe.ResumeAsync(Tenant, id, after: 1, default));
        Assert.Equal(expected.Skip(2), rest.OfType<WordPart>().Select(part => part.Word.Text));
    }

    [Fact]
    public async Task What_is_remembered_of_answers_keeps_its_budget_and_the_grain_goes_with_what_is_lost()
    {
        // Two answers of few words have room.
        var loupe = await OpenAsync(answerBytes: 12_000);
        var image = await UploadAsync(loupe);
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            ids.Add((await AskAsync(loupe, image, $"question {i}")).Id);
        }

        await WaitUntilAsync(() => Census.Queries <= 2);
        Assert.Null(await loupe.RecallAsync(Tenant, ids[0], default));
        Assert.NotNull(await loupe.RecallAsync(Tenant, ids[^1], default));
        Assert.Equal(MemoReuse.Miss, (await AskAsync(loupe, image, "question 0")).Reuse.Answer);
    }

    [Fact]
    public async Task Where_memory_holds_ten_images_no_more_grains_hold_any()
    {
        var loupe = await OpenAsync(featureBytes: 10_000);
        for (var i = 0; i < 30; i++)
        {
            var image = (await loupe.AddImageAsync(Tenant, new byte[] { 3, (byte)i }, default)).Image.Id;
            await AskAsync(loupe, image, "what?");
            Assert.InRange(KeptBytes, 1, 10_000);
        }

        await WaitUntilAsync(() => Census.Images + Census.Regions == 10);
        Assert.Equal(30, Census.Queries);
    }

    [Fact]
    public async Task When_the_last_listener_leaves_the_slot_is_freed_and_not_before()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Decoder.Hold();
        using var one = new CancellationTokenSource();
        using var two = new CancellationTokenSource();
        var first = loupe.AskAsync(Tenant, Ask(image, LongQuestion), one.Token).GetAsyncEnumerator();
        var second = loupe.AskAsync(Tenant, Ask(image, LongQuestion), two.Token).GetAsyncEnumerator();
        var (moving1, moving2) = (first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask());
        await Model.Decoder.Stepping.WaitAsync();

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving1);
        await first.DisposeAsync();
        Assert.Equal(1, Decoding);

        await two.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving2);
        await second.DisposeAsync();
        Model.Decoder.Gate.Set();
        await WaitUntilAsync(() => Decoding == 0);
        Assert.Equal(0, Admission.Inside);
        Assert.InRange(Model.Decoder.StepSizes.Count, 0, 2);
    }

    [Fact]
    public async Task Detect_describes_every_proposal_best_first()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var parts = await PartsAsync(loupe.AskAsync(Tenant, new Question { Image = image, Task = VisionTask.Detect }, default));
        var answer = Assert.IsType<DonePart>(parts[^1]).Answer;

        Assert.Equal([0.9, 0.6], answer.Regions.Select(region => region.Score));
        Assert.Equal(answer.Regions, parts.OfType<RegionPart>().Select(part => part.Region));
        var caption = await PartsAsync(loupe.AskAsync(
            Tenant, new Question { Image = image, Task = VisionTask.Caption, Regions = [Region.OfBox(0, 0, 10, 10)] }, default));
        Assert.Equal(((DonePart)caption[^1]).Answer.Text, answer.Regions[0].Text);
        Assert.Equal(1, Model.Encoder.Encoded);
    }

    [Fact]
    public async Task A_forgotten_image_is_gone_everywhere_and_nothing_brings_it_back()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var answer = await AskAsync(loupe, image, "what?");
        Model.Decoder.Hold();
        var running = AskAsync(loupe, image, LongQuestion);
        await Model.Decoder.Stepping.WaitAsync();

        Assert.True(await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default));
        Assert.False(await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default));
        Model.Decoder.Gate.Set();
        var last = await running;

        Assert.Null(await loupe.DescribeImageAsync(new ImageKey(Tenant, image), default));
        Assert.Null(await loupe.RecallAsync(Tenant, answer.Id, default));
        Assert.Null(await loupe.RecallAsync(Tenant, last.Id, default));
        Assert.Equal(0, KeptBytes);
        await AssertProblemAsync(ProblemKind.NotFound, loupe.AskAsync(Tenant, Ask(image, "what?"), default));
    }

    [Fact]
    public async Task An_image_forgotten_while_it_is_encoded_leaves_no_features()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Encoder.Gate.Reset();
        var asked = AskAsync(loupe, image, "what?");
        await WaitUntilAsync(() => Model.Encoder.Waiting == 1 && Admission.Inside == 1);
        await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default);
        Model.Encoder.Gate.Set();

        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<LocalizerException>(() => asked)).Problem.Kind);
        Assert.Equal(0, KeptBytes);
    }

    [Fact]
    public async Task Tenants_share_nothing()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        await AssertProblemAsync(ProblemKind.NotFound, loupe.AskAsync("other", Ask(image, "what?"), default));
        await loupe.AddImageAsync("other", Picture, default);
        var mine = await AskAsync(loupe, image, "what?");
        var theirs = ((DonePart)(await PartsAsync(loupe.AskAsync("other", Ask(image, "what?"), default)))[^1]).Answer;
        Assert.NotEqual(mine.Id, theirs.Id);
        Assert.Equal(2, Model.Encoder.Encoded);
    }

    [Fact]
    public async Task A_defect_is_told_without_its_details()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Encoder.Fault = _ => new InvalidOperationException("tensor /secret/path");
        var problem = (await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(loupe, image, "what?"))).Problem;
        Assert.Equal(ProblemKind.Internal, problem.Kind);
        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);

        Model.Encoder.Fault = _ => null;
        await AskAsync(loupe, image, "what?");
    }

    [Fact]
    public async Task A_draining_server_finishes_what_is_running_and_takes_nothing_new()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Decoder.Hold();
        var running = AskAsync(loupe, image, LongQuestion);
        await Model.Decoder.Stepping.WaitAsync();
        var drained = Admission.DrainAsync();

        var refused = await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(loupe, image, "new?"));
        Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        Assert.NotNull(refused.Problem.RetryAfter);
        Assert.False(drained.IsCompleted);
        Model.Decoder.Gate.Set();
        Assert.NotEmpty((await running).Words);
        await drained;
    }

    [Theory]
    [InlineData(ReuseMode.None, 2, 2, 2)]
    [InlineData(ReuseMode.Image, 1, 2, 2)]
    [InlineData(ReuseMode.Answer, 1, 1, 1)]
    public async Task Reuse_can_be_taken_away_to_be_measured(ReuseMode reuse, int encodes, int reads, int decodes)
    {
        var loupe = await OpenAsync(reuse);
        var image = await UploadAsync(loupe);
        var first = await AskAsync(loupe, image, "what?");
        var second = await AskAsync(loupe, image, "what?");
        Assert.Equal(first.Text, second.Text);
        Assert.Equal((encodes, reads, decodes), (Model.Encoder.Encoded, Model.RegionReader.Read, Model.Decoder.Loads));
        Assert.True(reuse == ReuseMode.Image || KeptBytes == 0);
    }

    private static readonly byte[] Picture = Asking.Picture;

    private static string LongQuestion => Asking.LongQuestion;

    private static Question Ask(string image, string text, params Region[] regions) =>
        new() { Image = image, Text = text, Regions = regions, DeadlineMs = 120_000 };

    private static async Task<string> UploadAsync(ILocalizer loupe) => (await loupe.AddImageAsync(Tenant, Picture, default)).Image.Id;

    private static async Task<Answer> AskAsync(ILocalizer loupe, string image, string text, params Region[] regions) =>
        ((DonePart)(await PartsAsync(loupe.AskAsync(Tenant, Ask(image, text, regions), default)))[^1]).Answer;

    private static async Task<List<AnswerPart>> PartsAsync(IAsyncEnumerable<AnswerPart> stream)
    {
        List<AnswerPart> parts = [];
        await foreach (var part in stream)
        {
            parts.Add(part);
        }

        return parts;
    }

    private static async Task AssertProblemAsync(ProblemKind kind, IAsyncEnumerable<AnswerPart> stream) =>
        Assert.Equal(kind, (await Assert.ThrowsAsync<LocalizerException>(() => PartsAsync(stream))).Problem.Kind);

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }

    private string IdOf(string image, string text)
    {
        var prompt = new RegionPrompt([], new ImageSize(ToyModel.Size, ToyModel.Size), $"{ToyModel.Size}x{ToyModel.Size}");
        return QuestionAddress.IdOf(
            new(new ImageKey(Tenant, image), Model.Bundle.Digest),
            new CanonicalQuestion(VisionTask.Answer, prompt, text, Question.DefaultMaxWords));
    }

    private async Task<ILocalizer> OpenAsync(ReuseMode reuse = ReuseMode.Full, long featureBytes = 1_000_000, long answerBytes = 1_000_000)
    {
        _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions
        {
            Engine = options =>
            {
                options.Reuse = reuse;
                options.Answers.Bytes = answerBytes;
                options.Features = new FeatureOptions { Bytes = featureBytes, TierBytes = 1_000_000 };
            },
        });
        return _cluster.First;
    }
}
