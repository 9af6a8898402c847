namespace Loupe.Client;

/// <summary>Requests, and what is tried again.</summary>
public sealed partial class LoupeClient
{
    /// <remarks>A whole answer is read inside the try, so that one cut off half-way is asked for again.</remarks>
    private async Task<HttpResponseMessage> RequestAsync(
        Func<HttpRequestMessage> create, HttpCompletionOption until, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var request = Address(create());
                var response = await ReachAsync(request, until, cancellation);
                await ThrowUnlessOkAsync(response, cancellation);
                return response;
            }
            catch (LoupeException error) when (error.IsTransient && attempt < _options.MaxRetries)
            {
                await WaitAsync(attempt, error.Problem.RetryAfter, cancellation);
            }
        }
    }

    private async Task<HttpResponseMessage> ReachAsync(HttpRequestMessage request, HttpCompletionOption until, CancellationToken cancellation)
    {
        try
        {
            return await _http.SendAsync(request, until, cancellation);
        }
        catch (HttpRequestException error)
        {
            throw LoupeException.Unreachable(_options.Server, error);
        }
    }

    private static async Task ThrowUnlessOkAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            using (response)
            {
                throw await LoupeException.OfAsync(response, cancellation);
            }
        }
    }

    private HttpRequestMessage Address(HttpRequestMessage request)
    {
        request.RequestUri = new Uri(_server, request.RequestUri!);
        if (_options.Key is { Length: > 0 } key)
        {
            request.Headers.Authorization = new("Bearer", key);
        }

        return request;
    }

    /// <summary>As long as the server said, else doubling; spread, so that clients refused together do not return together.</summary>
    private Task WaitAsync(int attempt, TimeSpan? asked, CancellationToken cancellation)
    {
        var wait = asked ?? (_options.FirstRetry * Math.Pow(2, attempt));
        var spread = wait + (wait * 0.25 * _options.Random.NextDouble());

        // A Retry-After that names a moment may name one that is past.
        var bounded = TimeSpan.FromTicks(Math.Clamp(spread.Ticks, 0, _options.LongestRetry.Ticks));
        return Task.Delay(bounded, _options.Time, cancellation);
    }
}
