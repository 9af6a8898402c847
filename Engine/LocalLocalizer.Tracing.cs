using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine;

/// <summary>The span <c>answer</c> around a question, from its validation to its last part.</summary>
public sealed partial class LocalLocalizer
{
    private async IAsyncEnumerable<AnswerPart> TraceAsync(
        string tenant, Question question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var span = EngineSpans.Start("answer");
        span?.SetTag(EngineSpans.Task, EngineSpans.NameOf(question.Task));
        span?.SetTag(EngineSpans.Silo, _options.Name);

        // The first step runs in this method's context, and what it starts is the span's child; later ones only listen.
        await using var parts = AnswerAsync(tenant, question, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            try
            {
                if (!await parts.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (Exception error)
            {
                span.TagFailure(error);
                throw;
            }

            if (parts.Current is DonePart { Answer: var answer })
            {
                span.TagAnswer(answer);
            }

            yield return parts.Current;
        }
    }

    /// <summary>A question that joins another's answer has no stages of its own: its span points to the one that has.</summary>
    private static void LinkTo(RunningAnswer running)
    {
        if (running.Span != default && Activity.Current is { Source.Name: EngineSpans.SourceName } span && span.Context != running.Span)
        {
            span.AddLink(new ActivityLink(running.Span));
        }
    }
}
