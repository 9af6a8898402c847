using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;

namespace Loupe.Gateway.Questions;

/// <summary>
/// How a line of a batch takes a full queue: it asks again when it was told that a retry may succeed, as long as its
/// deadline allows, because nobody gains when a pipeline's own pressure fails its questions.
/// </summary>
internal sealed class Patience(string tenant, RequestRate rate, Drain drain, TimeProvider time)
{
    /// <summary>Asks until there is an answer, or a refusal that waiting does not mend.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="left">What is left of the deadline.</param>
    /// <param name="token">Deadline passed, or the caller hung up.</param>
    public async Task<Answer> AskAsync(Func<Task<Answer>> ask, Func<TimeSpan> left, CancellationToken token)
    {
        while (true)
        {
            TimeSpan wait;
            try
            {
                await rate.TakeOrRefuseAsync(tenant, token);
                return await ask();
            }
            catch (LocalizerException exception) when (!drain.Begun && MayPass(exception.Problem, left(), out wait))
            {
            }

            await Task.Delay(wait, time, token);
        }
    }

    private static bool MayPass(Problem problem, TimeSpan left, out TimeSpan wait)
    {
        wait = problem.RetryAfter ?? TimeSpan.Zero;
        return problem is { Kind: ProblemKind.Overloaded or ProblemKind.Unavailable, RetryAfter: not null } && wait < left;
    }
}
