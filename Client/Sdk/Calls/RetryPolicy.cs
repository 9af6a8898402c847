namespace Loupe.Client.Calls;

/// <summary>When to try again.</summary>
internal sealed class RetryPolicy(LoupeClientOptions options)
{
    private const double Spread = 0.25;

    /// <summary>
    /// As long as the server said, else doubling; then up to a quarter more, so that clients refused together do not
    /// return together.
    /// </summary>
    /// <param name="attempt">How many tries failed before this one.</param>
    /// <param name="failure">Of the last try.</param>
    /// <param name="left">Until the deadline.</param>
    /// <returns>Null where trying again is no use.</returns>
    public TimeSpan? WaitAfter(int attempt, LoupeException failure, TimeSpan left)
    {
        if (!failure.IsTransient || attempt >= options.MaxRetries || failure.Problem.RetryAfter > options.LongestRetry)
        {
            return null;
        }

        // A doubling beyond the longest wait would overflow before it mattered.
        var doubled = options.FirstRetry.TotalSeconds * Math.Pow(2, attempt);
        var wait = failure.Problem.RetryAfter ?? TimeSpan.FromSeconds(Math.Min(doubled, options.LongestRetry.TotalSeconds));
        var spread = wait + (wait * Spread * options.Random.NextDouble());
        return spread < left ? spread : null;
    }
}
