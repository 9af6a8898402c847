using System.Net;
using System.Text.Json;

namespace Loupe.Client;

/// <summary>Questions as newline-delimited JSON, sent as they come; and the lines that come back.</summary>
internal sealed class QuestionLines : HttpContent
{
    private readonly IAsyncEnumerable<Question> _questions;
    private readonly CancellationToken _cancellation;

    public QuestionLines(IAsyncEnumerable<Question> questions, CancellationToken cancellation)
    {
        (_questions, _cancellation) = (questions, cancellation);
        Headers.ContentType = new("application/x-ndjson");
    }

    public static BatchAnswer Read(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        var key = root.TryGetProperty("key", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
        int? number = root.TryGetProperty("line", out var at) ? at.GetInt32() : null;
        return root.TryGetProperty("problem", out var problem)
            ? new BatchAnswer { Key = key, Line = number, Problem = LoupeException.Read(problem.GetRawText(), 500) }
            : new BatchAnswer { Key = key, Line = number, Answer = root.Deserialize(LoupeJson.Default.Answer) };
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await foreach (var question in _questions.WithCancellation(_cancellation))
        {
            await JsonSerializer.SerializeAsync(stream, question, LoupeJson.Default.Question, _cancellation);
            await stream.WriteAsync("\n"u8.ToArray(), _cancellation);
            await stream.FlushAsync(_cancellation);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
