using Loupe.Bench.Fleet;
using Loupe.Bench.History;

namespace Loupe.Bench.Chaos;

/// <summary>What a run left behind.</summary>
/// <param name="History">To be checked.</param>
/// <param name="Start">When its load began, in the history's seconds.</param>
/// <param name="ImagesAsked">Different images that were asked about.</param>
/// <param name="Encodes">Encodings by what the silos counted.</param>
internal sealed record ChaosOutcome(RunHistory History, double Start, int ImagesAsked, double Encodes);

/// <summary>A cluster, its clients, and who breaks it.</summary>
internal static class ChaosRun
{
    /// <summary>Beyond a client's patience, for an answer that is on its way when the load ends.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    public static async Task<ChaosOutcome> RunAsync(ChaosOptions options, Action<string> tell, CancellationToken cancellation)
    {
        List<Picture> pictures = [];
        for (var i = 0; i < options.Pictures; i++)
        {
            var file = Pictures.Png((options.Seed * 100_000) + i);
            pictures.Add(new Picture(Pictures.IdOf(file), file));
        }

        tell($"asking a quiet server {pictures.Count * QuestionList.All.Count} questions for reference");
        var references = await References.ComputeAsync(pictures, options.Device, cancellation);

        tell($"starting {options.Silos} silos");
        await using var fleet = await SiloFleet.StartAsync(
            new FleetOptions { Silos = options.Silos, Device = options.Device, Redis = options.Redis }, cancellation);
        using var rota = new Rota(fleet.Silos);
        var recorder = new Recorder();
        var encodes = new EncodeCount(fleet.Silos);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task[] watches = [rota.WatchAsync(over.Token), encodes.WatchAsync(over.Token)];
        var start = recorder.Now;
        var gallery = new Gallery(pictures, options.Duration.TotalSeconds / pictures.Count);
        var wreck = new Wrecker(options, fleet.Silos, recorder, tell).RunAsync(start, cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Duration + options.Patience + Grace);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, options.Clients).Select(number => Task.Run(
                () =>
                    new ChaosClient(number, options, rota, gallery, recorder, start)
                        .RunAsync(start + options.Duration.TotalSeconds, patience.Token),
                    CancellationToken.None)));
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            tell("some clients never came to an end");
        }

        await wreck;
        await encodes.LookAsync(cancellation);
        var operations = recorder.Operations;
        tell("reading every upload back");
        var clients = fleet.Silos.Select(SiloFleet.ClientOf).ToList();
        var readBack = await ReadBack.AllAsync(operations, clients, cancellation);
        clients.ForEach(client => client.Dispose());
        await over.CancelAsync();
        await Task.WhenAll(watches).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        var history = new RunHistory
        {
            Operations = operations,
            Disturbances = recorder.Disturbances,
            References = references,
            ReadBack = readBack,
        };
        return new(
            history, start,
            operations.Where(operation => operation.Question is not null).Select(operation => operation.Image).Distinct().Count(),
            encodes.Total);
    }
}
