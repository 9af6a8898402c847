using System.Diagnostics;
using System.Net;
using Loupe.Bench.Fleet;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Workloads;
using Loupe.Engine.Hosting;
using Loupe.Grains.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Loupe.Bench.Suite.Targets;

/// <summary>A cluster of one silo in this process, asked by a method call.</summary>
internal sealed class EngineTarget : Target
{
    private readonly SceneBook _book;
    private readonly string _data;
    private readonly IHost _host;
    private readonly ILocalizer _localizer;
    private string?[] _said = [];

    private EngineTarget(SceneBook book, string data, IHost host)
        : base(TargetNames.Engine) =>
            (_book, _data, _host, _localizer) = (book, data, host, host.Services.GetRequiredService<ILocalizer>());

    /// <summary>Loads the bundle; seconds.</summary>
    /// <param name="bundle">Directory of the bundle.</param>
    /// <param name="book">The pictures.</param>
    /// <param name="settings">Of section <c>Loupe</c>, beside bundle, data and device.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<EngineTarget> OpenAsync(
        string bundle, SceneBook book, IReadOnlyDictionary<string, string?>? settings = null, CancellationToken cancellation = default)
    {
        var data = Directory.CreateTempSubdirectory("loupe-bench-").FullName;
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration
            .AddInMemoryCollection(
                new Dictionary<string, string?> { ["Loupe:Bundle"] = bundle, ["Loupe:Data"] = data, ["Loupe:Device:Device"] = "cpu" })
            .AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.Logging.SetMinimumLevel(LogLevel.Error);
        builder.Services.AddLoupeEngine(builder.Configuration);
        var port = FreePort.Row(1)[0];
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port))
            .AddLoupeCluster(builder.Configuration));
        var host = builder.Build();
        await host.StartAsync(cancellation);
        var target = new EngineTarget(book, data, host);
        while (host.Services.GetRequiredService<IClusterView>().NotReadyBecause is not null)
        {
            await Task.Delay(20, cancellation);
        }

        return target;
    }

    public override async Task PrepareAsync(Plan plan, CancellationToken cancellation)
    {
        foreach (var picture in plan.Uploads)
        {
            await _localizer.AddImageAsync(Tenants.Default, _book.PictureOf(picture).File, cancellation);
        }

        await RunAsync(plan with { Asks = plan.WarmUp, ArrivalsPerSecond = 0 }, cancellation);
        if (_said.Any(said => said is null))
        {
            throw new IOException("the engine in process could not answer what comes before the measuring.");
        }
    }

    public override Task<Outcome> RunAsync(Plan plan, CancellationToken cancellation)
    {
        _said = new string?[plan.Asks.Count];
        return Loop.RunAsync(plan, () => new Asker(this, plan), new Random(plan.Asks.Count), cancellation);
    }

    public override IReadOnlyList<string?> Said() => _said;

    public override async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private sealed class Asker(EngineTarget engine, Plan plan) : IAsker
    {
        public async ValueTask<Replied> DoAsync(int index, CancellationToken cancellation)
        {
            var ask = plan.Asks[index];
            var picture = engine._book.PictureOf(ask.Picture);
            if (ask.Uploads)
            {
                await engine._localizer.AddImageAsync(Tenants.Default, picture.File, cancellation);
            }

            if (ask.Question is null)
            {
                return new Replied(true);
            }

            var (first, words) = (0L, 0);
            try
            {
                var question = ask.Question with { Image = picture.Id, DeadlineMs = plan.DeadlineMs };
                await foreach (var part in engine._localizer.AskAsync(Tenants.Default, question, cancellation))
                {
                    if (part is WordPart && words++ == 0)
                    {
                        first = Stopwatch.GetTimestamp();
                    }
                    else if (part is DonePart { Answer: var answer })
                    {
                        engine._said[index] = AnswerText.Of(answer.Text, answer.Rationale, answer.Regions.Count);
                    }
                }
            }
            catch (LocalizerException)
            {
                return default;
            }

            return ask.Streams ? new Replied(true, first, words) : new Replied(true);
        }

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
