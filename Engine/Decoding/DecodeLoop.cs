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
    private readonly List<Sequence> _active;
    private readonly Stack<int> _free;
    private readonly DecodeRow[] _rows;
    private readonly NextToken[] _next;
    private readonly Predicate<Sequence> _fits;
    private readonly TokenOutputs _outputs;
    private readonly List<AnswerPart> _fresh = [];
    private volatile bool _stopping;
    private volatile int _taken;
    private double _sequenceSeconds;

    public DecodeLoop(IDecoder decoder, int vocabulary, int joinsPerStep, StepHold hold, BusyMeter busy, EngineMetrics metrics, TimeProvider time, ILogger<DecodeLoop> logger)
    {
        (_decoder, _joinsPerStep, _time, _logger) = (decoder, joinsPerStep, time, logger);
        (_hold, _busy, _metrics) = (hold, busy, metrics);
        _active = new List<Sequence>(decoder.Slots);
        _free = new Stack<int>(Enumerable.Range(0, decoder.Slots).Reverse());
        _rows = new DecodeRow[decoder.Slots];
        _next = new NextToken[decoder.Slots];
        _fits = sequence => sequence.Lines.Width <= _free.Count;
        _outputs = new TokenOutputs(decoder.Slots, vocabulary, decoder.Outputs);
        _thread = new Thread(Run) { IsBackground = true, Name = "decode" };
        _thread.Start();
    }

    /// <summary>Slots that are taken.</summary>
    public int Active => _taken;

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
            var ahead = Waiting + _taken - _decoder.Slots + 1;
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
}
