using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Loupe.Client;
using Loupe.Command.Evaluation;

namespace Loupe.Command.Load;

/// <summary>
/// A server as measurements see it: nothing is retried, and leaving a stream closes its connection at once. A plain
/// client reads the rest of a short answer after it was left, so that the server never learns of the hang-up.
/// </summary>
internal sealed class LoadServer : IAsker, ILoadTarget, IDisposable
{
    // What a server may take beyond the deadline that it was told, before it counts as one that never answers.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public LoadServer(Uri server)
        : this(server, new SocketsHttpHandler { MaxResponseDrainSize = 0, ResponseDrainTimeout = TimeSpan.Zero })
    {
        if (new LoupeClientOptions().Key is { Length: > 0 } key)
        {
            _http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        }
    }

    internal LoadServer(Uri server, HttpMessageHandler handler) =>
        _http = new(handler) { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };

    public void Dispose() => _http.Dispose();

    public async Task<string> UploadAsync(string path, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(path, cancellationToken));
        content.Headers.ContentType = new(Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".webp" => "image/webp",
            _ => "image/jpeg",
        });
        using var response = await _http.PostAsync(new Uri("v1/images", UriKind.Relative), content, cancellationToken);
        await ThrowIfRefusedAsync(response, cancellationToken);
        using var stored = await JsonDocument.ParseAsync(
            await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
        return stored.RootElement.GetProperty("id").GetString() ?? throw new JsonException("an image without an id");
    }

    public async Task<Answer> AskAsync(Question question, CancellationToken cancellationToken)
    {
        using var patience = Patience(question, cancellationToken);
        using var response = await SendAsync(question, "application/json", patience.Token);
        return await response.Content.ReadFromJsonAsync(LoupeJson.Default.Answer, patience.Token)
            ?? throw new JsonException("an empty answer");
    }

    public async IAsyncEnumerable<AnswerPart> StreamAsync(Question question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var patience = Patience(question, cancellationToken);
        using var response = await SendAsync(question with { Stream = true }, "text/event-stream", patience.Token);
        await using var body = await response.Content.ReadAsStreamAsync(patience.Token);
        var (words, regions) = (0, 0);
        await foreach (var item in SseParser.Create(body).EnumerateAsync(patience.Token))
        {
            switch (item.EventType)
            {
                case "word":
                    yield return new WordPart(words++, JsonSerializer.Deserialize(item.Data, LoupeJson.Default.Word)!);
                    break;
                case "region":
                    yield return new RegionPart(regions++, JsonSerializer.Deserialize(item.Data, LoupeJson.Default.FoundRegion)!);
                    break;
                case "done":
                    yield return new DonePart(JsonSerializer.Deserialize(item.Data, LoupeJson.Default.Answer)!);
                    break;
                case "error":
                    throw Refusal(item.Data, null);
            }
        }
    }

    public string KindOf(Exception failure) => failure switch
    {
        HttpRequestException { StatusCode: { } status } => $"{(int)status} {status}",
        HttpRequestException { HttpRequestError: var error } => $"connection: {error}",
        IOException => "connection: lost",
        JsonException => "not understood",
        OperationCanceledException => "no answer in time",
        _ => failure.GetType().Name,
    };

    private static CancellationTokenSource Patience(Question question, CancellationToken cancellationToken)
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMilliseconds(question.DeadlineMs) + Grace);
        return patience;
    }

    private async Task<HttpResponseMessage> SendAsync(Question question, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/questions", UriKind.Relative))
        {
            Content = JsonContent.Create(question, LoupeJson.Default.Question),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        try
        {
            await ThrowIfRefusedAsync(response, cancellationToken);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw Refusal(await response.Content.ReadAsStringAsync(cancellationToken), response.StatusCode);
        }
    }

    private static HttpRequestException Refusal(string problem, HttpStatusCode? status)
    {
        var detail = problem;
        try
        {
            using var json = JsonDocument.Parse(problem);
            detail = json.RootElement.GetProperty("detail").GetString();
            status ??= (HttpStatusCode)json.RootElement.GetProperty("status").GetInt32();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Something before the server refused, in its own words.
        }

        return new($"{(int?)status} {detail}", null, status);
    }
}
