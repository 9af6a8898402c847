using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Loupe.Client.Calls;

namespace Loupe.Client;

/// <inheritdoc cref="ILoupeClient"/>
public sealed partial class LoupeClient : ILoupeClient, IDisposable
{
    private readonly LoupeClientOptions _options;
    private readonly HttpClient? _own;
    private readonly ServerCalls _calls;

    /// <param name="options">Null for the defaults.</param>
    /// <param name="http">Null for one of its own. Another's is not disposed, and keeps its own timeout.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public LoupeClient(LoupeClientOptions? options = null, HttpClient? http = null)
    {
        _options = options ?? new LoupeClientOptions();
        _options.Validate();
        _calls = new ServerCalls(_options, http ?? (_own = CreateHttp()));
    }

    public async Task<ImageDescription> UploadAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken = default)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(file.Span));
        if (await DescribeAsync(id, cancellationToken) is { } there)
        {
            return there;
        }

        var type = new MediaTypeHeaderValue(MediaTypeOf(file.Span));
        return await _calls.CallAsync(
            () => Request(HttpMethod.Put, $"v1/images/{id}", new ReadOnlyMemoryContent(file) { Headers = { ContentType = type } }),
            Read(LoupeJson.Default.ImageDescription),
            cancellationToken);
    }

    public async Task<ImageDescription> UploadAsync(Stream file, CancellationToken cancellationToken = default)
    {
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, cancellationToken);
        return await UploadAsync(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), cancellationToken);
    }

    public async Task<ImageDescription> UploadFileAsync(string path, CancellationToken cancellationToken = default) =>
        await UploadAsync(await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);

    public Task<ImageDescription?> DescribeAsync(string imageId, CancellationToken cancellationToken = default) =>
        FindAsync($"v1/images/{Escape(imageId)}", LoupeJson.Default.ImageDescription, cancellationToken);

    public Task<byte[]> ContentAsync(string imageId, CancellationToken cancellationToken = default) => _calls.CallAsync(
        () => Request(HttpMethod.Get, $"v1/images/{Escape(imageId)}/content"),
        (response, token) => response.Content.ReadAsByteArrayAsync(token),
        cancellationToken);

    public async Task<bool> ForgetAsync(string imageId, CancellationToken cancellationToken = default)
    {
        var tries = 0;
        try
        {
            return await _calls.CallAsync(
                () =>
                {
                    tries++;
                    return Request(HttpMethod.Delete, $"v1/images/{Escape(imageId)}");
                },
                (_, _) => Task.FromResult(true),
                cancellationToken);
        }
        catch (LoupeException missing) when (missing.Problem.Kind == ProblemKind.NotFound)
        {
            // Gone on a second try: the first one did it, and only its response was lost.
            return tries > 1;
        }
    }

    public Task<ClusterDescription> ClusterAsync(CancellationToken cancellationToken = default) =>
        _calls.CallAsync(() => Request(HttpMethod.Get, "v1/cluster"), Read(LoupeJson.Default.ClusterDescription), cancellationToken);

    public async Task WaitUntilReadyAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                await _calls.CallAsync(() => Request(HttpMethod.Get, "health/ready"), (_, _) => Task.FromResult(true), cancellationToken);
                return;
            }
            catch (LoupeException notYet) when (notYet.IsTransient || notYet.Problem.Kind == ProblemKind.DeadlinePassed)
            {
                await Task.Delay(_options.FirstRetry, _options.Time, cancellationToken);
            }
        }
    }

    public void Dispose() => _own?.Dispose();

    // Deadlines belong to calls. A connection that is hung up on is closed at once: read to its end in the background, as
    // handlers do to use it again, it would keep the server decoding for nobody.
    private static HttpClient CreateHttp() => new(new SocketsHttpHandler
    {
        MaxResponseDrainSize = 0,
        ResponseDrainTimeout = TimeSpan.Zero,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = System.Threading.Timeout.InfiniteTimeSpan,
    };

    private static string MediaTypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? "image/jpeg" : file.StartsWith("RIFF"u8) ? "image/webp" : "image/png";

    private static string Escape(string id) => Uri.EscapeDataString(id);

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null) =>
        new(method, new Uri(path, UriKind.Relative)) { Content = content };

    private static Func<HttpResponseMessage, CancellationToken, Task<T>> Read<T>(JsonTypeInfo<T> type) => async (response, token) =>
        await response.Content.ReadFromJsonAsync(type, token) ?? throw new JsonException("null");

    private async Task<T?> FindAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await _calls.CallAsync(() => Request(HttpMethod.Get, path), Read(type), cancellationToken);
        }
        catch (LoupeException missing) when (missing.Problem.Kind == ProblemKind.NotFound)
        {
            return null;
        }
    }
}
