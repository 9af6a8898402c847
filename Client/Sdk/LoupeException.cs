using System.Net.Http.Headers;
using System.Text.Json;

namespace Loupe.Client;

/// <summary>A server refused or failed, or did not answer.</summary>
public sealed class LoupeException : Exception
{
    public LoupeException(Problem problem, string? requestId = null, Exception? innerException = null)
        : base(problem.Detail, innerException) => (Problem, RequestId) = (problem, requestId);

    /// <summary>What is wrong, and what to do.</summary>
    public Problem Problem { get; }

    /// <summary>By which the server's log knows the request.</summary>
    public string? RequestId { get; }

    /// <summary>Whether a later try may succeed.</summary>
    public bool IsTransient => Problem.Kind is ProblemKind.Overloaded or ProblemKind.Unavailable;

    internal static LoupeException Unreachable(Uri server, Exception cause) => new(
        new Problem { Kind = ProblemKind.Unavailable, Detail = $"Nothing answers at {server}. Is the server running? ./loupe up starts one." },
        innerException: cause);

    internal static async Task<LoupeException> OfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var requestId = response.Headers.TryGetValues("x-request-id", out var ids) ? ids.FirstOrDefault() : null;
        var body = await response.Content.ReadAsStringAsync(cancellation);
        return new LoupeException(Read(body, (int)response.StatusCode, Wait(response.Headers.RetryAfter)), requestId);
    }

    /// <summary>A problem as RFC 9457 writes it.</summary>
    internal static Problem Read(string json, int status, TimeSpan? retryAfter = null)
    {
        string? detail = null;
        Dictionary<string, string[]>? errors = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            detail = root.TryGetProperty("detail", out var text) || root.TryGetProperty("title", out text) ? text.GetString() : null;
            status = root.TryGetProperty("status", out var number) ? number.GetInt32() : status;
            if (retryAfter is null && root.TryGetProperty("retryAfter", out var seconds) && seconds.TryGetDouble(out var wait))
            {
                retryAfter = TimeSpan.FromSeconds(Math.Clamp(wait, 0, 86_400));
            }

            if (root.TryGetProperty("errors", out var fields) && fields.ValueKind == JsonValueKind.Object)
            {
                errors = fields.EnumerateObject().ToDictionary(
                    field => field.Name, field => field.Value.EnumerateArray().Select(message => message.GetString() ?? string.Empty).ToArray());
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            // Something between us and the server answered in its own words.
        }

        return new Problem { Kind = (ProblemKind)status, Detail = detail ?? $"The server answered {status}.", Errors = errors, RetryAfter = retryAfter };
    }

    private static TimeSpan? Wait(RetryConditionHeaderValue? header) => header?.Delta ?? (header?.Date - DateTimeOffset.UtcNow);
}
