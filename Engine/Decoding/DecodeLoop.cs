using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Decoding;

/// <summary>
/// Continuous batching: one thread owns the decoder, and sequences join and leave between token steps.
/// <para>
/// Active sequences fill the slots 0 … n−1 without holes, because a batch is a contiguous run of slots: a sequence
/// joins in slot n (its prefix is copied there once and its prompt read), and when one leaves, the last takes its
/// place. At most a few join between two steps, so that a burst of new questions
/// does not make the running ones stutter. A cancelled sequence leaves before the next step. Words are
/// told as they come, to somebody who does not wait, so a slow reader never holds up the loop.
/// </para>
/// <para>
/// A step of few rows costs nearly as much as one of several. So while somebody else waits for the same processors, a step
/// of few rows lets them go first, for a few milliseconds at most: what they are at work on will join it.
/// </para>
/// </summary>
public sealed partial class DecodeLoop : IDisposable
{
    private readonly IDecoder _decoder;
    private readonly int _joinsPerStep;
    private readonly StepHold _hold;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BusyMeter _busy;
    private readonly EngineMetrics _metrics;
    private readonly Lock _lock = new();
    private readonly WaitingLine<Sequence> _line = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _thread;
    private readonly Sequence[] _active;
    private readonly int[] _tokens;
    private readonly int[] _past;
    private readonly int[] _read;
    private readonly TokenOutputs _outputs;
    private readonly List<AnswerPart> _fresh = [];
    private volatile bool _stopping;
    private volatile int _count;
    private double _sequenceSeconds;

    public DecodeLoop(IDecoder decoder, int vocabulary, int joinsPerStep, StepHold hold, BusyMeter busy, EngineMetrics metrics, TimeProvider time, ILogger<DecodeLoop> logger)
    {
        (_decoder, _joinsPerStep, _time, _logger) = (decoder, joinsPerStep, time, logger);
        (_hold, _busy, _metrics) = (hold, busy, metrics);
        _active = new Sequence[decoder.Slots];
        _tokens = new int[decoder.Slots];
        _past = new int[decoder.Slots];
        _read = new int[decoder.Slots];
        _outputs = new TokenOutputs(decoder.Slots, vocabulary);
        _thread = new Thread(Run) { IsBackground = true, Name = "decode" };
        _thread.Start();
    }

    /// <summary>Sequences that hold a slot.</summary>
    public int Active => _count;

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
            var ahead = Waiting + _count - _decoder.Slots + 1;
            return ahead <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Volatile.Read(ref _sequenceSeconds) * ahead / _decoder.Slots);
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
}
