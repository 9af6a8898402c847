using System.Diagnostics;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Telemetry;

/// <summary>Nothing else runs meanwhile, since whoever listens to a source is heard by the whole process.</summary>
[CollectionDefinition("Spans", DisableParallelization = true)]
public sealed class SpansCollection;

[Collection("Spans")]
public sealed class SpansTests : IAsyncDisposable
{
    private const string Tenant = "tenant";

    private readonly TemporaryFolder _folder = new();
    private readonly ToyModel _model = new(slots: 8);
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
    public async Task A_question_is_one_trace_with_its_stages_below_it()
    {
        using var spans = new CollectedSpans();
        var loupe = Open();
        var image = await UploadAsync(loupe);
        var root = await spans.TraceAsync(() => AskAsync(loupe, image, "what?"));

        var answer = spans.Single(root, "answer");
        var region = spans.Single(root, "region");
        var encode = spans.Single(root, "encode");
        var decode = spans.Single(root, "decode");
        Assert.Equal(
            [root.SpanId, answer.SpanId, region.SpanId, answer.SpanId],
            new[] { answer, region, encode, decode }.Select(span => span.ParentSpanId));
        Assert.Equal(4, spans.Under(root).Count);

        Assert.All(new[] { answer, region, encode }, span => Assert.Equal("miss", span.GetTagItem("loupe.reuse")));
        Assert.All(new[] { region, encode, decode }, span => Assert.Equal(1d, span.GetTagItem("loupe.batch_size")));
        Assert.All(new[] { answer, region, encode, decode }, span => Assert.True((double)span.GetTagItem("loupe.queue_ms")! >= 0));
        Assert.Equal(("answer", "a silo"), (answer.GetTagItem("loupe.task"), answer.GetTagItem("loupe.silo")));
        Assert.All(spans.Under(root), span => Assert.Equal(ActivityStatusCode.Unset, span.Status));
    }

    [Fact]
    public async Task What_is_reused_shows_in_the_trace()
    {
        using var spans = new CollectedSpans();
        var loupe = Open();
        var image = await UploadAsync(loupe);
        await AskAsync(loupe, image, "what?");
        var second = await spans.TraceAsync(() => AskAsync(loupe, image, "why?"));
        var again = await spans.TraceAsync(() => AskAsync(loupe, image, "why?"));

        Assert.Equal(["region", "decode", "answer"], spans.Under(second).Select(span => span.OperationName));
        Assert.Equal("hit", spans.Single(second, "region").GetTagItem("loupe.reuse"));
        Assert.Null(spans.Single(second, "region").GetTagItem("loupe.batch_size"));
        Assert.Equal(("miss", "hit"), (spans.Single(second, "answer").GetTagItem("loupe.reuse"), spans.Single(second, "answer").GetTagItem("loupe.reuse.prefix")));
        Assert.Equal("hit", Assert.Single(spans.Under(again)).GetTagItem("loupe.reuse"));
    }

    [Fact]
    public async Task A_question_that_joins_anothers_answer_points_to_its_trace()
    {
        using var spans = new CollectedSpans();
        var loupe = Open();
        var image = await UploadAsync(loupe);
        _model.Encoder.Gate.Reset();
        var first = spans.TraceAsync(() => AskAsync(loupe, image, "what?"));
        while (_engine!.Encode.UnderWay == 0)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        var second = spans.TraceAsync(() => AskAsync(loupe, image, "what?"));
        while (_admission!.Inside < 2)
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        _model.Encoder.Gate.Set();
        var (started, joined) = (spans.Single(await first, "answer"), Assert.Single(spans.Under(await second)));

        Assert.Equal(started.Context, Assert.Single(joined.Links).Context);
        Assert.Equal("hit", joined.GetTagItem("loupe.reuse"));
    }

    [Fact]
    public async Task A_refused_question_ends_its_span_as_failed_and_tells_no_more_than_the_kind()
    {
        using var spans = new CollectedSpans();
        var loupe = Open();
        var image = new string('0', 64);
        var root = await spans.TraceAsync(() => Assert.ThrowsAsync<LocalizerException>(() => AskAsync(loupe, image, "what?")));

        var answer = Assert.Single(spans.Under(root));
        Assert.Equal((ActivityStatusCode.Error, "NotFound"), (answer.Status, answer.GetTagItem("error.type")));
        Assert.DoesNotContain(answer.TagObjects, tag => $"{tag.Value}".Contains(image));
    }

    [Fact]
    public void Nobody_listening_no_span_is_made_and_nothing_allocated()
    {
        Assert.False(EngineSpans.IsHeard);
        Work();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Work();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Work()
        {
            using var span = EngineSpans.Start("encode");
            Assert.Null(span);
            span?.SetTag(EngineSpans.Words, 3);
            span.TagDevice(TimeSpan.FromTicks(7), TimeSpan.FromTicks(8), batch: 2);
        }
    }

    [Fact]
    public async Task A_listener_to_other_spans_gets_none_of_ours_and_its_own_stay_as_they_were()
    {
        using var own = new ActivitySource("Elsewhere");
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Elsewhere",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        var loupe = Open();
        var image = await UploadAsync(loupe);
        using var request = own.StartActivity("request")!;
        await AskAsync(loupe, image, "what?");

        Assert.Empty(request.TagObjects);
        Assert.Empty(request.Links);
        Assert.Same(request, Activity.Current);
    }

    private LocalLocalizer Open()
    {
        var options = new EngineOptions { Name = "a silo", Data = _folder.Path, Features = new FeatureOptions { TierBytes = 0 } };
        var metrics = new EngineMetrics();
        var images = new FileImageStore(_folder.Path, new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance);
        _engine = new EngineParts(_model, options, images, metrics, TimeProvider.System, NullLoggerFactory.Instance);
        _admission = new Admission(_engine, TimeSpan.FromSeconds(60), metrics);
        return new LocalLocalizer(_engine, _admission, options, TimeProvider.System, NullLogger<LocalLocalizer>.Instance);
    }

    private static async Task<string> UploadAsync(LocalLocalizer loupe) =>
        (await loupe.AddImageAsync(Tenant, "a picture"u8.ToArray(), default)).Image.Id;

    private static async Task AskAsync(LocalLocalizer loupe, string image, string text)
    {
        await foreach (var part in loupe.AskAsync(Tenant, new Question { Image = image, Text = text, DeadlineMs = 120_000 }, default))
        {
            Assert.NotNull(part);
        }
    }
}
