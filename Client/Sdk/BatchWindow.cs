using System.Buffers;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Loupe.Client;

/// <summary>Some questions of a batch as lines, and which of them have their answer.</summary>
internal sealed class BatchWindow
{
    /// <summary>Little enough for a server to take in without reading it: it may be waiting for us to read answers.</summary>
    private const int MaxBytes = 256 << 10;

    private const int MaxLines = 256;

    private readonly List<byte[]> _lines = [];
    private readonly List<string?> _keys = [];
    private readonly HashSet<int> _left = [];
    private int _bytes;

    public int Count => _lines.Count;

    /// <summary>Questions without an answer.</summary>
    public int Left => _left.Count;

    /// <summary>Cuts questions into windows; never waits for a question while it holds others.</summary>
    public static async IAsyncEnumerable<BatchWindow> CutAsync(
        IAsyncEnumerable<Question> questions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var source = questions.GetAsyncEnumerator(cancellation);
        var window = new BatchWindow();
        while (true)
        {
            var next = source.MoveNextAsync().AsTask();
            if (!next.IsCompleted && window.Count > 0)
            {
                yield return window;
                window = new();
            }

            if (!await next)
            {
                break;
            }

            var line = JsonSerializer.SerializeToUtf8Bytes(source.Current, LoupeJson.Default.Question);
            if (window.Count > 0 && (window.Count == MaxLines || window._bytes + line.Length > MaxBytes))
            {
                yield return window;
                window = new();
            }

            window.Add(line, source.Current.Key);
        }

        if (window.Count > 0)
        {
            yield return window;
        }
    }

    /// <summary>One line of answers.</summary>
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

    /// <summary>The places of the questions that are still to be sent, in order.</summary>
    public int[] LinesLeft() => [.. _left.Order()];

    /// <summary>Those questions, as a request's body.</summary>
    public HttpContent ToContent()
    {
        var body = new ArrayBufferWriter<byte>();
        foreach (var place in LinesLeft())
        {
            body.Write(_lines[place]);
            body.Write("\n"u8);
        }

        var content = new ReadOnlyMemoryContent(body.WrittenMemory);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        return content;
    }

    /// <summary>Which question an answer is for: by its line, or its key from a server that numbers no lines.</summary>
    public int? PlaceOf(BatchAnswer answer, int[] sent)
    {
        if (answer.Line is { } line)
        {
            return line >= 1 && line <= sent.Length ? sent[line - 1] : null;
        }

        var place = answer.Key is { } key ? _keys.IndexOf(key) : -1;
        return place >= 0 ? place : null;
    }

    /// <summary>Notes an answer; false when there was one before.</summary>
    public bool Take(int place) => _left.Remove(place);

    private void Add(byte[] line, string? key)
    {
        _left.Add(Count);
        _lines.Add(line);
        _keys.Add(key);
        _bytes += line.Length;
    }
}
