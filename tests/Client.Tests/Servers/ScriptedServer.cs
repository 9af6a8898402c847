using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loupe.Client.Tests.Servers;

/// <summary>A request as it arrived, without its body, which is the script's to read.</summary>
internal sealed record SeenRequest(string Method, string Path, IHeaderDictionary Headers);

/// <summary>Stands in for a Loupe server: a real one on a socket, that answers as a test says.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.Single());

    public ConcurrentQueue<SeenRequest> Seen { get; } = [];

    /// <param name="script">Answers a request; is told how many came before it.</param>
    /// <param name="port">0 for a free one.</param>
    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, int, Task> script, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var server = new ScriptedServer(app);
        var count = -1;
        app.Run(async context =>
        {
            var before = Interlocked.Increment(ref count);
            server.Seen.Enqueue(
                new(context.Request.Method, context.Request.Path, new HeaderDictionary(context.Request.Headers.ToDictionary())));
            await script(context, before);
        });
        await app.StartAsync();
        return server;
    }

    /// <summary>A client that retries at once, and not for ever.</summary>
    public LoupeClient Client(LoupeClientOptions? options = null) => new((options ?? Quick) with { Server = Url, Key = null });

    public static LoupeClientOptions Quick { get; } = new()
    {
        FirstRetry = TimeSpan.FromMilliseconds(1),
        LongestRetry = TimeSpan.FromSeconds(5),
        MaxRetries = 3,
    };

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
