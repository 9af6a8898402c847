using Loupe.Client;

namespace Loupe.Bench.Fleet;

/// <summary>
/// The silos of a local cluster, each a process that can be killed and started again by itself. They are what
/// <c>./loupe up --silos N</c> starts, only that nobody but the fleet starts and stops them.
/// </summary>
internal sealed class SiloFleet : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data;

    private SiloFleet(string data, int meeting, IReadOnlyList<SiloHandle> silos) => (_data, Meeting, Silos) = (data, meeting, silos);

    /// <summary>Port of the first silo, and of each further one a port more.</summary>
    public int Meeting { get; }

    /// <summary>Folder that all silos keep their images in.</summary>
    public string Images => Path.Combine(_data, "images");

    /// <summary>Folder for what a guest keeps to itself; it goes with the fleet.</summary>
    public string GuestData => Path.Combine(_data, "guest");

    public IReadOnlyList<SiloHandle> Silos { get; }

    /// <summary>Starts all silos and waits until each is ready and knows of all the others.</summary>
    public static async Task<SiloFleet> StartAsync(FleetOptions options, CancellationToken cancellation)
    {
        var data = Directory.CreateTempSubdirectory("loupe-bench-").FullName;
        var meeting = FreePort.Row(options.Silos);
        var listening = FreePort.Row(options.Silos);
        var fleet = new SiloFleet(data, meeting[0], [.. Enumerable.Range(0, options.Silos - options.Guests).Select(i => new SiloHandle(
            $"silo-{i}", new Uri($"http://127.0.0.1:{listening[i]}"), Arguments(options, i, data, meeting[0], listening[i]),
            Path.Combine(data, $"silo-{i}.log")))]);
        try
        {
            foreach (var silo in fleet.Silos)
            {
                silo.Start();

                // The first keeps the membership, or makes its tables.
                await silo.WaitUntilReadyAsync(cancellation);
            }

            await fleet.WaitUntilMetAsync(cancellation);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns once every silo has heard of every other.</summary>
    public async Task WaitUntilMetAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            foreach (var silo in Silos)
            {
                using var client = ClientOf(silo);
                while ((await client.ClusterAsync(patience.Token)).Silos.Count < Silos.Count)
                {
                    await Task.Delay(50, patience.Token);
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"The {Silos.Count} silos did not find each other.");
        }
    }

    /// <summary>A client of one silo that tries nothing twice.</summary>
    public static LoupeClient ClientOf(SiloHandle silo) => new(
        new LoupeClientOptions { Server = silo.Address, Key = null, MaxRetries = 0 });

    public async ValueTask DisposeAsync()
    {
        // The first last: it may keep the membership.
        foreach (var silo in Silos.Reverse())
        {
            await silo.DisposeAsync();
        }

        Directory.Delete(_data, recursive: true);
    }

    private static IEnumerable<string> Arguments(FleetOptions options, int index, string data, int meeting, int listening) =>
    [
        "--port", $"{listening}",
        "--device", options.Device,
        "--Loupe:AllowSimulatedDevice", "true",
        "--data", Path.Combine(data, $"silo-{index}"),
        "--Loupe:Images", Path.Combine(data, "images"),
        "--Loupe:Name", $"silo-{index}",
        "--Cluster:Index", $"{index}",
        "--Cluster:Port", $"{meeting}",
        "--Cluster:StartsOthers", "false",
        // One after the other: none waits for those that come later.
        "--Cluster:TogetherSeconds", "0",
        // A name of its own keeps it apart from what else meets there.
        .. options.Redis is { } redis
            ? (string[])["--redis", redis, "--Cluster:ClusterId", Path.GetFileName(data), "--Cluster:ServiceId", Path.GetFileName(data)]
            : [],
        .. options.Silos > 1 ? (string[])["--silos", $"{options.Silos}"] : [],
        .. options.Settings,
    ];
}
