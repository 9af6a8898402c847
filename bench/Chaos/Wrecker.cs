using Loupe.Bench.Fleet;
using Loupe.Bench.History;

namespace Loupe.Bench.Chaos;

/// <summary>Takes silos away and brings them back: a kill every so often, and one drain in the middle.</summary>
internal sealed class Wrecker(ChaosOptions options, IReadOnlyList<SiloHandle> silos, Recorder recorder, Action<string> tell)
{
    private readonly Random _random = new(options.Seed);

    /// <summary>When what is done, in seconds; the last leaves time to see it healed.</summary>
    public static IReadOnlyList<(double At, DisturbanceKind Kind)> Plan(ChaosOptions options)
    {
        var every = options.KillEvery.TotalSeconds;
        var all = options.Duration.TotalSeconds;
        List<double> times = [];
        for (var at = every; at <= all - (every / 2); at += every)
        {
            times.Add(at);
        }

        // The one in the middle is the drain, where there is a kill before it.
        return [.. times.Select((at, i) => (at, i > 0 && i == times.Count / 2 ? DisturbanceKind.Drain : DisturbanceKind.Kill))];
    }

    public async Task RunAsync(double start, CancellationToken cancellation)
    {
        foreach (var (at, kind) in Plan(options))
        {
            var wait = start + at - recorder.Now;
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), cancellation);
            }

            // Without a Redis the first silo keeps the membership, and must live.
            var victim = silos[options.Redis is null ? 1 + _random.Next(silos.Count - 1) : _random.Next(silos.Count)];
            await WreckAsync(victim, kind, cancellation);
        }
    }

    private async Task WreckAsync(SiloHandle victim, DisturbanceKind kind, CancellationToken cancellation)
    {
        var at = recorder.Now;
        tell($"{at:0.0} s: {(kind == DisturbanceKind.Kill ? "kill -9" : "SIGTERM")} {victim.Name}");
        double? back = null;
        try
        {
            if (kind == DisturbanceKind.Kill)
            {
                await victim.KillAsync();
            }
            else
            {
                await victim.DrainAsync(cancellation);
            }

            victim.Start();
            await victim.WaitUntilReadyAsync(cancellation);
            back = recorder.Now;
            tell($"{back:0.0} s: {victim.Name} is back");
        }
        finally
        {
            recorder.Add(new Disturbance(kind, victim.Name, at, back));
        }
    }
}
