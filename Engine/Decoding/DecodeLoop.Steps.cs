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
            if (_count == 0)
            {
                _work.Wait();
            }

            if (_stopping)
            {
                break;
            }

            LeaveCancelled();
            Join();
            if (_count > 0 && _hold.Left(_count) is var left && left > TimeSpan.Zero)
            {
                // Whatever comes first: its end, or a sequence that joins.
                _work.Wait(left);
            }
            else if (_count > 0)
            {
                Step();
            }
        }

        var stopped = LocalizerException.Of(ProblemKind.Unavailable, "The server is shutting down.", TimeSpan.FromSeconds(1));
        while (_count > 0)
        {
            Leave(_count - 1).Fail(stopped);
        }

        while (Next() is { } waiting)
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
        for (var slot = _count - 1; slot >= 0; slot--)
        {
            if (_active[slot].Cancellation.IsCancellationRequested)
            {
                var sequence = Leave(slot);
                sequence.Fail(new OperationCanceledException(sequence.Cancellation));
            }
        }
    }

    private void Join()
    {
        for (var joined = 0; _count < _decoder.Slots && (joined < _joinsPerStep || _count == 0);)
        {
            if (Next() is not { } sequence)
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
        var slot = _count;
        sequence.Joined = _time.GetTimestamp();
        _metrics.Queued(Features.Stage.Decode, _time.GetElapsedTime(sequence.Enqueued, sequence.Joined));
        try
        {
            try
            {
                _decoder.Load(slot, sequence.Prefix.Value);
            }
            finally
            {
                sequence.Prefix.Dispose();
            }

            var prompt = sequence.Generation.Prompt.Span;
            _decoder.Prefill(slot, prompt, _decoder.PrefixLength, _outputs);
            _active[slot] = sequence;
            _past[slot] = _decoder.PrefixLength + prompt.Length;
            _read[slot] = 0;
            _count++;
            Advance(slot, row: 0);
        }
        catch (Exception error)
        {
            Fault(sequence, slot, error);
        }
    }

    private void Step()
    {
        var rows = _count;
        _metrics.Batch(Features.Stage.Decode, rows);
        try
        {
            var started = _time.GetTimestamp();
            _decoder.Step(_tokens.AsSpan(0, rows), _past.AsSpan(0, rows), _outputs);
            _busy.Add(_time.GetElapsedTime(started));
        }
        catch (Exception error)
        {
            LogStepFailed(error, rows);
            while (_count > 0)
            {
                Leave(_count - 1).Fail(error);
            }

            return;
        }

        // From the last row to the first, because a leaving row takes the place of nobody before it.
        for (var row = rows - 1; row >= 0; row--)
        {
            _past[row]++;
            _read[row]++;
            _active[row].Steps++;
            _active[row].Rows += rows;
            try
            {
                Advance(row, row);
            }
            catch (Exception error)
            {
                Fault(_active[row], row, error);
            }
        }
    }

    private void Advance(int slot, int row)
    {
        var sequence = _active[slot];
        _fresh.Clear();
        var next = sequence.Generation.Advance(_outputs.Logits(row), _outputs.Place(row), _outputs.Plausible(row), _fresh);
        foreach (var part in _fresh)
        {
            sequence.Emit(part);
        }

        if (next >= 0 && _read[slot] < sequence.Generation.MaxNewTokens && _past[slot] < _decoder.MaxLength)
        {
            _tokens[slot] = next;
            return;
        }

        Leave(slot);
        var now = _time.GetTimestamp();
        var decoding = _time.GetElapsedTime(sequence.Joined, now);
        Smooth(decoding.TotalSeconds);
        sequence.Complete(new SequenceOutcome(
            sequence.Generation.Finish(), _time.GetElapsedTime(sequence.Enqueued, sequence.Joined), decoding,
            sequence.Steps == 0 ? 1 : (double)sequence.Rows / sequence.Steps));
    }

    /// <summary>Takes a sequence out of its slot; the last one moves into the hole.</summary>
    private Sequence Leave(int slot)
    {
        var leaving = _active[slot];
        var last = --_count;
        if (slot != last)
        {
            _decoder.Move(last, slot, _past[last]);
            (_active[slot], _tokens[slot], _past[slot], _read[slot]) = (_active[last], _tokens[last], _past[last], _read[last]);
        }

        _active[last] = null!;
        return leaving;
    }

    private void Fault(Sequence sequence, int slot, Exception error)
    {
        LogSequenceFailed(error);
        if (slot < _count && ReferenceEquals(_active[slot], sequence))
        {
            Leave(slot);
        }

        sequence.Fail(error);
    }

    private Sequence? Next()
    {
        lock (_lock)
        {
            return _line.TryTake(out var sequence) ? sequence : null;
        }
    }

    private void Smooth(double seconds) =>
        Volatile.Write(ref _sequenceSeconds, _sequenceSeconds == 0 ? seconds : ((1 - CostSmoothing) * _sequenceSeconds) + (CostSmoothing * seconds));

    [LoggerMessage(Level = LogLevel.Error, Message = "A decode step over {Rows} sequences failed")]
    private partial void LogStepFailed(Exception error, int rows);

    [LoggerMessage(Level = LogLevel.Error, Message = "A sequence failed")]
    private partial void LogSequenceFailed(Exception error);
}
