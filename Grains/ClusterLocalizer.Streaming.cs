using System.Runtime.CompilerServices;
using Loupe.Grains.Keys;

namespace Loupe.Grains;

/// <summary>Streams that outlive the silo they came from.</summary>
public sealed partial class ClusterLocalizer
{
    // The home tells that the deadline passed; this much later the caller says so for a home that does not.
    private static readonly TimeSpan HomeSpeaksFirst = TimeSpan.FromSeconds(1);

    private async IAsyncEnumerable<AnswerPart> StreamAsync(
        string tenant, Question question, StreamPosition position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        var grain = GrainOf(tenant, question);
        using var expired = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Clamp(question.DeadlineMs, 0, 3_600_000)) + HomeSpeaksFirst, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, expired.Token);
        Loss? loss = null;
        while (true)
        {
            var rest = loss is null ? question : question with { DeadlineMs = Math.Max(1, question.DeadlineMs - (int)time.GetElapsedTime(asked).TotalMilliseconds) };
            var parts = grain.AskAsync(Portable.Of(rest), position, either.Token).GetAsyncEnumerator(either.Token);
            try
            {
                bool more;
                do
                {
                    try
                    {
                        more = await parts.MoveNextAsync();
                        loss = null;
                    }
                    catch (OperationCanceledException) when (expired.IsCancellationRequested && !cancellation.IsCancellationRequested)
                    {
                        throw LocalizerException.Of(ProblemKind.DeadlinePassed, "The deadline passed before the answer was finished; its work was cancelled.");
                    }
                    catch (Exception error) when (!either.IsCancellationRequested && MayHealElsewhere(error, loss))
                    {
                        loss = new Loss(error, loss?.At ?? time.GetTimestamp());
                        break;
                    }

                    if (more)
                    {
                        position = position.After(parts.Current);
                        yield return parts.Current;
                    }
                }
                while (more);
                if (loss is null)
                {
                    yield break;
                }
            }
            finally
            {
                // Tells the home to let go, without waiting for a home that may be gone.
                _ = parts.DisposeAsync().AsTask();
            }

            LogSiloLost(loss.Error);
            await PauseAsync(either.Token, cancellation);
        }
    }

    private IQueryGrain GrainOf(string tenant, Question question)
    {
        var id = question.Image?.Id ?? throw LocalizerException.Invalid("image", "is required: the id of an uploaded image, or its bytes");
        return ImageKey.IsId(id)
            ? grains.GetGrain<IQueryGrain>(AddressOf(new ImageKey(tenant, id)).With(QuestionHash.Of(question)))
            : throw LocalizerException.Invalid("image", "an image's id is 64 lower-case hexadecimal digits");
    }

    private bool MayHealElsewhere(Exception error, Loss? before)
    {
        if (error is LocalizerException refusal)
        {
            // A silo that drains refuses; the grain is elsewhere the next time. Once, as others may be full too.
            return refusal.Problem.Kind == ProblemKind.Unavailable && before is null;
        }

        if (!WasLost(error) && error is not OperationCanceledException)
        {
            return false;
        }

        return before is null || time.GetElapsedTime(before.At).TotalSeconds < options.Value.RecoverySeconds
            ? true
            : throw LocalizerException.Of(ProblemKind.Unavailable, "The silo that answers about this image was lost; another takes over.", TimeSpan.FromSeconds(1));
    }

    private async Task PauseAsync(CancellationToken either, CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(options.Value.RetryMilliseconds), time, either);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw LocalizerException.Of(ProblemKind.DeadlinePassed, "The deadline passed while the silo that answered was being replaced.");
        }
    }

    /// <param name="Error">How it showed.</param>
    /// <param name="At">When the first of several losses in a row showed.</param>
    private sealed record Loss(Exception Error, long At);
}
