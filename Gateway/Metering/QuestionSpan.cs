using System.Diagnostics;
using System.Text.Json;

namespace Loupe.Gateway.Metering;

/// <summary>
/// The span <c>question</c>: one question as its caller sees it, under the span of its request (a batch has many). Nobody
/// listening, it is null and costs nothing.
/// </summary>
internal static class QuestionSpan
{
    public const string SourceName = "Loupe.Gateway";

    private static readonly ActivitySource Source = new(SourceName);

    public static Activity? Start() => Source.StartActivity("question");

    /// <summary>What is called now becomes its child. An iterator forgets it whenever it hands a part out.</summary>
    public static void Enter(Activity? span)
    {
        if (span is not null)
        {
            Activity.Current = span;
        }
    }

    public static void FirstPart(Activity? span, TimeSpan after) => span?.SetTag("loupe.first_word_ms", after.TotalMilliseconds);

    public static void Answered(Activity? span, Answer answer)
    {
        if (span is not null)
        {
            span.SetTag("loupe.reuse", NameOf(answer.Reuse.Answer));
            span.SetTag("loupe.reuse.prefix", NameOf(answer.Reuse.Prefix));
            span.SetTag("loupe.reuse.features", NameOf(answer.Reuse.Features));
            span.SetTag("loupe.queue_ms", answer.Timing.QueueMs);
        }
    }

    public static void Ended(Activity? span, string task, string outcome)
    {
        if (span is not null)
        {
            span.SetTag("loupe.task", task);
            span.SetTag("loupe.outcome", outcome);
            if (outcome is not (Outcomes.Ok or Outcomes.Cancelled))
            {
                span.SetStatus(ActivityStatusCode.Error, outcome);
            }
        }
    }

    private static string NameOf<T>(T found)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(found.ToString());
}
