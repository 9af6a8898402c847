using Loupe.Bench.Fleet;
using Loupe.Bench.Suite.Limit;
using Loupe.Bench.Suite.Peers;
using Loupe.Bench.Suite.Scenes;

namespace Loupe.Bench.Suite.Targets;

/// <summary>Starts what is measured.</summary>
internal sealed class TargetOpener(string bundle, SceneBook book)
{
    /// <summary>Starts a target and waits until it is ready.</summary>
    /// <param name="name">One of <see cref="TargetNames"/>.</param>
    /// <param name="tell">Hears what takes long.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="MissingTargetException">This machine cannot run it; says why.</exception>
    public async Task<Target> OpenAsync(string name, Action<string> tell, CancellationToken cancellation) => name switch
    {
        TargetNames.Limit => LimitTarget.Open(bundle, book),
        TargetNames.Engine => await EngineTarget.OpenAsync(bundle, book, cancellation: cancellation),
        TargetNames.Node => await NodePeer.StartAsync(bundle, book, tell, cancellation),
        TargetNames.OneSilo => await ServerAsync(name, "Full", cancellation),
        TargetNames.TwoSilos =>
            await FleetAsync(name, new FleetOptions { Silos = 2, Device = "cpu", Settings = ["--bundle", bundle] }, cancellation),
        TargetNames.None => await ServerAsync(name, "None", cancellation),
        TargetNames.Image => await ServerAsync(name, "Image", cancellation),
        TargetNames.Answer => await ServerAsync(name, "Answer", cancellation),
        _ => throw new ArgumentException($"There is no target {name}.", nameof(name)),
    };

    private Task<Target> ServerAsync(string name, string reuse, CancellationToken cancellation) =>
        FleetAsync(
            name, new FleetOptions { Silos = 1, Device = "cpu", Settings = ["--bundle", bundle, "--Loupe:Reuse", reuse] }, cancellation);

    private async Task<Target> FleetAsync(string name, FleetOptions options, CancellationToken cancellation)
    {
        var fleet = await SiloFleet.StartAsync(options, cancellation);
        return new HttpTarget(
            name, [.. fleet.Silos.Select(silo => silo.Address)], book, () =>
                TimeSpan.FromTicks(fleet.Silos.Sum(silo => silo.ProcessorTime.Ticks)), fleet);
    }
}

/// <summary>A target that this machine cannot run; the message is half a sentence that says why.</summary>
internal sealed class MissingTargetException(string message) : Exception(message);
