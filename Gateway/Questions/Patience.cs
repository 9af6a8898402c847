using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;

namespace Loupe.Gateway.Questions;

/// <summary>
/// How a line of a batch takes a full queue: it asks again when it was told that a retry may succeed, as long as its
/// deadline allows, because nobody gains when a pipeline's own pressure fails its questions.
/// </summary>
internal sealed class Patience(string tenant, RequestRate rate, Drain drain, TimeProvider time)
{
    /// <summary>Asks until there is a first part, or a refusal that waiting does not mend.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="remaining">What is left of the deadline.</param>
    /// <param name="token">Deadline passed, or the caller hung up.</param>
    public async ValueTask<IAsyncEnumerator<AnswerPart>> FirstPartAsync(
        Func<IAsyncEnumerable<AnswerPart>> ask, Func<TimeSpan> remaining, CancellationToken token)
    {
        while (true)
        {
            IAsyncEnumerator<AnswerPart>? parts = null;
            TimeSpan wait;
            try
            {
                rate.TakeOrRefuse(tenant);
                parts = ask().GetAsyncEnumerator(token);
                return new Begun(parts, await parts.MoveNextAsync());
            }
            catch (LocalizerException exception) when (!drain.Begun && MayPass(exception.Problem, remaining(), out wait))
            {
            }
            catch when (parts is not null)
            {
                await parts.DisposeAsync();
                throw;
            }

            if (parts is not null)
            {
                await parts.DisposeAsync();
            }

            await Task.Delay(wait, time, token);
        }
    }

    private static bool MayPass(Problem problem, TimeSpan remaining, out TimeSpan wait)
    {
        wait = problem.RetryAfter ?? TimeSpan.Zero;
        return problem is { Kind: ProblemKind.Overloaded or ProblemKind.Unavailable, RetryAfter: not null } && wait < remaining;
    }

    /// <summary>An enumeration whose first step was already taken.</summary>
    private sealed class Begun(IAsyncEnumerator<AnswerPart> parts, bool any) : IAsyncEnumerator<AnswerPart>
    {
        private bool _begun;

        public AnswerPart Current => parts.Current;

        public ValueTask<bool> MoveNextAsync()
        {
            if (_begun)
            {
                return parts.MoveNextAsync();
            }

            _begun = true;
            return ValueTask.FromResult(any);
        }

        public ValueTask DisposeAsync() => parts.DisposeAsync();
    }
}
