using System.Diagnostics;
using Loupe.Gateway.Metering;

namespace Loupe.Gateway.Questions;

/// <summary>
/// One question's time, from when it came to when its last part has gone: the only clock that counts its deadline, and the
/// record of how it went. Everything below is cancelled by its token.
/// </summary>
internal sealed class QuestionRun : IDisposable
{
    private readonly GatewayMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _deadlineMs;
    private readonly CancellationToken _hangUp;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _either;
    private readonly Activity? _span = QuestionSpan.Start();
    private readonly long _started;
    private string _task;
    private string _outcome = Outcomes.Cancelled;
    private bool _begun;

    public QuestionRun(string task, int deadlineMs, GatewayMetrics metrics, TimeProvider time, CancellationToken hangUp)
    {
        (_task, _deadlineMs, _metrics, _time, _hangUp) = (task, deadlineMs, metrics, time, hangUp);
        _started = time.GetTimestamp();
        _deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(deadlineMs), time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(hangUp, _deadline.Token);
    }

    /// <summary>The deadline passed, or the caller hung up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>What is left until the deadline.</summary>
    public TimeSpan Left => TimeSpan.FromMilliseconds(_deadlineMs) - _time.GetElapsedTime(_started);

    /// <summary>What follows is done for this question.</summary>
    public void Enter() => QuestionSpan.Enter(_span);

    /// <summary>A part goes to the caller.</summary>
    public void Part(AnswerPart part)
    {
        if (!_begun)
        {
            _begun = true;
            _metrics.FirstWord(_time.GetElapsedTime(_started));
            QuestionSpan.FirstPart(_span, _time.GetElapsedTime(_started));
        }

        if (part is DonePart done)
        {
            _outcome = Outcomes.Ok;
            _task = NamedEnumConverter<VisionTask>.NameOf(done.Answer.Task);
            QuestionSpan.Answered(_span, done.Answer);
        }
    }

    /// <summary>The question failed.</summary>
    /// <returns>What the caller is told, which is the error itself unless the deadline passed.</returns>
    public Exception Failed(Exception error)
    {
        if (_hangUp.IsCancellationRequested)
        {
            return error;
        }

        switch (error)
        {
            case OperationCanceledException when _deadline.IsCancellationRequested:
                _outcome = Outcomes.Of(ProblemKind.DeadlinePassed);
                return new LocalizerException(
                    new Problem { Kind = ProblemKind.DeadlinePassed, Detail = $"There was no answer within {_deadlineMs} ms." }, error);
            case LocalizerException refusal:
                _outcome = Outcomes.Of(refusal.Problem.Kind);
                return error;
            default:
                _outcome = Outcomes.Error;
                return error;
        }
    }

    public void Dispose()
    {
        _metrics.Finished(_task, _outcome, _time.GetElapsedTime(_started));
        QuestionSpan.Ended(_span, _task, _outcome);
        _span?.Dispose();
        _either.Dispose();
        _deadline.Dispose();
    }
}
