using System.Diagnostics;

namespace Loupe.Engine.Telemetry;

/// <summary>
/// Spans of the engine: <c>answer</c> around a question, and <c>encode</c>, <c>region</c>, <c>detect</c>, <c>decode</c> and
/// <c>mask</c> around its stages. Nobody listening, none is made and nothing is allocated. Tags tell what was reused, how long
/// the device was waited for and what shared its batch; never an image, a text, a key or a tenant.
/// </summary>
internal static class EngineSpans
{
    public const string SourceName = "Loupe";

    /// <summary>Where a value was found: <c>hit</c>, <c>replica</c>, <c>tier</c>, <c>miss</c>.</summary>
    public const string Reuse = "loupe.reuse";

    /// <summary>Waiting for the device, in milliseconds.</summary>
    public const string QueueMs = "loupe.queue_ms";

    /// <summary>Device time of the whole batch, in milliseconds.</summary>
    public const string DeviceMs = "loupe.device_ms";

    /// <summary>Elements of the batch; for <c>decode</c> the mean number of sequences in its steps.</summary>
    public const string BatchSize = "loupe.batch_size";

    public const string Task = "loupe.task";

    public const string Words = "loupe.words";

    /// <summary>Which process worked, by <c>Loupe:Name</c>.</summary>
    public const string Silo = "loupe.silo";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>Whether anybody would see a span.</summary>
    public static bool IsHeard => Source.HasListeners();

    /// <summary>A span under the current one; null where nobody listens.</summary>
    public static Activity? Start(string name) => Source.StartActivity(name);

    /// <summary>What a value took that the device computed.</summary>
    public static void TagDevice(this Activity? span, TimeSpan queued, TimeSpan device, double batch)
    {
        if (span is not null)
        {
            span.SetTag(QueueMs, queued.TotalMilliseconds);
            span.SetTag(DeviceMs, device.TotalMilliseconds);
            span.SetTag(BatchSize, batch);
        }
    }

    /// <summary>What a whole answer reused: the answer itself, the prefix of its regions, the image's features.</summary>
    public static void TagAnswer(this Activity? span, Answer answer)
    {
        if (span is not null)
        {
            span.SetTag(Reuse, NameOf(answer.Reuse.Answer));
            span.SetTag("loupe.reuse.prefix", NameOf(answer.Reuse.Prefix));
            span.SetTag("loupe.reuse.features", NameOf(answer.Reuse.Features));
            span.SetTag(QueueMs, answer.Timing.QueueMs);
            span.SetTag(Words, answer.Words.Count);
        }
    }

    /// <summary>Tags a whole answer's span on its way to the caller.</summary>
    public static Answer Telling(this Activity? span, Answer answer)
    {
        span.TagAnswer(answer);
        return answer;
    }

    public static string NameOf(FeatureReuse found) => found switch
    {
        FeatureReuse.Hit => "hit",
        FeatureReuse.Replica => "replica",
        FeatureReuse.Tier => "tier",
        _ => "miss",
    };

    private static string NameOf(MemoReuse found) => found == MemoReuse.Hit ? "hit" : "miss";

    /// <summary>The span ends as failed, by a name that gives nothing away.</summary>
    public static void TagFailure(this Activity? span, Exception error)
    {
        if (span is not null)
        {
            var kind = error switch
            {
                LocalizerException refusal => refusal.Problem.Kind.ToString(),
                OperationCanceledException => "Cancelled",
                _ => "Internal",
            };
            span.SetTag("error.type", kind);
            span.SetStatus(ActivityStatusCode.Error, kind);
        }
    }
}
