using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Tests.Limits;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Loupe.Gateway.Tests;

/// <summary>The gateway on a real socket, over a <see cref="ScriptedLocalizer"/>.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GatewayUnderTest(WebApplication app, ScriptedLocalizer localizer, CollectedLog log)
    {
        _app = app;
        Localizer = localizer;
        Log = log;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
    }

    public ScriptedLocalizer Localizer { get; }

    public CollectedLog Log { get; }

    public HttpClient Client { get; }

    public Uri Address { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<GatewayUnderTest> StartAsync(params (string Key, string Value)[] settings)
    {
        var (app, localizer, log) = Build("http://127.0.0.1:0", null, settings);
        await app.StartAsync();
        return new(app, localizer, log);
    }

    public static async Task<GatewayUnderTest> StartAsync(TimeProvider time, params (string Key, string Value)[] settings)
    {
        var (app, localizer, log) = Build("http://127.0.0.1:0", time, settings);
        await app.StartAsync();
        return new(app, localizer, log);
    }

    public static (WebApplication App, ScriptedLocalizer Localizer, CollectedLog Log) Build(
        string url, TimeProvider? time, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value)));
        builder.WebHost.UseUrls(url);
        var log = new CollectedLog();
        builder.Logging.ClearProviders().AddProvider(log);
        var localizer = new ScriptedLocalizer();
        builder.Services.AddSingleton<ILocalizer>(localizer).AddSingleton<IClusterView>(localizer);
        builder.Services.AddSingleton<ITenantAllowance, ScriptedAllowance>();
        builder.Services.AddSingleton(
            new ImageLimits(builder.Configuration.GetValue("Loupe:Limits:MaxImageBytes", ImageLimits.DefaultMaxBytes)));
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddLoupeGateway(builder.Configuration);
        var app = builder.Build();
        app.MapLoupeGateway();
        return (app, localizer, log);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    /// <summary>Uploads bytes that pass for an image, and gives their id.</summary>
    public async Task<string> UploadAsync(params byte[] bytes)
    {
        using var response = await Client.PostAsync("/v1/images", Image(bytes.Length > 0 ? bytes : [1, 2, 3]));
        Assert.True(response.IsSuccessStatusCode, response.ToString());
        return (await response.JsonAsync()).GetProperty("id").GetString()!;
    }

    public async Task<HttpResponseMessage> AskAsync(string json, bool events = false, Action<HttpRequestMessage>? more = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/questions")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (events)
        {
            request.Headers.Accept.ParseAdd("text/event-stream");
        }

        more?.Invoke(request);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>A connection without a client's help.</summary>
    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Address.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public static ByteArrayContent Image(byte[] bytes, string type = "image/png")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return content;
    }

    public static string Id(char digit) => new(digit, 64);
}

internal static class Responses
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.Clone();
    }

    /// <summary>Asserts that a response is a whole problem of a status, and gives it.</summary>
    public static async Task<JsonElement> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(text);
        var problem = document.RootElement.Clone();
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.StartsWith("urn:loupe:problem:", problem.GetProperty("type").GetString());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        Assert.Equal(response.Headers.GetValues("x-request-id").Single(), problem.GetProperty("requestId").GetString());
        return problem;
    }

    public static string[] Fields(this JsonElement problem) =>
        [.. problem.GetProperty("errors").EnumerateObject().Select(field => field.Name)];
}
