using Loupe.Engine.Stages;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Tests.Clusters;

namespace Loupe.Grains.Tests.Questions;

/// <summary>Questions for masks, and what a critic says, through all stages of one silo.</summary>
public sealed class MaskTests : IAsyncDisposable
{
    private const string Tenant = "tenant";

    private static readonly byte[] Picture = Asking.Picture;

    private ToyCluster? _cluster;

    private ToyModel Model => _cluster!.Models.Single();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_region_comes_with_its_mask_and_the_masks_own_box()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var parts = await AskAsync(loupe, image, "the dog");

        Assert.Equal(2, parts.Count);
        var answer = Assert.IsType<DonePart>(parts[1]).Answer;
        var region = Assert.Single(answer.Regions);
        Assert.Equal(new RegionPart(0, region), parts[0]);
        var request = Assert.Single(Model.Masker.Drawn);
        Assert.Equal(Located("the dog"), request.Box);
        Assert.Equal((ToyModel.Size, ToyModel.Size), (request.Size.Width, request.Size.Height));
        Assert.Equal(ToyEncoder.Hash(Picture), ((ToyValue)request.Features).State);
        Assert.Equal(0.3, region.Score);
        var pixels = Inside(request.Box);
        Assert.Equal([ToyModel.Size, ToyModel.Size], region.Mask!.Size);
        Assert.Equal(pixels, RunLengths.Decode(RunLengths.Expand(region.Mask.Counts), ToyModel.Size, ToyModel.Size));
        Assert.Equal(pixels.Count(pixel => pixel), region.Box.Area);
        Assert.Equal((FeatureReuse.Miss, MemoReuse.Miss, 1), (answer.Reuse.Features, answer.Reuse.Prefix, Model.Encoder.Encoded));
        Assert.Null(answer.Confidence);
    }

    [Fact]
    public async Task The_same_question_draws_nothing_again()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        var first = await AnswerAsync(loupe, image, null, Region.OfPoint(3, 4));
        var again = await AnswerAsync(loupe, image, " ", Region.OfPoint(3, 4.05));
        var other = await AnswerAsync(loupe, image, "what [0] holds", Region.OfPoint(3, 4));

        Assert.Equal((first.Id, first.Regions[0]), (again.Id, again.Regions[0]));
        Assert.Equal((MemoReuse.Hit, MemoReuse.Miss, MemoReuse.Hit), (again.Reuse.Answer, other.Reuse.Answer, other.Reuse.Prefix));
        Assert.Equal((2, 1), (Model.Masker.Drawn.Count, Model.RegionReader.Read));
        Assert.NotEqual(first.Id, other.Id);
        Assert.Equal(first.Regions[0], (await loupe.RecallAsync(Tenant, first.Id, default))!.Regions[0]);
    }

    [Fact]
    public async Task Where_the_mask_is_empty_the_box_that_was_found_is_left()
    {
        var loupe = await OpenAsync();
        Model.Masker.Logit = -1;
        var answer = await AnswerAsync(loupe, await UploadAsync(loupe), "the dog");

        var region = Assert.Single(answer.Regions);
        Assert.Null(region.Mask);
        Assert.Equal((Located("the dog"), 0.3), (region.Box, region.Score));
    }

    [Fact]
    public async Task Who_hangs_up_while_the_mask_is_drawn_leaves_nothing_behind()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Masker.Gate.Reset();
        using var hangUp = new CancellationTokenSource();
        var asked = ListAsync(loupe.AskAsync(Tenant, Segment(image, "the dog"), hangUp.Token));
        await Model.Masker.Drawing.WaitAsync();
        var waiting = ListAsync(loupe.AskAsync(Tenant, Segment(image, "the cat"), hangUp.Token));
        await WaitUntilAsync(() => _cluster!.Engine(_cluster.Silos[0]).DepthOf(Engine.Features.StageName.Mask) == 1);
        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, _cluster!.Get<Admission>(_cluster.Silos[0]).Inside);
        Model.Masker.Gate.Set();

        // Drawn once: what waited was dropped, and the image is held by nobody.
        await AnswerAsync(loupe, image, "the hat");
        Assert.Equal([Located("the dog"), Located("the hat")], Model.Masker.Drawn.Select(request => request.Box));
        await loupe.ForgetImageAsync(new ImageKey(Tenant, image), default);
        await WaitUntilAsync(() => _cluster!.Engine(_cluster.Silos[0]).Store.Bytes == 0);
    }

    [Fact]
    public async Task A_mask_that_fails_fails_its_question_alone()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Masker.Fault = new InvalidOperationException("no");
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => AnswerAsync(loupe, image, "the dog"));
        Assert.Equal(ProblemKind.Internal, refused.Problem.Kind);
        Assert.NotEmpty((await AnswerAsync(loupe, image, "what?", VisionTask.Answer)).Id);
        Model.Masker.Fault = null;
        Assert.NotNull((await AnswerAsync(loupe, image, "the dog")).Regions[0].Mask);
    }

    [Fact]
    public async Task A_remembered_mask_counts_with_its_run_lengths()
    {
        // A region alone takes 4,256 bytes of the estimate.
        var loupe = await OpenAsync(answerBytes: 4_290);
        var image = await UploadAsync(loupe);
        var masked = await AnswerAsync(loupe, image, "the dog");
        Model.Masker.Logit = -1;
        var bare = await AnswerAsync(loupe, image, "the cat");

        Assert.Null(await loupe.RecallAsync(Tenant, masked.Id, default));
        Assert.NotNull(await loupe.RecallAsync(Tenant, bare.Id, default));
    }

    [Fact]
    public async Task A_critics_verdict_on_the_whole_answer_is_its_confidence()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe);
        Model.Decoder.Judges = true;
        var answer = await AnswerAsync(loupe, image, "what is it?", VisionTask.Answer);
        var again = await AnswerAsync(loupe, image, "what is it?", VisionTask.Answer);

        var read = ToyDecoder.Prefix + $"{VisionTask.Answer}what is it?".Length + answer.Words.Count;
        Assert.NotEmpty(answer.Words);
        Assert.Equal(ToyDecoder.PlausibleAt(read), answer.Confidence);
        Assert.Equal((MemoReuse.Hit, answer.Confidence), (again.Reuse.Answer, again.Confidence));
    }

    [Fact]
    public async Task Without_a_critic_there_is_no_confidence()
    {
        var loupe = await OpenAsync();
        var answer = await AnswerAsync(loupe, await UploadAsync(loupe), "what is it?", VisionTask.Answer);

        Assert.NotEmpty(answer.Words);
        Assert.Null(answer.Confidence);
    }

    private static Question Segment(string image, string? text, params Region[] regions) =>
        new() { Image = image, Task = VisionTask.Segment, Text = text, Regions = regions, DeadlineMs = 120_000 };

    private static async Task<string> UploadAsync(ILocalizer loupe) => (await loupe.AddImageAsync(Tenant, Picture, default)).Image.Id;

    private static Task<List<AnswerPart>> AskAsync(ILocalizer loupe, string image, string? text, params Region[] regions) =>
        ListAsync(loupe.AskAsync(Tenant, Segment(image, text, regions), default));

    private static async Task<Answer> AnswerAsync(ILocalizer loupe, string image, string? text, params Region[] regions) =>
        ((DonePart)(await AskAsync(loupe, image, text, regions))[^1]).Answer;

    private static async Task<Answer> AnswerAsync(ILocalizer loupe, string image, string text, VisionTask task) =>
        ((DonePart)(await ListAsync(loupe.AskAsync(Tenant, new Question { Image = image, Task = task, Text = text }, default)))[^1]).Answer;

    private static async Task<List<AnswerPart>> ListAsync(IAsyncEnumerable<AnswerPart> stream)
    {
        List<AnswerPart> parts = [];
        await foreach (var part in stream)
        {
            parts.Add(part);
        }

        return parts;
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Where the toy model finds what a text means in the whole picture, computed without any stage.</summary>
    private Box Located(string text)
    {
        var prompt = new RegionPrompt([], new ImageSize(ToyModel.Size, ToyModel.Size), $"{ToyModel.Size}x{ToyModel.Size}");
        var generation = Model.Generations.Create(new CanonicalQuestion(VisionTask.Segment, prompt, text, Question.DefaultMaxWords));
        var state = ToyRegionReader.PrefixOf(ToyEncoder.Hash(Picture), new ModelPrompt(prompt));
        foreach (var token in generation.Prompt.Span)
        {
            state = ToyModel.Mix(state, (ulong)token + 1);
        }

        var at = ((state >> 8) % 100) / 2f;
        return new Box(at, at, at + 20, at + 20);
    }

    private static bool[] Inside(Box box) =>
    [
        .. from y in Enumerable.Range(0, ToyModel.Size)
           from x in Enumerable.Range(0, ToyModel.Size)
           select x + 0.5 >= box.X0 && x + 0.5 <= box.X1 && y + 0.5 >= box.Y0 && y + 0.5 <= box.Y1,
    ];

    private async Task<ILocalizer> OpenAsync(long answerBytes = 1_000_000)
    {
        _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions { Engine = options => options.Answers.Bytes = answerBytes });
        return _cluster.First;
    }
}
