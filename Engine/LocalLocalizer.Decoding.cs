using System.Runtime.CompilerServices;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine;

/// <summary>Answers that are not memoized: joined where they are running, else started.</summary>
public sealed partial class LocalLocalizer
{
    private async IAsyncEnumerable<AnswerPart> DecodeAsync(
        string id, ImageKey image, CanonicalQuestion canonical, Question question, long asked, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var deadline = TimeSpan.FromMilliseconds(question.DeadlineMs);
        using var ticket = _admission.Enter(_engine.Encode.IsWarm(image), deadline);
        using var expired = new CancellationTokenSource(deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, expired.Token);
        var (running, started) = JoinOrStart(id, image, canonical, question);
        _engine.Metrics.Reuse(Stage.Decode, started ? "miss" : "hit");
        if (!started)
        {
            LinkTo(running);
        }

        var parts = running.ListenAsync(either.Token).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (await NextAsync(parts, expired.Token, cancellation))
            {
                yield return parts.Current is DonePart done ? Finish(done, started, asked) : parts.Current;
            }
        }
        finally
        {
            running.Leave();
            await parts.DisposeAsync();
        }
    }

    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<AnswerPart> parts, CancellationToken expired, CancellationToken cancellation)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (OperationCanceledException) when (expired.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw LocalizerException.Of(ProblemKind.DeadlinePassed, "The deadline passed before the answer was finished; its work was cancelled.");
        }
    }

    private DonePart Finish(DonePart done, bool started, long asked)
    {
        var total = _time.GetElapsedTime(asked).TotalMilliseconds;
        var answer = done.Answer;
        // Who joined a running answer paid for no stage of it.
        return new DonePart(started
            ? answer with { Timing = answer.Timing with { TotalMs = total } }
            : answer with
            {
                Reuse = new Reuse { Features = FeatureReuse.Hit, Prefix = MemoReuse.Hit, Answer = MemoReuse.Hit },
                Timing = new Timing { TotalMs = total },
            });
    }

    private (RunningAnswer Running, bool Started) JoinOrStart(string id, ImageKey image, CanonicalQuestion canonical, Question question)
    {
        lock (_lock)
        {
            if (RemembersAnswers && _running.TryGetValue(id, out var running) && running.TryJoin())
            {
                return (running, false);
            }

            running = new RunningAnswer(image);
            running.TryJoin();
            _running[id] = running;
            _ = Task.Run(() => RunAsync(id, running, canonical, question.Priority));
            return (running, true);
        }
    }

    /// <summary>What is remembered of an image stays only where its bytes are known to be there.</summary>
    private async Task EnsureStillThereAsync(ImageKey image)
    {
        var isThere = false;
        try
        {
            isThere = await _engine.Images.DescribeAsync(image, CancellationToken.None) is not null;
        }
        finally
        {
            if (!isThere)
            {
                _answers.Forget(image);
            }
        }
    }

    private async Task RunAsync(string id, RunningAnswer running, CanonicalQuestion question, Priority priority)
    {
        Exception? failure = null;
        try
        {
            var answered = await _engine.Answer.AnswerAsync(running.Image, question, priority, running.Emit, running.Abandoned);
            if (RemembersAnswers)
            {
                _answers.Add(new AnswerMemo.Entry(id, running.Image, question.Task, answered.Said));
                await EnsureStillThereAsync(running.Image);
            }

            var reuse = new Reuse { Features = answered.Features, Prefix = answered.Prefix };
            running.Emit(new DonePart(Compose(id, running.Image, question.Task, answered.Said, reuse, answered.Timing)));
        }
        catch (OperationCanceledException)
        {
            failure = new OperationCanceledException(running.Abandoned);
        }
        catch (LocalizerException refusal)
        {
            failure = refusal;
        }
        catch (Exception error)
        {
            LogDefect(error);
            failure = LocalizerException.Of(ProblemKind.Internal, "The answer could not be computed. The server's log says why.");
        }
        finally
        {
            lock (_lock)
            {
                if (_running.TryGetValue(id, out var current) && ReferenceEquals(current, running))
                {
                    _running.Remove(id);
                }
            }

            running.End(failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A question failed")]
    private partial void LogDefect(Exception error);
}
