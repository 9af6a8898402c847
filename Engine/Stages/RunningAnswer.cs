using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Loupe.Engine.Stages;

/// <summary>
/// An answer in the making, listened to by all who ask the same question. Each listener gets every part from the
/// beginning. When the last one leaves, the work is cancelled.
/// </summary>
internal sealed class RunningAnswer(ImageKey image)
{
    private readonly Lock _lock = new();
    private readonly List<AnswerPart> _parts = [];
    private readonly CancellationTokenSource _abandoned = new();
    private TaskCompletionSource _more = NewSignal();
    private Exception? _failure;
    private bool _ended;
    private int _listeners;

    public ImageKey Image => image;

    /// <summary>The span of the question that started it; none where nobody listens.</summary>
    public ActivityContext Span { get; } = Activity.Current?.Context ?? default;

    /// <summary>Cancelled when nobody listens any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Counts one more listener; false where all had left before, so that the work is lost already.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_abandoned.IsCancellationRequested)
            {
                return false;
            }

            _listeners++;
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_listeners > 0 || _ended)
            {
                return;
            }

            _abandoned.Cancel();
        }
    }

    public void Emit(AnswerPart part) => Change(() => _parts.Add(part));

    public void End(Exception? failure) => Change(() => (_ended, _failure) = (true, failure));

    /// <summary>The parts from the first on, then the failure if there was one. The caller joined before.</summary>
    public async IAsyncEnumerable<AnswerPart> ListenAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var next = 0; ;)
        {
            var (part, ended, more) = Look(next);
            if (part is not null)
            {
                next++;
                yield return part;
            }
            else if (ended)
            {
                yield break;
            }
            else
            {
                await more.WaitAsync(cancellation);
            }
        }
    }

    private (AnswerPart? Part, bool Ended, Task More) Look(int next)
    {
        lock (_lock)
        {
            if (next < _parts.Count)
            {
                return (_parts[next], false, _more.Task);
            }

            return _ended && _failure is not null ? throw _failure : (null, _ended, _more.Task);
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            change();
            (signal, _more) = (_more, NewSignal());
        }

        signal.SetResult();
    }
}
