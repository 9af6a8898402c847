using System.Net.Http.Headers;
using System.Text.Json;
using Loupe.Client.Calls;

namespace Loupe.Client.Batches;

/// <summary>The lines of a batch as they travel: newline-delimited JSON both ways.</summary>
internal static class BatchLines
{
    private static readonly MediaTypeHeaderValue MediaType = new("application/x-ndjson");

    public static HttpContent Write(IEnumerable<Question> questions)
    {
        using var lines = new MemoryStream();
        foreach (var question in questions)
        {
            JsonSerializer.Serialize(lines, question, LoupeJson.Default.Question);
            lines.WriteByte((byte)'\n');
        }

        return new ByteArrayContent(lines.GetBuffer(), 0, (int)lines.Length) { Headers = { ContentType = MediaType } };
    }

    /// <exception cref="JsonException">Not a line that answers a question.</exception>
    public static BatchAnswer Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            var key = root.TryGetProperty("key", out var text) ? text.GetString() : null;
            var number = root.GetProperty("line").GetInt32();
            return root.TryGetProperty("problem", out var problem)
                ? new() { Key = key, Line = number, Problem = ProblemReader.Read(problem.GetRawText(), (int)ProblemKind.Internal).Problem }
                : new() { Key = key, Line = number, Answer = root.Deserialize(LoupeJson.Default.Answer) };
        }
        catch (Exception error) when (error is InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new JsonException("a line of a batch without the number of its question", error);
        }
    }
}
