using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Loupe.Client.Tests;

/// <summary>A server on a port of its own that answers every request as a test says; requests are numbered from 0.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests = -1;

    private ScriptedServer(WebApplication app) => _app = app;

    public Uri Url => new(_app.Urls.First());

    /// <summary>Requests so far.</summary>
    public int Requests => Volatile.Read(ref _requests) + 1;

    public static async Task<ScriptedServer> StartAsync(Func<HttpContext, int, Task> script)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        var server = new ScriptedServer(builder.Build());
        server._app.Run(context => script(context, Interlocked.Increment(ref server._requests)));
        await server._app.StartAsync();
        return server;
    }

    /// <summary>A client that waits hardly at all before it tries again.</summary>
    public LoupeClient Client(int maxRetries = 4) => new(new LoupeClientOptions
    {
        Server = Url,
        Key = null,
        MaxRetries = maxRetries,
        FirstRetry = TimeSpan.FromMilliseconds(1),
        LongestRetry = TimeSpan.FromMilliseconds(2),
        Random = new Random(1),
    });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
