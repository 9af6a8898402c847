using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Tests.Bundler;

/// <summary>A folder behind HTTP, with ranges; a test may break it off, or spoil what it serves.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _folder;

    private FileServer(string folder)
    {
        _folder = folder;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        _app = builder.Build();
        _app.MapGet("/{**path}", ServeAsync);
    }

    /// <summary>How much of the weights is sent before the connection breaks; null for all.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>Whether a byte of the weights is another than it should be.</summary>
    public bool Flips { get; set; }

    /// <summary>Headers beside each file.</summary>
    public Func<string, IEnumerable<(string Name, string Value)>> Headers { get; set; } = _ => [];

    /// <summary>What was asked for: path and range.</summary>
    public List<string> Asked { get; } = [];

    public string Url => _app.Urls.Single();

    public static async Task<FileServer> StartAsync(string folder)
    {
        var server = new FileServer(folder);
        await server._app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var name = Path.GetFileName(context.Request.Path.Value!);
        var path = Path.Combine(_folder, name);
        Asked.Add($"{context.Request.Path} {context.Request.Headers.Range}".Trim());
        if (!File.Exists(path))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        foreach (var (header, value) in Headers(name))
        {
            context.Response.Headers[header] = value;
        }

        var bytes = await File.ReadAllBytesAsync(path);
        if (name == "model.safetensors" && Flips)
        {
            bytes[^100] ^= 1;
        }

        var from = context.Request.GetTypedHeaders().Range?.Ranges.Single().From ?? 0;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength = bytes.Length - from;
        var rest = bytes.AsMemory((int)from);
        if (name == "model.safetensors" && BreakAfter is { } most)
        {
            await context.Response.Body.WriteAsync(rest[..Math.Min(most, rest.Length)]);
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(rest);
    }
}
