using System.Net;
using Loupe.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Loupe.Silo.Tests.Processes;

/// <summary>What the process is, in this one, with services that a test adds.</summary>
internal sealed class SiloHere : IAsyncDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("loupe-here-");
    private readonly WebApplication _app;

    private SiloHere(string bundle, string[] arguments, Action<IServiceCollection> more) => _app = SiloProcess.Build(
        [
            "--port", "0", "--bundle", bundle, "--device", "cpu", "--data", _data.FullName, "--Logging:LogLevel:Default", "None",
            .. arguments,
        ],
        more);

    public HttpClient Client { get; private set; } = null!;

    public static async Task<SiloHere> StartAsync(string bundle, Action<IServiceCollection> more, params string[] arguments)
    {
        var silo = new SiloHere(bundle, arguments, more);
        await silo._app.StartAsync();
        silo.Client = new HttpClient { BaseAddress = new Uri(silo._app.Urls.Single()), Timeout = TimeSpan.FromSeconds(60) };
        await silo.ReadyAsync();
        return silo;
    }

    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((await Client.GetAsync("/health/ready", patience.Token)).StatusCode != HttpStatusCode.OK)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
