using System.Text.Json;

namespace Loupe.Client.Calls;

/// <summary>Calls of one server: addressed, authorized, tried again, and every failure told as a <see cref="LoupeException"/>.</summary>
internal sealed class ServerCalls
{
    private readonly LoupeClientOptions _options;
    private readonly HttpClient _http;
    private readonly RetryPolicy _retries;
    private readonly Uri _root;

    public ServerCalls(LoupeClientOptions options, HttpClient http)
    {
        (_options, _http, _retries) = (options, http, new RetryPolicy(options));

        // Without the slash a path of the server's own (behind a proxy) would be replaced instead of continued.
        _root = options.Server.AbsolutePath.EndsWith('/')
            ? options.Server
            : new UriBuilder(options.Server) { Path = options.Server.AbsolutePath + "/" }.Uri;
    }

    /// <summary>One call that is no question.</summary>
    public Task<T> CallAsync<T>(
        Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<T>> read,
        CancellationToken cancellationToken) =>
        TryAsync(
            _options.Timeout,
            TimeSpan.Zero,
            async (_, token) =>
            {
                using var response = await SendAsync(request(), token);
                return await read(response, token);
            },
            cancellationToken);

    /// <summary>Asks as long as a question's deadline allows.</summary>
    /// <param name="deadline">The question's.</param>
    /// <param name="attempt">One try; is told how much of the deadline is left.</param>
    /// <param name="cancellationToken">The caller's.</param>
    public Task<T> AskAsync<T>(
        TimeSpan deadline, Func<TimeSpan, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken) =>
        TryAsync(deadline, _options.Grace, attempt, cancellationToken);

    /// <summary>One try. The response's body is still to be read.</summary>
    /// <exception cref="LoupeException">The server refused.</exception>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            request.RequestUri = new Uri(_root, request.RequestUri!);
            if (_options.Key is { Length: > 0 } key)
            {
                request.Headers.Authorization = new("Bearer", key);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw await ProblemReader.ReadAsync(response, _options.Time.GetUtcNow(), cancellationToken);
            }
        }
    }

    private async Task<T> TryAsync<T>(
        TimeSpan limit, TimeSpan grace, Func<TimeSpan, CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        var started = _options.Time.GetTimestamp();
        using var alarm = new CancellationTokenSource(limit + grace, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, alarm.Token);
        for (var tries = 0; ; tries++)
        {
            LoupeException failure;
            var left = tries == 0 ? limit : limit - _options.Time.GetElapsedTime(started);
            try
            {
                return await attempt(left, either.Token);
            }
            catch (LoupeException refused)
            {
                failure = refused;
            }
            catch (HttpRequestException unreachable)
            {
                failure = LoupeException.Unreachable(_options.Server, unreachable);
            }
            catch (IOException broken)
            {
                failure = LoupeException.BrokenOff(_options.Server, broken);
            }
            catch (JsonException strange)
            {
                failure = LoupeException.NotUnderstood(_options.Server, strange);
            }
            catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
            {
                failure = LoupeException.TooLate(_options.Server, limit + grace, late);
            }

            left = limit - _options.Time.GetElapsedTime(started);
            if (_retries.WaitAfter(tries, failure, left) is not { } wait)
            {
                // Thrown as it is, with the stack of the try that failed.
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
                throw failure;
            }

            await Task.Delay(wait, _options.Time, cancellationToken);
        }
    }
}
