using System.Globalization;
using Loupe.Bench.Autoscale.Horizontal;
using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Bench.History;

namespace Loupe.Bench.Autoscale;

/// <summary>What was seen at one moment.</summary>
/// <param name="At">Seconds since the load began.</param>
/// <param name="Rate">Visits a second, by the curve.</param>
/// <param name="Wanted">Silos that the autoscaler wants.</param>
/// <param name="Silos">Processes that are not leaving.</param>
/// <param name="Ready">Those of them that are ready.</param>
/// <param name="Leaving">Processes that drain.</param>
/// <param name="Saturation">Mean over silos, as the autoscaler's query told it; not a number where it told nothing.</param>
/// <param name="Busy">Likewise.</param>
internal sealed record Sample(double At, double Rate, int Wanted, int Silos, int Ready, int Leaving, double Saturation, double Busy);

/// <summary>What a rehearsal left behind.</summary>
/// <param name="History">To be checked.</param>
/// <param name="Start">When its load began, in the history's seconds.</param>
/// <param name="Samples">Second by second.</param>
/// <param name="StartSeconds">From the start of a silo until it was ready, one each.</param>
/// <param name="Failures">Silos that did not end as they should.</param>
internal sealed record AutoscaleOutcome(
    RunHistory History, double Start, IReadOnlyList<Sample> Samples, IReadOnlyList<double> StartSeconds, IReadOnlyList<string> Failures);

