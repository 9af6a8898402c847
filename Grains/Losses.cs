using Loupe.Grains.Hosting;

namespace Loupe.Grains;

/// <summary>
/// How one question outlives the silos it is asked of. A loss is asked again elsewhere for a while; a refusal for want of a
/// silo once, as the grain is elsewhere the next time or a device is back.
/// </summary>
/// <param name="options">For how long, and how often.</param>
/// <param name="time">By which a loss lasts too long.</param>
internal sealed class Losses(LoupeClusterOptions options, TimeProvider time)
{
    private long? _since;

    /// <summary>Whether a call failed because a silo was lost on the way, not because of what it was asked.</summary>
    public static bool IsLoss(Exception error) => error is OrleansException or TimeoutException or EnumerationAbortedException;

    /// <summary>Something arrived: what is lost from now on is a new loss.</summary>
    public void Over() => _since = null;

    /// <summary>Whether the question may be asked again after a failure.</summary>
    /// <exception cref="LocalizerException">It was asked again for long enough.</exception>
    public bool MayHeal(Exception error)
    {
        if (error is LocalizerException refusal)
        {
            var first = _since is null;
            _since ??= time.GetTimestamp();
            return refusal.Problem.Kind == ProblemKind.Unavailable && first;
        }

        if (!IsLoss(error) && error is not OperationCanceledException)
        {
            return false;
        }

        _since ??= time.GetTimestamp();
        return time.GetElapsedTime(_since.Value).TotalSeconds < options.RecoverySeconds
            ? true
            : throw LocalizerException.Of(
                ProblemKind.Unavailable, "The silo that answers about this image was lost; another takes over.", TimeSpan.FromSeconds(1));
    }

    /// <summary>Waits before the question is asked again.</summary>
    public Task PauseAsync(CancellationToken cancellation) =>
        Task.Delay(TimeSpan.FromMilliseconds(options.RetryMilliseconds), time, cancellation);
}
