using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Serialization.Metadata;

namespace Loupe.Client;

/// <inheritdoc cref="ILoupeClient"/>
public sealed partial class LoupeClient : ILoupeClient, IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly LoupeClientOptions _options;
    private readonly Uri _server;
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;

    /// <param name="options">Null for the defaults.</param>
    /// <param name="http">Null for one of its own; another's is not disposed.</param>
    public LoupeClient(LoupeClientOptions? options = null, HttpClient? http = null)
    {
        _options = options ?? new LoupeClientOptions();
        _options.Validate();

        // Without a slash at its end, a server under a path would lose the path's last step.
        _server = new Uri(_options.Server.AbsoluteUri.TrimEnd('/') + "/");
        _ownsHttp = http is null;
        // Deadlines belong to questions and tokens; a stream may well last longer than HttpClient's hundred seconds.
        _http = http ?? new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<ImageDescription> UploadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        return await DescribeAsync(id, cancellationToken) ?? await SendAsync(
            () =>
            {
                var content = new ReadOnlyMemoryContent(file);
                content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeOf(file.Span));
                return new HttpRequestMessage(HttpMethod.Put, $"v1/images/{id}") { Content = content };
            },
            LoupeJson.Default.ImageDescription,
            cancellationToken);
    }

    public async Task<ImageDescription> UploadFileAsync(string path, CancellationToken cancellationToken = default) =>
        await UploadAsync(await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);

    public async Task<ImageDescription?> DescribeAsync(string imageId, CancellationToken cancellationToken = default) =>
        await FindAsync($"v1/images/{imageId}", LoupeJson.Default.ImageDescription, cancellationToken);

    public async Task<byte[]> ContentAsync(string imageId, CancellationToken cancellationToken = default)
    {
        using var response = await RequestAsync(() => new(HttpMethod.Get, $"v1/images/{imageId}/content"), HttpCompletionOption.ResponseContentRead, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    public async Task ForgetAsync(string imageId, CancellationToken cancellationToken = default) =>
        (await RequestAsync(() => new(HttpMethod.Delete, $"v1/images/{imageId}"), HttpCompletionOption.ResponseContentRead, cancellationToken)).Dispose();

    public async Task<Answer> AskAsync(Question question, CancellationToken cancellationToken = default) => await SendAsync(
        () => new(HttpMethod.Post, "v1/questions") { Content = JsonContent.Create(question with { Stream = false }, LoupeJson.Default.Question, Json) },
        LoupeJson.Default.Answer,
        cancellationToken);

    public async Task<Answer?> RecallAsync(string answerId, CancellationToken cancellationToken = default) =>
        await FindAsync($"v1/questions/{answerId}", LoupeJson.Default.Answer, cancellationToken);

    public async Task<ClusterDescription> ClusterAsync(CancellationToken cancellationToken = default) =>
        await SendAsync(() => new(HttpMethod.Get, "v1/cluster"), LoupeJson.Default.ClusterDescription, cancellationToken);

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                using var response = await _http.SendAsync(Address(new(HttpMethod.Get, "health/ready")), cancellationToken);
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(_options.FirstRetry, _options.Time, cancellationToken);
        }
    }

    /// <summary>
    /// The stream of an answer. Its id is known from the last part only, so a stream that breaks earlier is asked again;
    /// the same question has the same words, and those already given are passed over.
    /// </summary>
    public async IAsyncEnumerable<AnswerPart> StreamAsync(
        Question question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Words and regions are numbered apart.
        var (words, regions) = (-1, -1);
        for (var attempt = 0; ; attempt++)
        {
            using var response = await RequestAsync(() => StreamRequest(question), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await using var parts = EventStream.ReadAsync(body, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(parts, attempt))
            {
                switch (parts.Current)
                {
                    case WordPart word when word.Index > words:
                        words = word.Index;
                        yield return word;
                        break;
                    case RegionPart region when region.Index > regions:
                        regions = region.Index;
                        yield return region;
                        break;
                    case DonePart done:
                        yield return done;
                        yield break;
                }
            }

            await WaitAsync(attempt, null, cancellationToken);
        }
    }

    public void Dispose()
    {
        if (_ownsHttp)
        {
            _http.Dispose();
        }
    }

    private static string MediaTypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "image/jpeg" : file.StartsWith("RIFF"u8) ? "image/webp" : "image/png";

    private static HttpRequestMessage StreamRequest(Question question)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "v1/questions")
        {
            Content = JsonContent.Create(question with { Stream = true }, LoupeJson.Default.Question, Json),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        return request;
    }

    private async Task<bool> NextAsync(IAsyncEnumerator<AnswerPart> parts, int attempt)
    {
        try
        {
            return await parts.MoveNextAsync();
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return attempt < _options.MaxRetries ? false : throw LoupeException.Unreachable(_options.Server, broken);
        }
    }

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return await SendAsync(() => new(HttpMethod.Get, path), type, cancellation);
        }
        catch (LoupeException missing) when (missing.Problem.Kind == ProblemKind.NotFound)
        {
            return null;
        }
    }

    private async Task<T> SendAsync<T>(Func<HttpRequestMessage> request, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await RequestAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
        return (await response.Content.ReadFromJsonAsync(type, cancellation))!;
    }
}
