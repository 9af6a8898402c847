using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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

    /// <summary>Answers a question part by part.</summary>
    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken hangUp) =>
        StreamAsync(
            Begin(question, hangUp),
            async run => localizer.AskAsync(tenant, At(run, await StoredAsync(tenant, question, run.Token)), run.Token),
            hangUp);

    /// <summary>Continues an answer after a part already received.</summary>
    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken hangUp) =>
        StreamAsync(
            new QuestionRun(Outcomes.UnknownTask, _maxDeadlineMs, metrics, time, hangUp),
            run => Task.FromResult(localizer.ResumeAsync(tenant, answerId, after, run.Token)),
            hangUp);

    /// <summary>Answers a question with the whole answer.</summary>
    /// <param name="tenant">Who asks.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="patience">What to do when a full queue refuses the question; null: tell the caller at once.</param>
    /// <param name="hangUp">The caller hung up.</param>
    public async Task<Answer> AnswerAsync(string tenant, Question question, Patience? patience, CancellationToken hangUp)
    {
        using var run = Begin(question, hangUp);
        run.Enter();
        try
        {
            question = await StoredAsync(tenant, question, run.Token);
            var answer = patience is null
                ? await localizer.AnswerAsync(tenant, At(run, question), run.Token)
                : await patience.AskAsync(() => localizer.AnswerAsync(tenant, At(run, question), run.Token), () => run.Left, run.Token);
            run.Part(new DonePart(answer));
            return answer;
        }
        catch (Exception error)
        {
            Throw(run.Failed(error), error);
            throw;
        }
    }

    /// <summary>Records a question that could not even be read.</summary>
    public void Unreadable(ProblemKind kind, long started) =>
        metrics.Finished(Outcomes.UnknownTask, Outcomes.Of(kind), time.GetElapsedTime(started));

    private static async IAsyncEnumerable<AnswerPart> StreamAsync(
        QuestionRun run, Func<QuestionRun, Task<IAsyncEnumerable<AnswerPart>>> ask, [EnumeratorCancellation] CancellationToken hangUp)
    {
        using var ending = run;
        IAsyncEnumerator<AnswerPart>? parts = null;
        try
        {
            while (true)
            {
                run.Enter();
                try
                {
                    parts ??= (await ask(run)).GetAsyncEnumerator(run.Token);
                    if (!await parts.MoveNextAsync())
                    {
                        yield break;
                    }
                }
                catch (Exception error)
                {
                    Throw(run.Failed(error), error);
                    throw;
                }

                run.Part(parts.Current);
                yield return parts.Current;
            }
        }
        finally
        {
            if (parts is not null)
            {
                await parts.DisposeAsync();
            }
        }
    }

    private static void Throw(Exception told, Exception error)
    {
        if (!ReferenceEquals(told, error))
        {
            ExceptionDispatchInfo.Throw(told);
        }
    }

    private QuestionRun Begin(Question question, CancellationToken hangUp) =>
        new(NamedEnumConverter<VisionTask>.NameOf(question.Task), question.DeadlineMs, metrics, time, hangUp);

    // What is admitted by is what is left, not what was asked for.
    private static Question At(QuestionRun run, Question question) =>
        question with { DeadlineMs = Math.Max(1, (int)Math.Ceiling(run.Left.TotalMilliseconds)) };

    private async Task<Question> StoredAsync(string tenant, Question question, CancellationToken token) =>
        question.Image?.Data is { } data
            ? question with { Image = (await localizer.AddImageAsync(tenant, data, token)).Image.Id }
            : question;
}
