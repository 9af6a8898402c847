using System.Text.Json;

namespace Loupe.Client.Calls;

/// <summary>Reads a refusal, as RFC 9457 writes it and as others put it.</summary>
internal static class ProblemReader
{
    /// <param name="response">One whose status is no success.</param>
    /// <param name="now">What a date in Retry-After counts from.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    public static async Task<LoupeException> ReadAsync(
        HttpResponseMessage response, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var header = response.Headers.RetryAfter;
        var retryAfter = header?.Delta ?? (header?.Date - now);
        var requestId = response.Headers.TryGetValues("x-request-id", out var ids) ? ids.FirstOrDefault() : null;
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return Read(body, (int)response.StatusCode, retryAfter, requestId);
    }

    /// <param name="json">The problem.</param>
    /// <param name="status">Where the problem itself has none.</param>
    /// <param name="retryAfter">Goes before the problem's own, which is for those who see no headers.</param>
    /// <param name="requestId">Goes before the problem's own.</param>
    public static LoupeException Read(string json, int status, TimeSpan? retryAfter = null, string? requestId = null)
    {
        string? detail = null;
        Dictionary<string, string[]>? errors = null;
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            detail = root.TryGetProperty("detail", out var text) || root.TryGetProperty("title", out text) ? text.GetString() : null;
            status = root.TryGetProperty("status", out var number) && number.TryGetInt32(out var given) ? given : status;
            retryAfter ??= root.TryGetProperty("retryAfter", out var wait) && wait.TryGetDouble(out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null;
            requestId ??= root.TryGetProperty("requestId", out var id) ? id.GetString() : null;
            errors = root.TryGetProperty("errors", out var fields) && fields.ValueKind == JsonValueKind.Object
                ? fields.EnumerateObject().ToDictionary(
                    field => field.Name, field => field.Value.EnumerateArray().Select(message => message.GetString() ?? "").ToArray())
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or OverflowException)
        {
            // Something between us and the server answered in its own words.
        }

        return new(
            new Problem
            {
                Kind = (ProblemKind)status,
                Detail = detail ?? $"The server answered {status}.",
                Errors = errors,
                RetryAfter = retryAfter is { } asked && asked < TimeSpan.Zero ? TimeSpan.Zero : retryAfter,
            },
            requestId);
    }
}
