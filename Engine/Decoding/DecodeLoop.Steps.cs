using Loupe.Engine.Models;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Decoding;

/// <summary>What the decode thread does.</summary>
public sealed partial class DecodeLoop
{
    private const double CostSmoothing = 0.1;

    private void Run()
    {
        while (true)
        {
            if (_active.Count == 0)
            {
                _work.Wait();
            }

            if (_stopping)
            {
                break;
            }

            LeaveCancelled();
            Join();
            if (_active.Count > 0 && _hold.Left(_taken) is var left && left > TimeSpan.Zero)
            {
                // Whatever comes first: its end, or a sequence that joins.
                _work.Wait(left);
            }
            else if (_active.Count > 0)
            {
                Step();
            }
        }

        var stopped = LocalizerException.Of(ProblemKind.Unavailable, "The server is shutting down.", TimeSpan.FromSeconds(1));
        while (_active.Count > 0)
        {
            Leave(_active.Count - 1).Fail(stopped);
        }

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

    private void LeaveCancelled()
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

    private void Join()
    {
        for (var joined = 0; joined < _joinsPerStep || _active.Count == 0;)
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
            Join(sequence);
        }
    }

    private void Join(Sequence sequence)
    {
        sequence.Joined = _time.GetTimestamp();
        _metrics.Queued(Features.Stage.Decode, _time.GetElapsedTime(sequence.Enqueued, sequence.Joined));
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

    private void Step()
    {
        var rows = 0;
        foreach (var sequence in _active)
        {
            for (var row = 0; row < sequence.Lines.Count; row++)
            {
                _rows[rows++] = sequence.Lines.Row(row, sequence.Past);
            }
        }

        _metrics.Batch(Features.Stage.Decode, rows);
        try
        {
            var started = _time.GetTimestamp();
            _decoder.Step(_rows.AsSpan(0, rows), _outputs);
            _busy.Add(_time.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            LogStepFailed(error, rows);
            while (_active.Count > 0)
            {
                Leave(_active.Count - 1).Fail(error);
            }

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

    private Sequence? Next(Predicate<Sequence>? fits)
    {
        lock (_lock)
        {
            return _line.TryTake(out var sequence, fits) ? sequence : null;
        }
    }

    private void Smooth(double seconds) =>
        Volatile.Write(ref _sequenceSeconds, _sequenceSeconds == 0 ? seconds : ((1 - CostSmoothing) * _sequenceSeconds) + (CostSmoothing * seconds));

    [LoggerMessage(Level = LogLevel.Error, Message = "A decode step over {Rows} sequences failed")]
    private partial void LogStepFailed(Exception error, int rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sequence failed")]
    private partial void LogSequenceFailed(Exception error);
}
