using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests;

public sealed class LocalLocalizerTests : IAsyncDisposable
{
    private const string Tenant = "tenant";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly ToyModel _model = new(slots: 32);
    private EngineParts? _engine;
    private Admission? _admission;

    public async ValueTask DisposeAsync()
    {
        _model.Encoder.Gate.Set();
        _model.Decoder.Gate.Set();
        if (_engine is not null)
        {
            await _engine.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Each_stage_is_paid_once()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        var first = await AskAsync(loupe, image, "what?", Region.OfBox(0, 0, 10, 10));
        var second = await AskAsync(loupe, image, "why?", Region.OfBox(0, 0, 10, 10));
        var other = await AskAsync(loupe, image, "what?", Region.OfBox(5, 5, 10, 10));
        var again = await AskAsync(loupe, image, " WHAT?", Region.OfBox(0, 0, 10.05, 10));

        Assert.Equal((FeatureReuse.Miss, MemoReuse.Miss, MemoReuse.Miss), Of(first));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Hit, MemoReuse.Miss), Of(second));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Miss, MemoReuse.Miss), Of(other));
        Assert.Equal((FeatureReuse.Hit, MemoReuse.Hit, MemoReuse.Hit), Of(again));
        Assert.Equal((1, 2, 3), (_model.Encoder.Encoded, _model.RegionReader.Read, _model.Decoder.Loads));
        Assert.Equal((first.Id, first.Text), (again.Id, again.Text));
        Assert.Equal(3, new[] { first.Id, second.Id, other.Id }.Distinct().Count());
        Assert.Equal((0d, 0d, 0d), (again.Timing.EncodeMs, again.Timing.RegionMs, again.Timing.DecodeMs));

        static (FeatureReuse, MemoReuse, MemoReuse) Of(Answer answer) => (answer.Reuse.Features, answer.Reuse.Prefix, answer.Reuse.Answer);
    }

    [Fact]
    public async Task Two_hundred_first_questions_at_once_cost_one_encode()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Encoder.Gate.Reset();
        var asked = Enumerable.Range(0, 200).Select(i => AskAsync(loupe, image, $"question {i % 50}")).ToList();
        _model.Encoder.Gate.Set();
        var answers = await Task.WhenAll(asked);

        Assert.Equal((1, 1, 50), (_model.Encoder.Encoded, _model.RegionReader.Read, _model.Decoder.Loads));
        Assert.Equal(50, answers.Select(answer => answer.Id).Distinct().Count());
        Assert.All(answers.GroupBy(answer => answer.Id), same => Assert.Single(same.Select(answer => answer.Text).Distinct()));
    }

    [Fact]
    public async Task Parts_come_before_the_whole_and_add_up_to_it()
    {
        var loupe = Open();
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
        var loupe = Open(answerBytes: 0);
        var image = await UploadAsync(loupe);
        var whole = await AskAsync(loupe, image, LongQuestion);
        Assert.Null(await loupe.RecallAsync(Tenant, whole.Id, default));
        _model.Decoder.Hold();
        using (var hangUp = new CancellationTokenSource())
        {
            var stream = loupe.AskAsync(Tenant, Ask(image, LongQuestion), hangUp.Token).GetAsyncEnumerator(hangUp.Token);
            var moving = stream.MoveNextAsync().AsTask();
            await _model.Decoder.Stepping.WaitAsync();
            await hangUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
            await stream.DisposeAsync();
        }

        _model.Decoder.Gate.Set();
        var rest = await PartsAsync(loupe.ResumeAsync(Tenant, whole.Id, after: 1, default));
        Assert.Equal(whole.Words.Skip(2), rest.OfType<WordPart>().Select(part => part.Word));
    }

    [Fact]
    public async Task When_the_last_listener_leaves_the_slot_is_freed_and_not_before()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Decoder.Hold();
        using var one = new CancellationTokenSource();
        using var two = new CancellationTokenSource();
        var first = loupe.AskAsync(Tenant, Ask(image, LongQuestion), one.Token).GetAsyncEnumerator();
        var second = loupe.AskAsync(Tenant, Ask(image, LongQuestion), two.Token).GetAsyncEnumerator();
        var (moving1, moving2) = (first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask());
        await _model.Decoder.Stepping.WaitAsync();

        await one.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving1);
        await first.DisposeAsync();
        Assert.Equal(1, _engine!.Decode.Active);

        await two.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving2);
        await second.DisposeAsync();
        _model.Decoder.Gate.Set();
        await WaitUntilAsync(() => _engine.Decode.Active == 0);
        Assert.Equal(0, _admission!.Inside);
        Assert.InRange(_model.Decoder.StepSizes.Count, 0, 2);
    }

    [Fact]
    public async Task A_passed_deadline_is_told_and_its_work_cancelled()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Encoder.Gate.Reset();
        var asked = AskAsync(loupe, image, "what?");
        await WaitUntilAsync(() => _admission!.Inside == 1);
        await WaitUntilAsync(() =>
        {
            _time.Move(TimeSpan.FromSeconds(11));
            return asked.IsCompleted;
        });

        Assert.Equal(ProblemKind.DeadlinePassed, (await Assert.ThrowsAsync<LocalizerException>(() => asked)).Problem.Kind);
        Assert.Equal(0, _admission!.Inside);
    }

    [Fact]
    public async Task Detect_describes_every_proposal_best_first()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        var parts = await PartsAsync(loupe.AskAsync(Tenant, new Question { Image = image, Task = VisionTask.Detect }, default));
        var answer = Assert.IsType<DonePart>(parts[^1]).Answer;

        Assert.Equal([0.9, 0.6], answer.Regions.Select(region => region.Score));
        Assert.Equal(answer.Regions, parts.OfType<RegionPart>().Select(part => part.Region));
        var caption = await PartsAsync(loupe.AskAsync(
            Tenant, new Question { Image = image, Task = VisionTask.Caption, Regions = [Region.OfBox(0, 0, 10, 10)] }, default));
        Assert.Equal(((DonePart)caption[^1]).Answer.Text, answer.Regions[0].Text);
        Assert.Equal(1, _model.Encoder.Encoded);
    }

    [Fact]
    public async Task A_forgotten_image_is_gone_everywhere_and_nothing_brings_it_back()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        var answer = await AskAsync(loupe, image, "what?");
        _model.Decoder.Hold();
        var running = AskAsync(loupe, image, LongQuestion);
        await _model.Decoder.Stepping.WaitAsync();

        Assert.True(await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default));
        Assert.False(await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default));
        _model.Decoder.Gate.Set();
        var last = await running;

        Assert.Null(await loupe.DescribeImageAsync(new ImageKey(Tenant, image), default));
        Assert.Null(await loupe.RecallAsync(Tenant, answer.Id, default));
        Assert.Null(await loupe.RecallAsync(Tenant, last.Id, default));
        Assert.Equal(0, _engine!.Store.Bytes);
        await AssertProblemAsync(ProblemKind.NotFound, loupe.AskAsync(Tenant, Ask(image, "what?"), default));
    }

    [Fact]
    public async Task An_image_forgotten_while_it_is_encoded_leaves_no_features()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Encoder.Gate.Reset();
        var asked = AskAsync(loupe, image, "what?");
        await WaitUntilAsync(() => _engine!.QueueDepths().All(depth => depth.Value == 0) && _admission!.Inside == 1);
        await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default);
        _model.Encoder.Gate.Set();

        Assert.Equal(ProblemKind.NotFound, (await Assert.ThrowsAsync<LocalizerException>(() => asked)).Problem.Kind);
        Assert.Equal(0, _engine!.Store.Bytes);
    }

    [Fact]
    public async Task Tenants_share_nothing()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        await AssertProblemAsync(ProblemKind.NotFound, loupe.AskAsync("other", Ask(image, "what?"), default));
        await loupe.AddImageAsync("other", Picture, default);
        var mine = await AskAsync(loupe, image, "what?");
        var theirs = ((DonePart)(await PartsAsync(loupe.AskAsync("other", Ask(image, "what?"), default)))[^1]).Answer;
        Assert.NotEqual(mine.Id, theirs.Id);
        Assert.Equal(2, _model.Encoder.Encoded);
    }

    [Fact]
    public async Task A_defect_is_told_without_its_details()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Encoder.Fault = _ => new InvalidOperationException("tensor /secret/path");
        var problem = (await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(loupe, image, "what?"))).Problem;
        Assert.Equal(ProblemKind.Internal, problem.Kind);
        Assert.DoesNotContain("secret", problem.Detail, StringComparison.Ordinal);

        _model.Encoder.Fault = _ => null;
        await AskAsync(loupe, image, "what?");
    }

    [Fact]
    public async Task A_draining_server_finishes_what_is_running_and_takes_nothing_new()
    {
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Decoder.Hold();
        var running = AskAsync(loupe, image, LongQuestion);
        await _model.Decoder.Stepping.WaitAsync();
        var drained = _admission!.DrainAsync();

        var refused = await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(loupe, image, "new?"));
        Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        Assert.NotNull(refused.Problem.RetryAfter);
        Assert.False(drained.IsCompleted);
        _model.Decoder.Gate.Set();
        Assert.NotEmpty((await running).Words);
        await drained;
    }

    [Theory]
    [InlineData(ReuseMode.None, 2, 2, 2)]
    [InlineData(ReuseMode.Image, 1, 2, 2)]
    [InlineData(ReuseMode.Answer, 1, 1, 1)]
    public async Task Reuse_can_be_taken_away_to_be_measured(ReuseMode reuse, int encodes, int reads, int decodes)
    {
        var loupe = Open(reuse);
        var image = await UploadAsync(loupe);
        var first = await AskAsync(loupe, image, "what?");
        var second = await AskAsync(loupe, image, "what?");
        Assert.Equal(first.Text, second.Text);
        Assert.Equal((encodes, reads, decodes), (_model.Encoder.Encoded, _model.RegionReader.Read, _model.Decoder.Loads));
        Assert.True(reuse == ReuseMode.Image || _engine!.Store.Bytes == 0);
    }

    [Fact]
    public async Task Features_that_memory_lost_come_from_the_tier()
    {
        var loupe = Open(featureBytes: 1_500);
        var images = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            images.Add((await loupe.AddImageAsync(Tenant, new byte[] { 1, (byte)i }, default)).Image.Id);
            await AskAsync(loupe, images[i], "what?");
        }

        await WaitUntilAsync(() => _engine!.Tier!.Bytes > 2 * 100);
        var again = await AskAsync(loupe, images[0], "why?", Region.OfBox(1, 1, 7, 7));
        Assert.Equal(FeatureReuse.Tier, again.Reuse.Features);
        Assert.Equal(3, _model.Encoder.Encoded);
    }

    private static readonly byte[] Picture = "a picture"u8.ToArray();

    // Chosen by trial so that the toy model says many words.
    private string LongQuestion => _longQuestion ??= FindLongQuestion();

    private string? _longQuestion;

    private static Question Ask(string image, string text, params Region[] regions) => new() { Image = image, Text = text, Regions = regions };

    private static async Task<string> UploadAsync(LocalLocalizer loupe) => (await loupe.AddImageAsync(Tenant, Picture, default)).Image.Id;

    private static async Task<Answer> AskAsync(LocalLocalizer loupe, string image, string text, params Region[] regions) =>
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

    private string FindLongQuestion()
    {
        var prompt = new Models.RegionPrompt([], new Models.ImageSize(ToyModel.Size, ToyModel.Size), $"{ToyModel.Size}x{ToyModel.Size}");
        var prefix = ToyRegionReader.PrefixOf(ToyEncoder.Hash(Picture), prompt);
        return Enumerable.Range(0, 10_000).Select(i => $"long {i}").First(text =>
        {
            var question = new Models.CanonicalQuestion(VisionTask.Answer, prompt, text, Question.DefaultMaxWords);
            return _model.Generations.Expected(prefix, (ToyGeneration)_model.Generations.Create(question)).Split(' ').Length > 20;
        });
    }

    private LocalLocalizer Open(ReuseMode reuse = ReuseMode.Full, long featureBytes = 1_000_000, long answerBytes = 1_000_000)
    {
        var options = new EngineOptions
        {
            Data = _folder.Path,
            Reuse = reuse,
            Answers = new AnswerOptions { Bytes = answerBytes },
            Features = new FeatureOptions { Bytes = featureBytes, TierBytes = 1_000_000 },
        };
        var metrics = new EngineMetrics();
        var images = new FileImageStore(Path.Combine(_folder.Path, "images"), new ToyInspector(), _time, NullLogger<FileImageStore>.Instance);
        _engine = new EngineParts(_model, options, images, metrics, _time, NullLoggerFactory.Instance);
        _admission = new Admission(_engine, TimeSpan.FromSeconds(5), metrics);
        return new LocalLocalizer(_engine, _admission, options, _time, NullLogger<LocalLocalizer>.Instance);
    }
}
