using System.Collections.Concurrent;
using System.Diagnostics;

namespace Loupe.Grains.Tests.Telemetry;

/// <summary>Listens to spans; those of one trace are told apart by its root, for tests run beside each other.</summary>
internal sealed class CollectedSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly ActivitySource _roots = new("Tests");

    public CollectedSpans(params string[] more)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source =>
                source.Name == "Tests" || source.Name.StartsWith("Loupe", StringComparison.Ordinal) || more.Contains(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _ended.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Runs something under a span of its own, and gives that span.</summary>
    public async Task<Activity> TraceAsync(Func<Task> work)
    {
        using var root = _roots.StartActivity("test")!;
        await work();
        return root;
    }

    /// <summary>The spans below a root, as they ended.</summary>
    public IReadOnlyList<Activity> Under(Activity root) =>
        [.. _ended.Where(span => span.TraceId == root.TraceId && span.SpanId != root.SpanId)];

    /// <summary>One span by its name.</summary>
    public Activity Single(Activity root, string name) => Xunit.Assert.Single(Under(root), span => span.OperationName == name);

    /// <summary>The nearest span above one that is the root or Loupe's own, over those of the calls between grains.</summary>
    public ActivitySpanId Above(Activity root, Activity span)
    {
        var all = Under(root).ToDictionary(one => one.SpanId);
        var above = span.ParentSpanId;
        while (above != root.SpanId
            && all.TryGetValue(above, out var parent)
            && !parent.Source.Name.StartsWith("Loupe", StringComparison.Ordinal))
        {
            above = parent.ParentSpanId;
        }

        return above;
    }

    /// <summary>Waits until a trace has so many spans of a name.</summary>
    public async Task UntilAsync(Activity root, string name, int count = 1)
    {
        while (Under(root).Count(span => span.OperationName == name) < count)
        {
            await Task.Delay(5, Xunit.TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until every span below a root has its parent among them.</summary>
    public async Task WholeAsync(Activity root)
    {
        while (Under(root) is var all
            && all.Any(span => span.ParentSpanId != root.SpanId && all.All(other => other.SpanId != span.ParentSpanId)))
        {
            await Task.Delay(5, Xunit.TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _listener.Dispose();
        _roots.Dispose();
    }
}
