using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Loupe.Bench.Suite.Targets;

/// <summary>What an answer says, as far as two that do the same work must agree on it.</summary>
internal static class AnswerText
{
    private static ReadOnlySpan<byte> DoneEvent => "event: done\ndata: "u8;

    /// <summary>The text, the rationale, and how many regions.</summary>
    public static string Of(string text, string? rationale, int regions) =>
        string.Create(CultureInfo.InvariantCulture, $"{text} | {rationale} | {regions} regions");

    /// <summary>From the body of a response, streamed or not; null where it is no answer.</summary>
    public static string? Of(ReadOnlyMemory<byte> body)
    {
        var at = body.Span.IndexOf(DoneEvent);
        if (at >= 0)
        {
            body = body[(at + DoneEvent.Length)..];
            body = body[..body.Span.IndexOf((byte)'\n')];
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            var answer = json.RootElement;
            return answer.TryGetProperty("text", out var text)
                ? Of(
                    text.GetString()!,
                    answer.TryGetProperty("rationale", out var rationale) ? rationale.GetString() : null,
                    answer.TryGetProperty("regions", out var regions) ? regions.GetArrayLength() : 0)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>How often a text stands in another.</summary>
    public static int Count(ReadOnlySpan<byte> body, ReadOnlySpan<byte> what)
    {
        var count = 0;
        for (int at; (at = body.IndexOf(what)) >= 0; count++)
        {
            body = body[(at + what.Length)..];
        }

        return count;
    }

    /// <summary>The beginning of a refusal, for a message.</summary>
    public static string Excerpt(ReadOnlySpan<byte> body) => Encoding.UTF8.GetString(body[..Math.Min(body.Length, 300)]);
}
