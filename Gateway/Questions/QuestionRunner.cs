using System.Runtime.CompilerServices;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Metering;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Questions;

/// <summary>
/// Runs a question: uploads the image inside it, asks, holds it to its deadline, and records how it went. Cancelling, or
/// ending the enumeration, cancels the work.
/// </summary>
internal sealed class QuestionRunner(
    ILocalizer localizer, GatewayMetrics metrics, TimeProvider time, IOptions<GatewayOptions> options)
{
    private readonly int _maxDeadlineMs = options.Value.MaxDeadlineMs;

    /// <summary>Answers a question.</summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="patience">What to do when a full queue refuses the question; null: tell the caller at once.</param>
    /// <param name="hangUp">The caller hung up.</param>
    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, Patience? patience, CancellationToken hangUp)
    {
        var started = time.GetTimestamp();
        return RunAsync(
            NamedEnumConverter<VisionTask>.NameOf(question.Task),
            question.DeadlineMs,
            token => AskNowAsync(tenant, question, started, patience, token),
            hangUp);
    }

    /// <summary>Continues an answer after a part already received.</summary>
    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken hangUp) =>
        RunAsync(Outcomes.UnknownTask, _maxDeadlineMs, token => localizer.ResumeAsync(tenant, answerId, after, token), hangUp);

    /// <summary>Answers a question with the whole answer.</summary>
    public async Task<Answer> AnswerAsync(string tenant, Question question, Patience? patience, CancellationToken hangUp)
    {
        await foreach (var part in AskAsync(tenant, question, patience, hangUp))
        {
            if (part is DonePart done)
            {
                return done.Answer;
            }
        }

        throw new InvalidOperationException("The answer ended without its last part.");
    }

    /// <summary>Records a question that could not even be read.</summary>
    public void Unreadable(ProblemKind kind, long started) =>
        metrics.Finished(Outcomes.UnknownTask, Outcomes.Of(kind), time.GetElapsedTime(started));

    private async IAsyncEnumerable<AnswerPart> AskNowAsync(
        string tenant, Question question, long started, Patience? patience, [EnumeratorCancellation] CancellationToken token)
    {
        if (question.Image?.Data is { } data)
        {
            var stored = await localizer.AddImageAsync(tenant, data, token);
            question = question with { Image = stored.Image.Id };
        }

        await using var parts = patience is null
            ? localizer.AskAsync(tenant, Left(), token).GetAsyncEnumerator(token)
            : await patience.FirstPartAsync(() => localizer.AskAsync(tenant, Left(), token), Remaining, token);
        while (await parts.MoveNextAsync())
        {
            yield return parts.Current;
        }

        TimeSpan Remaining() => TimeSpan.FromMilliseconds(question.DeadlineMs) - time.GetElapsedTime(started);

        // The localizer counts from when it is asked; the caller counts from when it asked us.
        Question Left() => question with { DeadlineMs = Math.Max(1, (int)Math.Ceiling(Remaining().TotalMilliseconds)) };
    }

    private async IAsyncEnumerable<AnswerPart> RunAsync(
        string task, int deadlineMs, Func<CancellationToken, IAsyncEnumerable<AnswerPart>> ask, [EnumeratorCancellation] CancellationToken hangUp)
    {
        var started = time.GetTimestamp();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(deadlineMs), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hangUp, deadline.Token);
        using var span = QuestionSpan.Start();
        var outcome = Outcomes.Cancelled;
        var first = true;
        var parts = ask(either.Token).GetAsyncEnumerator(either.Token);
        try
        {
            while (true)
            {
                AnswerPart part;
                QuestionSpan.Enter(span);
                try
                {
                    if (!await parts.MoveNextAsync())
                    {
                        break;
                    }

                    part = parts.Current;
                }
                catch (OperationCanceledException) when (hangUp.IsCancellationRequested)
                {
                    throw;
                }
                catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
                {
                    outcome = Outcomes.Of(ProblemKind.DeadlinePassed);
                    throw new LocalizerException(
                        new Problem { Kind = ProblemKind.DeadlinePassed, Detail = $"There was no answer within {deadlineMs} ms." }, exception);
                }
                catch (LocalizerException exception)
                {
                    outcome = Outcomes.Of(exception.Problem.Kind);
                    throw;
                }
                catch (Exception) when (!hangUp.IsCancellationRequested)
                {
                    outcome = Outcomes.Error;
                    throw;
                }

                if (first)
                {
                    first = false;
                    metrics.FirstWord(time.GetElapsedTime(started));
                    QuestionSpan.FirstPart(span, time.GetElapsedTime(started));
                }

                if (part is DonePart done)
                {
                    outcome = Outcomes.Ok;
                    task = NamedEnumConverter<VisionTask>.NameOf(done.Answer.Task);
                    QuestionSpan.Answered(span, done.Answer);
                }

                yield return part;
            }
        }
        finally
        {
            metrics.Finished(task, outcome, time.GetElapsedTime(started));
            QuestionSpan.Ended(span, task, outcome);
            await parts.DisposeAsync();
        }
    }
}