/// <summary>A gateway, silos that come and go, the Prometheus that watches them, and the autoscaler that reads it.</summary>
internal sealed class AutoscaleRun(AutoscaleOptions options, Action<string> tell)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(15);

    private readonly LoadCurve _curve = LoadCurve.Day(options.Duration.TotalSeconds, options.Low, options.High);
    private readonly Recorder _recorder = new();
    private readonly List<Sample> _samples = [];
    private readonly List<Pod> _everSeen = [];
    private double _start;
    private int _wanted;
    private volatile IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> _told = new Dictionary<string, IReadOnlyDictionary<string, double>>();

    public async Task<AutoscaleOutcome> RunAsync(CancellationToken cancellation)
    {
        var visits = new Visits(options, _curve);
        tell($"asking a quiet server about {visits.Count} pictures for reference");
        var references = await References.ComputeAsync(visits.Asked, options.Device, cancellation);

        var (redis, address) = await RedisDaemon.StartAsync(cancellation);
        await using var _ = redis;
        await using var prometheus = await Prometheus.StartAsync(options.Hasten(AutoscaleOptions.WrittenScrape), cancellation);
        var folder = Directory.CreateTempSubdirectory("loupe-autoscale-").FullName;
        await using var pods = new PodSet(folder, address, options.Device, Path.GetFileName(folder), _recorder, tell);
        tell($"starting a gateway and {options.Rules.MinReplicas} silos");
        _wanted = options.Rules.MinReplicas;
        pods.Scale(_wanted, cancellation);
        var gateway = pods.Add("gateway", ["--Cluster:Roles:0", "gateway"]);
        foreach (var pod in pods.Pods)
        {
            await pod.Silo.WaitUntilReadyAsync(cancellation);
        }

        using var client = SiloFleet.ClientOf(gateway.Silo);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _start = _recorder.Now;
        var watch = Task.WhenAll(
            ControlAsync(pods, prometheus, over.Token), LookAsync(pods, prometheus, over.Token), SampleAsync(pods, over.Token));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Duration + (4 * options.Patience));
        var load = visits.RunAsync(client, _recorder, _start, patience.Token);
        if (await Task.WhenAny(load, watch) == watch)
        {
            // A silo that ended by itself, or a defect of the rehearsal.
            await watch;
        }

        await load.ContinueWith(ended => ended.IsFaulted ? throw ended.Exception! : ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await over.CancelAsync();
        await watch.ContinueWith(ended => ended.IsFaulted ? throw ended.Exception! : ended, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await pods.WhenLeftAsync();
        tell("reading every upload back");
        var operations = _recorder.Operations;
        var history = new RunHistory
        {
            Operations = operations,
            Disturbances = _recorder.Disturbances,
            References = references,
            ReadBack = await ReadBack.AllAsync(operations, [client], cancellation),
        };
        return new(history, _start, _samples, [.. _everSeen.Where(pod => pod.ReadyAt is not null).Select(pod => pod.ReadyAt!.Value - pod.StartedAt)], pods.Failures);
    }

    /// <summary>The autoscaler's rounds.</summary>
    private async Task ControlAsync(PodSet pods, Prometheus prometheus, CancellationToken cancellation)
    {
        var autoscaler = new HorizontalAutoscaler(options.Rules);
        while (true)
        {
            _told = await AskAsync(prometheus, cancellation);
            var silos = pods.Pods.Where(pod => pod.IsSilo).Select(pod => pod.State).ToList();
            var wanted = autoscaler.Decide(TimeSpan.FromSeconds(_recorder.Now), _wanted, silos, _told);
            if (wanted != _wanted)
            {
                tell(FormattableString.Invariant($"{_recorder.Now:0} s: {_wanted} → {wanted} silos (saturation {Mean("loupe_saturation"):0.00}, busy {Mean("loupe_device_busy_ratio"):0.00})"));
                _wanted = wanted;
            }

            pods.Scale(_wanted, cancellation);
            await Task.Delay(options.Hasten(AutoscaleOptions.WrittenRound), cancellation);
        }
    }

    /// <summary>What a kubelet does, and a Prometheus operator.</summary>
    private async Task LookAsync(PodSet pods, Prometheus prometheus, CancellationToken cancellation)
    {
        List<string> watched = [];
        while (true)
        {
            await pods.LookAsync(cancellation);
            var present = pods.Pods;
            _everSeen.AddRange(present.Where(pod => pod.IsSilo).Except(_everSeen).ToList());
            var names = present.Select(pod => pod.Silo.Name).ToList();
            if (!names.SequenceEqual(watched))
            {
                prometheus.Watch(present.Select(pod => (pod.Silo.Name, pod.Silo.Address)));
                watched = names;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250), cancellation);
        }
    }

    private async Task SampleAsync(PodSet pods, CancellationToken cancellation)
    {
        var told = -TellEvery.TotalSeconds;
        while (true)
        {
            var at = _recorder.Now - _start;
            var silos = pods.Pods.Where(pod => pod.IsSilo).ToList();
            var sample = new Sample(
                at, _curve.RateAt(at), _wanted, silos.Count(pod => !pod.IsLeaving), silos.Count(pod => pod.IsReady), silos.Count(pod => pod.IsLeaving),
                Mean("loupe_saturation"), Mean("loupe_device_busy_ratio"));
            _samples.Add(sample);
            if (at - told >= TellEvery.TotalSeconds)
            {
                told = at;
                tell(FormattableString.Invariant($"{at:0} of {_curve.Seconds:0} s: {sample.Rate:0.0} visits/s, {sample.Ready} of {sample.Wanted} silos ready, saturation {sample.Saturation:0.00}, busy {sample.Busy:0.00}"));
            }

            await Task.Delay(SampleEvery, cancellation);
        }
    }

    private async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>> AskAsync(Prometheus prometheus, CancellationToken cancellation)
    {
        Dictionary<string, IReadOnlyDictionary<string, double>> told = [];
        foreach (var metric in options.Rules.Metrics)
        {
            var query = AutoscaleOptions.WrittenQueries[metric.Name]
                .Replace("<<.Series>>", metric.Name)
                .Replace("<<.LabelMatchers>>", "pod=~\"silo-.*\"")
                .Replace("<<.GroupBy>>", "pod")
                .Replace($"[{AutoscaleOptions.WrittenAverage.TotalSeconds:0}s]", string.Create(CultureInfo.InvariantCulture, $"[{options.Hasten(AutoscaleOptions.WrittenAverage).TotalMilliseconds:0}ms]"));
            told[metric.Name] = await prometheus.QueryAsync(query, cancellation);
        }

        return told;
    }

    private double Mean(string metric) => _told.TryGetValue(metric, out var values) && values.Count > 0 ? values.Values.Average() : double.NaN;
}
