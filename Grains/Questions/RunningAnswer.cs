using System.Diagnostics;
using Loupe.Engine.Batching;

namespace Loupe.Grains.Questions;

/// <summary>
/// An answer in the making, for all who ask the same question. Each listener gets every part from the beginning. When the
/// last one leaves, the work is cancelled. Parts may be added on any thread.
/// </summary>
internal sealed class RunningAnswer
{
    private readonly Lock _lock = new();
    private readonly List<AnswerPart> _parts = [];
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TaskCompletionSource<Answer> _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _more;
    private int _listeners;

    /// <summary>The span of the question that started it; none where nobody listens.</summary>
    public ActivityContext Span { get; } = Activity.Current?.Context ?? default;

    /// <summary>Of the most urgent who asks.</summary>
    public Urgency Urgency { get; } = new(Priority.Bulk);

    /// <summary>Cancelled when nobody listens any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>The answer, or the failure.</summary>
    public Task<Answer> Whole => _whole.Task;

    /// <summary>Counts one more listener; false where all had left before, so that the work is lost already.</summary>
    public bool TryJoin(Priority priority)
    {
        lock (_lock)
        {
            if (_abandoned.IsCancellationRequested)
            {
                return false;
            }

            _listeners++;
        }

        Urgency.Raise(priority);
        return true;
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_listeners > 0 || _whole.Task.IsCompleted)
            {
                return;
            }
        }

        _abandoned.Cancel();
    }

    /// <summary>Adds a part: a word or a region.</summary>
    public void Emit(AnswerPart part)
    {
        TaskCompletionSource? more;
        lock (_lock)
        {
            _parts.Add(part);
            (more, _more) = (_more, null);
        }

        more?.TrySetResult();
    }

    /// <summary>Ends with the whole answer, or with the failure.</summary>
    public void End(Answer? answer, Exception? failure)
    {
        TaskCompletionSource? more;
        lock (_lock)
        {
            (more, _more) = (_more, null);
            if (failure is null)
            {
                _whole.TrySetResult(answer!);
            }
            else
            {
                _whole.TrySetException(failure);
            }
        }

        // Where all have left nobody looks at it.
        _ = _whole.Task.Exception;
        more?.TrySetResult();
    }

    /// <summary>The part of an index, once it is there; null once there is none left.</summary>
    public async ValueTask<AnswerPart?> PartAsync(int index, CancellationToken cancellation)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (index < _parts.Count)
                {
                    return _parts[index];
                }

                if (_whole.Task.IsCompleted)
                {
                    return null;
                }

                more = (_more ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            await more.WaitAsync(cancellation);
        }
    }
}
