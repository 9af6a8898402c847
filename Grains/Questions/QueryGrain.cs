using System.Diagnostics;
using System.Runtime.CompilerServices;
using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models.Plans;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;
using Loupe.Grains.Values;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Loupe.Grains.Questions;

/// <inheritdoc cref="IQueryGrain"/>
[PlaceWithImage(SiloRoles.Decode), Reentrant, KeepAlive]
internal sealed partial class QueryGrain(
    GenerationHost engine,
    EngineOptions options,
    Admission admission,
    Readings readings,
    IImageStore images,
    AnswerShelf shelf,
    Census census,
    EngineMetrics metrics,
    TimeProvider time,
    ILogger<QueryGrain> logger) : Grain, IQueryGrain
{
    private readonly ILogger _logger = logger;
    private Asked? _question;
    private RunningAnswer? _running;
    private Answer? _remembered;
    private AnswerShelf.Place? _place;
    private int _listeners;
    private volatile bool _lost;

    private bool Remembers => options.Reuse is ReuseMode.Full or ReuseMode.Answer;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        census.Query(+1);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        census.Query(-1);
        if (_place is not null)
        {
            shelf.Leave(_place);
        }

        return Task.CompletedTask;
    }

    public async Task<Answer> AnswerAsync(Asked asked, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var span = Span(asked);
        if (Recall(asked) is { } remembered)
        {
            return span.Telling(Again(remembered, started));
        }

        using var ticket = Enter(asked);
        var (running, first) = JoinOrStart(asked);
        Interlocked.Increment(ref _listeners);
        try
        {
            return span.Telling(Told(await running.Whole.WaitAsync(cancellationToken), first, started));
        }
        catch (Exception error)
        {
            span.TagFailure(error);
            throw;
        }
        finally
        {
            running.Leave();
            Left();
        }
    }

    public async IAsyncEnumerable<AnswerPart> StreamAsync(
        Asked asked, StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var span = Span(asked);
        if (Recall(asked) is { } remembered)
        {
            foreach (var part in PartsOf(remembered).Where(from.IsBefore))
            {
                yield return part;
            }

            yield return new DonePart(span.Telling(Again(remembered, started)));
            yield break;
        }

        using var ticket = Enter(asked);
        var (running, first) = JoinOrStart(asked);
        Interlocked.Increment(ref _listeners);
        try
        {
            for (var i = 0; await running.PartAsync(i, cancellationToken) is { } part; i++)
            {
                if (from.IsBefore(part))
                {
                    yield return part;
                }
            }

            yield return new DonePart(span.Telling(Told(await running.Whole, first, started)));
        }
        finally
        {
            running.Leave();
            Left();
        }
    }

    public Task<Answer?> RecallAsync(CancellationToken cancellationToken)
    {
        if (_question is null)
        {
            // It was activated by this very call, and there is nothing to hold.
            DeactivateOnIdle();
        }

        return Task.FromResult(_remembered);
    }

    public IAsyncEnumerable<AnswerPart> ResumeAsync(StreamPosition from, TimeSpan left, CancellationToken cancellationToken)
    {
        if (_question is null)
        {
            DeactivateOnIdle();
            throw LocalizerException.Of(ProblemKind.NotFound, "That question was never asked, or long ago. Ask it again.");
        }

        return StreamAsync(_question with { Left = left }, from, cancellationToken);
    }

    private Answer? Recall(Asked asked)
    {
        _question = asked;
        if (_place is null)
        {
            _place = new AnswerShelf.Place(asked.Image, Lose);
            shelf.Put(_place, AnswerShelf.SizeOf(null));
        }

        if (_remembered is not null)
        {
            metrics.Reuse(StageName.Decode, "hit");
            shelf.Touch(_place);
        }

        return _remembered;
    }

    // A grain that goes ends the streams of those who still listen: it goes when the last has left.
    private void Lose()
    {
        _lost = true;
        if (Volatile.Read(ref _listeners) == 0)
        {
            DeactivateOnIdle();
        }
    }

    private void Left()
    {
        if (Interlocked.Decrement(ref _listeners) == 0 && _lost)
        {
            DeactivateOnIdle();
        }
    }

    /// <exception cref="LocalizerException">Refused before any work.</exception>
    private IDisposable Enter(Asked asked)
    {
        if (admission.IsDraining && Volatile.Read(ref _listeners) == 0)
        {
            // Deactivation alone would not do: callers remember where the grain was, and would wake it here again.
            this.MigrateOnIdle();
        }

        var generation = engine.Current;
        return admission.Enter(generation.Store.Contains(generation.Encode.KeyOf(asked.Image)), asked.Left);
    }

    private (RunningAnswer Running, bool First) JoinOrStart(Asked asked)
    {
        if (Remembers && _running is { } running && running.TryJoin(asked.Priority))
        {
            metrics.Reuse(StageName.Decode, "hit");
            LinkTo(running);
            return (running, false);
        }

        metrics.Reuse(StageName.Decode, "miss");
        running = new RunningAnswer();
        running.TryJoin(asked.Priority);
        _running = running;
        _ = RunAsync(running, asked);
        return (running, true);
    }

    private async Task RunAsync(RunningAnswer running, Asked asked)
    {
        Answer? answer = null;
        Exception? failure = null;
        try
        {
            var generation = engine.Current;
            var address = new ImageAddress(asked.Image, generation.Model.Bundle.Digest);
            Answered answered;
            var isThere = false;
            try
            {
                answered = await generation.Answer.AnswerAsync(
                    readings.For(generation, address, running.Urgency), asked.Question, running.Urgency, running.Emit, running.Abandoned);
            }
            finally
            {
                isThere = await IsStillThereAsync(generation, asked.Image);
            }

            answer = Compose(QuestionAddress.IdOf(address, asked.Question), asked, answered, generation.Model.Bundle);
            if (isThere)
            {
                Remember(running, answer);
            }
        }
        catch (OperationCanceledException cancelled)
        {
            failure = cancelled;
        }
        catch (LocalizerException refusal)
        {
            failure = refusal;
        }
        catch (Exception gone) when (gone is ObjectDisposedException || Losses.IsLoss(gone))
        {
            // The silo ends under the question; another answers it.
            failure = LocalizerException.Of(ProblemKind.Unavailable, "The silo is leaving; ask again.", TimeSpan.FromSeconds(1));
        }
        catch (Exception error)
        {
            LogDefect(error);
            failure = LocalizerException.Of(ProblemKind.Internal, "The answer could not be computed. The server's log says why.");
        }
        finally
        {
            if (ReferenceEquals(_running, running))
            {
                _running = null;
            }

            running.End(answer, failure);
        }
    }

    private void Remember(RunningAnswer running, Answer answer)
    {
        if (Remembers && ReferenceEquals(_running, running))
        {
            _remembered = answer with { Reuse = AllHit, Timing = new Timing() };
            if (!shelf.Put(_place!, AnswerShelf.SizeOf(answer)))
            {
                _remembered = null;
                Lose();
            }
        }
    }

    /// <summary>
    /// Forgetting an image removes its bytes first; what was computed from them meanwhile must not stay, nor where nobody can
    /// tell whether they are there.
    /// </summary>
    private async Task<bool> IsStillThereAsync(ModelGeneration generation, ImageKey image)
    {
        var isThere = false;
        try
        {
            isThere = await images.DescribeAsync(image, CancellationToken.None) is not null;
            return isThere;
        }
        finally
        {
            if (!isThere)
            {
                generation.Store.Forget(image);
                shelf.Forget(image);
            }
        }
    }

    private static readonly Reuse AllHit = new() { Features = FeatureReuse.Hit, Prefix = MemoReuse.Hit, Answer = MemoReuse.Hit };

    private Answer Again(Answer remembered, long started) => remembered with { Timing = Total(new Timing(), started) };

    // Who joined a running answer paid for no stage of it.
    private Answer Told(Answer answer, bool first, long started) => first
        ? answer with { Timing = Total(answer.Timing, started) }
        : answer with { Reuse = AllHit, Timing = Total(new Timing(), started) };

    private Timing Total(Timing timing, long started) => timing with { TotalMs = time.GetElapsedTime(started).TotalMilliseconds };

    private static IEnumerable<AnswerPart> PartsOf(Answer answer) =>
        answer.Words.Select((word, i) => (AnswerPart)new WordPart(i, word))
            .Concat(answer.Regions.Select((region, i) => new RegionPart(i, region)));

    private static Answer Compose(string id, Asked asked, Answered answered, BundleDescription bundle) => new()
    {
        Id = id,
        Image = asked.Image.Id,
        Task = asked.Question.Task,
        Text = answered.Said.Text,
        Rationale = answered.Said.Rationale,
        Words = answered.Said.Words,
        Regions = answered.Said.Regions,
        Reuse = new Reuse { Features = answered.Features, Prefix = answered.Prefix },
        Timing = answered.Timing,
        Model = new ModelIdentity(bundle.Name, bundle.Digest),
        Finish = answered.Said.Finish,
        Confidence = answered.Said.Confidence,
    };

    private Activity? Span(Asked asked)
    {
        var span = EngineSpans.Start("answer");
        span?.SetTag(EngineSpans.Task, asked.Question.Task.Name);
        span?.SetTag(EngineSpans.Silo, options.Name);
        return span;
    }

    /// <summary>A question that joins another's answer has no stages of its own: its span points to the one that has.</summary>
    private static void LinkTo(RunningAnswer running)
    {
        if (running.Span != default && Activity.Current is { Source.Name: EngineSpans.SourceName } span && span.Context != running.Span)
        {
            span.AddLink(new ActivityLink(running.Span));
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A question failed")]
    private partial void LogDefect(Exception error);
}
