using System.Diagnostics;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Tests.Clusters;

namespace Loupe.Grains.Tests.Telemetry;

/// <summary>Nothing else runs meanwhile, since whoever listens to a source is heard by the whole process.</summary>
[CollectionDefinition("Spans", DisableParallelization = true)]
public sealed class SpansCollection;

[Collection("Spans")]
public sealed class SpansTests : IAsyncDisposable
{
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
    public async Task A_question_is_one_trace_with_its_stages_below_it()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        var loupe = await OpenAsync();
        var image = await loupe.UploadAsync();
        var root = await spans.TraceAsync(() => loupe.AskAsync(image, "what?"));

        var answer = spans.Single(root, "answer");
        var region = spans.Single(root, "region");
        var encode = spans.Single(root, "encode");
        var decode = spans.Single(root, "decode");
        Assert.Equal(
            [root.SpanId, answer.SpanId, region.SpanId, answer.SpanId],
            new[] { answer, region, encode, decode }.Select(span => spans.Above(root, span)));

        Assert.All(new[] { answer, encode }, span => Assert.Equal("miss", span.GetTagItem("loupe.reuse")));
        Assert.All(new[] { region, encode, decode }, span => Assert.Equal(1d, span.GetTagItem("loupe.batch_size")));
        Assert.All(new[] { answer, region, encode, decode }, span => Assert.True((double)span.GetTagItem("loupe.queue_ms")! >= 0));
        Assert.Equal(("answer", _cluster!.Silos[0].Name), (answer.GetTagItem("loupe.task"), answer.GetTagItem("loupe.silo")));
        Assert.All(spans.Under(root), span => Assert.NotEqual(ActivityStatusCode.Error, span.Status));
    }

    [Fact]
    public async Task What_is_reused_shows_in_the_trace()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        var loupe = await OpenAsync();
        var image = await loupe.UploadAsync();
        await loupe.AskAsync(image, "what?");
        var second = await spans.TraceAsync(() => loupe.AskAsync(image, "why?"));
        var again = await spans.TraceAsync(() => loupe.AskAsync(image, "why?"));

        Assert.Equal(
            ["decode", "answer"], spans.Under(second).Where(span => span.Source.Name == "Loupe").Select(span => span.OperationName));
        Assert.Equal(
            ("miss", "hit"),
            (spans.Single(second, "answer").GetTagItem("loupe.reuse"), spans.Single(second, "answer").GetTagItem("loupe.reuse.prefix")));
        Assert.Equal("hit", Assert.Single(spans.Under(again), span => span.Source.Name == "Loupe").GetTagItem("loupe.reuse"));
    }

    [Fact]
    public async Task A_question_that_joins_anothers_answer_points_to_its_trace()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        var loupe = await OpenAsync();
        var image = await loupe.UploadAsync();
        Model.Encoder.Gate.Reset();
        var first = spans.TraceAsync(() => loupe.AskAsync(image, "what?"));
        await Wait.UntilAsync(() => Model.Encoder.Waiting == 1);
        var second = spans.TraceAsync(() => loupe.AskAsync(image, "what?"));
        await Wait.UntilAsync(() => _cluster!.Get<Admission>(_cluster.Silos[0]).Inside == 2);
        Model.Encoder.Gate.Set();
        var (started, joined) = (spans.Single(await first, "answer"), spans.Single(await second, "answer"));

        Assert.Equal(started.Context, Assert.Single(joined.Links).Context);
        Assert.Equal("hit", joined.GetTagItem("loupe.reuse"));
    }

    [Fact]
    public async Task A_question_that_fails_ends_its_span_as_failed_and_tells_no_more_than_the_kind()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        var loupe = await OpenAsync();
        var image = await loupe.UploadAsync();
        Model.Encoder.Fault = _ => new InvalidOperationException($"tensor of {image}");
        var root = await spans.TraceAsync(() => Assert.ThrowsAsync<LocalizerException>(() => loupe.AskAsync(image, "what?")));

        var answer = spans.Single(root, "answer");
        Assert.Equal((ActivityStatusCode.Error, "Internal"), (answer.Status, answer.GetTagItem("error.type")));
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
        var loupe = await OpenAsync(traced: false);
        var image = await loupe.UploadAsync();
        using var request = own.StartActivity("request")!;
        await loupe.AskAsync(image, "what?");

        Assert.Empty(request.TagObjects);
        Assert.Empty(request.Links);
        Assert.Same(request, Activity.Current);
    }

    private async Task<ILocalizer> OpenAsync(bool traced = true)
    {
        _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions { Traced = traced });
        return _cluster.First;
    }
}
