using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Decoding;

/// <summary>
/// Continuous batching: one thread owns the decoder, and sequences join and leave between token steps.
/// <para>
/// A sequence joins when as many slots are free as it may have rows (its prefix is copied into the first once, and its
/// prompt read) and gives them back when it leaves; where slots lie is the decoder's affair. At most a few join between two
/// steps, so that a burst of new questions does not make the running ones stutter. A cancelled sequence leaves before the
/// next step. Words are told as they come, to somebody who does not wait, so a slow reader never holds up the loop.
/// </para>
/// <para>
/// A step of few rows costs nearly as much as one of several. So while somebody else waits for the same processors, a step
/// of few rows lets them go first, for a few milliseconds at most: what they are at work on will join it.
/// </para>
/// </summary>
internal sealed class DecodeLoop : IDisposable
{
    private readonly IDecoder _decoder;
    private readonly DecodeBatch _batch;
    private readonly Predicate<Sequence> _fits;
    private readonly int _joinsPerStep;
    private readonly StepHold _hold;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly WaitingLine<Sequence> _line = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _thread;
    private volatile bool _stopping;

    public DecodeLoop(
        IDecoder decoder, int vocabulary, int joinsPerStep, StepHold hold, BusyMeter busy, EngineMetrics metrics, TimeProvider time,
        ILogger<DecodeLoop> logger)
    {
        (_decoder, _joinsPerStep, _hold, _time) = (decoder, joinsPerStep, hold, time);
        _batch = new DecodeBatch(decoder, vocabulary, busy, metrics, time, logger);
        _fits = _batch.Fits;
        _thread = new Thread(Run) { IsBackground = true, Name = "decode" };
        _thread.Start();
    }

    /// <summary>Slots that are taken.</summary>
    public int Active => _batch.Taken;

    /// <summary>Sequences that wait for a slot.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>How long a sequence that starts now would wait for a slot.</summary>
    public TimeSpan EstimatedWait
    {
        get
        {
            var ahead = Waiting + _batch.Taken - _decoder.Slots + 1;
            return ahead <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(_batch.SequenceSeconds * ahead / _decoder.Slots);
        }
    }

    /// <summary>Puts a sequence in line.</summary>
    /// <param name="generation">What to read and how to go on.</param>
    /// <param name="prefix">Disposed by the loop once it is copied, or when the sequence never gets that far.</param>
    /// <param name="urgency">Which line; raised, it moves to the other.</param>
    /// <param name="emit">Told of words and regions as they are decoded, on the loop's own thread; must not wait.</param>
    /// <param name="cancellation">Takes it out of the line, or frees its slot before the next step.</param>
    public Sequence Start(
        Generation generation, FeatureStore.Lease prefix, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(generation.Width, _decoder.Slots);
        var sequence = new Sequence(generation, prefix, emit, _time.GetTimestamp(), cancellation);
        LinkedListNode<Sequence> place;
        lock (_lock)
        {
            if (_stopping)
            {
                prefix.Dispose();
                sequence.Fail(LocalizerException.Of(ProblemKind.Unavailable, "The server is shutting down.", TimeSpan.FromSeconds(1)));
                return sequence;
            }

            place = _line.Add(sequence, urgency.Value);

            // Within the lock: whoever stops the loop disposes it only after all that was let in is signalled.
            _work.Release();
        }

        urgency.Watch(() =>
        {
            lock (_lock)
            {
                _line.Raise(place);
            }
        });
        sequence.Leaving = cancellation.Register(() => Leave(place));
        if (sequence.Outcome.IsCompleted)
        {
            // It was over before the watch began.
            sequence.Leaving.Dispose();
        }

        return sequence;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }

            _stopping = true;
        }

        _work.Release();
        _thread.Join();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            if (_batch.Count == 0)
            {
                _work.Wait();
            }

            if (_stopping)
            {
                break;
            }

            _batch.LeaveCancelled();
            Join();
            if (_batch.Count > 0 && _hold.Left(_batch.Taken) is var left && left > TimeSpan.Zero)
            {
                // Whatever comes first: its end, or a sequence that joins.
                _work.Wait(left);
            }
            else if (_batch.Count > 0)
            {
                _batch.Step();
            }
        }

        var stopped = LocalizerException.Of(ProblemKind.Unavailable, "The server is shutting down.", TimeSpan.FromSeconds(1));
        _batch.Fail(stopped);
        while (Next(fits: null) is { } waiting)
        {
            waiting.Prefix.Dispose();
            waiting.Fail(stopped);
        }
    }

    // A sequence that waits; one that has a slot leaves it between two steps.
    private void Leave(LinkedListNode<Sequence> place)
    {
        bool left;
        lock (_lock)
        {
            left = _line.Remove(place);
        }

        if (left)
        {
            Cancel(place.Value);
        }
    }

    private static void Cancel(Sequence sequence)
    {
        sequence.Prefix.Dispose();
        sequence.Fail(new OperationCanceledException(sequence.Cancellation));
    }

    private void Join()
    {
        for (var joined = 0; joined < _joinsPerStep || _batch.Count == 0;)
        {
            if (Next(_fits) is not { } sequence)
            {
                return;
            }

            if (sequence.Cancellation.IsCancellationRequested)
            {
                Cancel(sequence);
                continue;
            }

            joined++;
            _batch.Join(sequence);
        }
    }

    private Sequence? Next(Predicate<Sequence>? fits)
    {
        lock (_lock)
        {
            return _line.TryTake(out var sequence, fits) ? sequence : null;
        }
    }
}
