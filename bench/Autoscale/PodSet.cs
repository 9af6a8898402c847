using System.Diagnostics;
using Loupe.Bench.Autoscale.Horizontal;
using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Bench.History;

namespace Loupe.Bench.Autoscale;

/// <summary>
/// What a Deployment does, with processes for pods: as many as are wanted, new ones under new names, and of too many
/// those go first that are not ready, then the youngest. One that goes gets a SIGTERM and its time to drain.
/// </summary>
internal sealed class PodSet(string folder, string redis, string device, string cluster, Recorder recorder, Action<string> tell) : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Pod> _pods = [];
    private readonly List<Task> _leaving = [];
    private int _named;

    /// <summary>All processes there are, those that leave included.</summary>
    public IReadOnlyList<Pod> Pods
    {
        get
        {
            lock (_lock)
            {
                return [.. _pods];
            }
        }
    }

    /// <summary>Exit codes that were not 0, by pod.</summary>
    public IReadOnlyList<string> Failures { get; private set; } = [];

    /// <summary>Starts or stops processes until so many are there; does not wait for them.</summary>
    public void Scale(int wanted, CancellationToken cancellation)
    {
        var staying = Pods.Where(pod => pod.IsSilo && !pod.IsLeaving).ToList();
        for (var i = staying.Count; i < wanted; i++)
        {
            Add("silo", ["--Cluster:Roles:0", "encode", "--Cluster:Roles:1", "decode"]);
        }

        foreach (var pod in staying.OrderBy(pod => pod.IsReady).ThenByDescending(pod => pod.StartedAt).Take(staying.Count - wanted))
        {
            pod.IsLeaving = true;
            _leaving.Add(LeaveAsync(pod, cancellation));
        }
    }

    /// <summary>Starts a process that is not one of the set, with further arguments.</summary>
    public Pod Add(string role, IEnumerable<string> arguments)
    {
        var name = $"{role}-{_named++}";
        var port = FreePort.Any();
        var pod = new Pod(
            new SiloHandle(name, new Uri($"http://127.0.0.1:{port}"), [.. Common(name, port), .. arguments], Path.Combine(folder, $"{name}.log")),
            recorder.Now);
        pod.Silo.Start();
        lock (_lock)
        {
            _pods.Add(pod);
        }

        return pod;
    }

    /// <summary>Asks every process whether it is ready.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var pod in Pods)
        {
            var ready = !pod.IsLeaving && await pod.Silo.IsReadyAsync(cancellation);
            if (ready && pod.ReadyAt is null)
            {
                pod.ReadyAt = recorder.Now;
                tell(FormattableString.Invariant($"{recorder.Now:0} s: {pod.Silo.Name} is ready, {pod.ReadyAt - pod.StartedAt:0.0} s after its start"));
            }

            pod.IsReady = ready;
            if (!pod.IsLeaving && !pod.Silo.IsRunning)
            {
                throw new IOException($"{pod.Silo.Name} ended by itself; its output is in {folder}.");
            }
        }
    }

    /// <summary>Returns once those that leave have left.</summary>
    public Task WhenLeftAsync() => Task.WhenAll(_leaving);

    public async ValueTask DisposeAsync()
    {
        foreach (var pod in Pods)
        {
            await pod.Silo.DisposeAsync();
        }
    }

    private IEnumerable<string> Common(string name, int port) =>
    [
        "--port", $"{port}", "--redis", redis, "--data", Path.Combine(folder, name), "--Loupe:Name", name, "--Cluster:Name", name,
        "--Cluster:ClusterId", cluster, "--Cluster:ServiceId", cluster, "--Cluster:Port", $"{FreePort.Any()}", "--Cluster:StartsOthers", "false",
        "--device", device, "--Loupe:AllowSimulatedDevice", "true", "--Silo:ShutdownSeconds", "60", "--Cluster:HandOffSeconds", "15",
    ];

    private async Task LeaveAsync(Pod pod, CancellationToken cancellation)
    {
        var at = recorder.Now;
        tell(FormattableString.Invariant($"{at:0} s: SIGTERM to {pod.Silo.Name}"));
        var took = Stopwatch.StartNew();
        await pod.Silo.DrainAsync(cancellation);
        tell(FormattableString.Invariant($"{recorder.Now:0} s: {pod.Silo.Name} has left after {took.Elapsed.TotalSeconds:0.0} s, exit code {pod.Silo.ExitCode}"));
        if (pod.Silo.ExitCode != 0)
        {
            Failures = [.. Failures, $"{pod.Silo.Name} ended with {pod.Silo.ExitCode}"];
        }

        // It does not come back: what is felt of it ends a while after it left.
        recorder.Add(new Disturbance(DisturbanceKind.Drain, pod.Silo.Name, at, recorder.Now));
        lock (_lock)
        {
            _pods.Remove(pod);
        }

        await pod.Silo.DisposeAsync();
    }
}

/// <summary>One process of a set. Times in the recorder's seconds.</summary>
internal sealed class Pod(SiloHandle silo, double startedAt)
{
    public SiloHandle Silo => silo;

    public double StartedAt => startedAt;

    public double? ReadyAt { get; set; }

    public bool IsReady { get; set; }

    public bool IsLeaving { get; set; }

    public bool IsSilo => silo.Name.StartsWith("silo-", StringComparison.Ordinal);

    /// <summary>As an autoscaler sees it.</summary>
    public PodState State => new(silo.Name, IsPending: false, IsLeaving);
}
