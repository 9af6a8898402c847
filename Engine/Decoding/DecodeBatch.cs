using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Decoding;

/// <summary>
/// The sequences that hold slots of the decoder: they join, step together and leave. Decode thread only, but for <see
/// cref="Taken"/>.
/// </summary>
internal sealed partial class DecodeBatch
{
    private const double CostSmoothing = 0.1;

    private readonly IDecoder _decoder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BusyMeter _busy;
    private readonly EngineMetrics _metrics;
    private readonly List<Sequence> _active;
    private readonly Stack<int> _free;
    private readonly DecodeRow[] _rows;
    private readonly NextToken[] _next;
    private readonly TokenOutputs _outputs;
    private readonly List<AnswerPart> _fresh = [];
    private volatile int _taken;
    private double _sequenceSeconds;

    public DecodeBatch(IDecoder decoder, int vocabulary, BusyMeter busy, EngineMetrics metrics, TimeProvider time, ILogger logger)
    {
        (_decoder, _time, _logger, _busy, _metrics) = (decoder, time, logger, busy, metrics);
        _active = new List<Sequence>(decoder.Slots);
        _free = new Stack<int>(Enumerable.Range(0, decoder.Slots).Reverse());
        _rows = new DecodeRow[decoder.Slots];
        _next = new NextToken[decoder.Slots];
        _outputs = new TokenOutputs(decoder.Slots, vocabulary, decoder.Outputs);
    }

    /// <summary>Sequences.</summary>
    public int Count => _active.Count;

    /// <summary>Slots that they have set aside. Any thread.</summary>
    public int Taken => _taken;

    /// <summary>How long a sequence has a slot, as measured lately. Any thread.</summary>
    public double SequenceSeconds => Volatile.Read(ref _sequenceSeconds);

    /// <summary>Whether there are slots for all rows of a sequence.</summary>
    public bool Fits(Sequence sequence) => sequence.Lines.Width <= _free.Count;

    /// <summary>Takes out who is not waited for any more.</summary>
    public void LeaveCancelled()
    {
        for (var at = _active.Count - 1; at >= 0; at--)
        {
            if (_active[at].Cancellation.IsCancellationRequested)
            {
                var sequence = Leave(at);
                sequence.Fail(new OperationCanceledException(sequence.Cancellation));
            }
        }
    }

    /// <summary>Ends all sequences with a failure.</summary>
    public void Fail(Exception error)
    {
        while (_active.Count > 0)
        {
            Leave(_active.Count - 1).Fail(error);
        }
    }

    /// <summary>Gives a sequence that fits its slots, and reads its prompt.</summary>
    public void Join(Sequence sequence)
    {
        sequence.Joined = _time.GetTimestamp();
        _metrics.Queued(Features.StageName.Decode, _time.GetElapsedTime(sequence.Enqueued, sequence.Joined));
        sequence.Lines.Take(_free);
        _taken += sequence.Lines.Width;
        _active.Add(sequence);
        try
        {
            var slot = sequence.Lines.Slots[0];
            var prompt = sequence.Generation.Prompt.Span;
            try
            {
                sequence.Past = _decoder.Load(slot, sequence.Prefix.Value);
            }
            finally
            {
                sequence.Prefix.Dispose();
            }

            _decoder.Prefill(slot, prompt, sequence.Past, _outputs);
            sequence.Past += prompt.Length;
            Advance(sequence, first: 0);
        }
        catch (Exception error)
        {
            Fault(sequence, error);
        }
    }

    /// <summary>One token for every row of every sequence.</summary>
    public void Step()
    {
        var rows = 0;
        foreach (var sequence in _active)
        {
            for (var row = 0; row < sequence.Lines.Count; row++)
            {
                _rows[rows++] = sequence.Lines.Row(row, sequence.Past);
            }
        }

        _metrics.Batch(Features.StageName.Decode, rows);
        try
        {
            var started = _time.GetTimestamp();
            _decoder.Step(_rows.AsSpan(0, rows), _outputs);
            var took = _time.GetElapsedTime(started);
            _busy.Add(took);
            _metrics.Worked(Features.StageName.Decode, took);
        }
        catch (Exception error)
        {
            LogStepFailed(error, rows);
            Fail(error);
            return;
        }

        // From the last to the first, because a leaving sequence takes the place of nobody before it.
        var end = rows;
        for (var at = _active.Count - 1; at >= 0; at--)
        {
            var sequence = _active[at];
            end -= sequence.Lines.Count;
            sequence.Past++;
            sequence.Read++;
            sequence.Steps++;
            sequence.Beside += rows;
            try
            {
                Advance(sequence, end);
            }
            catch (Exception error)
            {
                Fault(sequence, error);
            }
        }
    }

    private void Advance(Sequence sequence, int first)
    {
        _fresh.Clear();
        var generation = sequence.Generation;
        var next = _next.AsSpan(0, sequence.Lines.Width);
        var rows = generation.Advance(new StepOutputs(_outputs, first, sequence.Lines.Count), next, _fresh);
        foreach (var part in _fresh)
        {
            sequence.Emit(part);
        }

        if (rows > 0 && sequence.Read < generation.MaxNewTokens && sequence.Past < _decoder.MaxLength)
        {
            sequence.Lines.GoOn(next[..rows], sequence.Past, _decoder);
            return;
        }

        Leave(_active.IndexOf(sequence));
        var decoding = _time.GetElapsedTime(sequence.Joined);
        Smooth(decoding.TotalSeconds);
        sequence.Complete(new SequenceOutcome(
            generation.Finish(), _time.GetElapsedTime(sequence.Enqueued, sequence.Joined), decoding,
            sequence.Steps == 0 ? 1 : (double)sequence.Beside / sequence.Steps));
    }

    /// <summary>Takes a sequence out and frees its slots; the last one moves into its place in the list.</summary>
    private Sequence Leave(int at)
    {
        var leaving = _active[at];
        _active[at] = _active[^1];
        _active.RemoveAt(_active.Count - 1);
        for (var i = 0; i < leaving.Lines.Width; i++)
        {
            _decoder.Free(leaving.Lines.Slots[i]);
            _free.Push(leaving.Lines.Slots[i]);
        }

        _taken -= leaving.Lines.Width;
        return leaving;
    }

    private void Fault(Sequence sequence, Exception error)
    {
        LogSequenceFailed(error);
        if (_active.IndexOf(sequence) is >= 0 and var at)
        {
            Leave(at);
        }

        sequence.Fail(error);
    }

    private void Smooth(double seconds) =>
        Volatile.Write(
            ref _sequenceSeconds, _sequenceSeconds == 0 ? seconds : ((1 - CostSmoothing) * _sequenceSeconds) + (CostSmoothing * seconds));

    [LoggerMessage(Level = LogLevel.Error, Message = "A decode step over {Rows} sequences failed")]
    private partial void LogStepFailed(Exception error, int rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sequence failed")]
    private partial void LogSequenceFailed(Exception error);
}
