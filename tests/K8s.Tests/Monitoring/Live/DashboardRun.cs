using System.Text.Json.Nodes;
using Loupe.Bench.Fleet;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>Servers under load, a real Prometheus that scrapes them, and every query of the dashboard and the rules put to it.</summary>
internal static class DashboardRun
{
    /// <param name="monitoring">The folder <c>k8s/monitoring</c>.</param>
    /// <param name="silos">How many processes.</param>
    /// <param name="device">What they run on.</param>
    /// <param name="duration">Load before the queries, at least as long as recording rules take to have been evaluated twice.</param>
    /// <param name="say">Told of progress.</param>
    /// <param name="cancellation">Breaks off.</param>
    public static async Task<DashboardAnswers> RunAsync(
        string monitoring, int silos, string device, TimeSpan duration, Action<string> say, CancellationToken cancellation)
    {
        var queries = DashboardFile.Queries(
            JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(monitoring, "dashboards", "loupe.json"), cancellation))!);
        say($"Starting {silos} {(silos == 1 ? "server" : "silos")} …");

        // So little room that values are evicted, so little patience that some are refused.
        await using var fleet = await SiloFleet.StartAsync(
            new FleetOptions
            {
                Silos = silos,
                Device = device,
                Settings = ["--Loupe:Features:Bytes", "4000000", "--Loupe:Queue:MaxSeconds", "0.5"],
            },
            cancellation);
        await using var prometheus = await Prometheus.StartAsync(
            TimeSpan.FromSeconds(1), cancellation, Path.Combine(monitoring, "rules", "loupe.yaml"));
        prometheus.Watch(fleet.Silos.Select(silo => (silo.Name, silo.Address)));

        var visitors = new Visitors(fleet.Silos, clients: 4 * silos, seed: 1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var visiting = visitors.RunAsync(stop.Token);
        for (var left = duration; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(10))
        {
            say($"{left.TotalSeconds:0} s to go: {visitors.Answered} answered, {visitors.Refused} refused");
            await Task.Delay(left < TimeSpan.FromSeconds(10) ? left : TimeSpan.FromSeconds(10), cancellation);
        }

        // Asked while the load goes on, as somebody would who looks at it.
        var told = new List<Told>();
        var rules = await RulesAsync(prometheus, cancellation);
        foreach (var asked in queries.Concat(rules))
        {
            told.Add(await AskAsync(prometheus, asked, cancellation));
        }

        await stop.CancelAsync();
        await visiting;
        return new DashboardAnswers(silos, visitors.Answered, visitors.Refused, told);
    }

    /// <summary>
    /// Expressions of the rules that Prometheus has read: what is recorded must have data, what alerts has data in trouble
    /// only.
    /// </summary>
    private static async Task<IReadOnlyList<Asked>> RulesAsync(Prometheus prometheus, CancellationToken cancellation)
    {
        var groups = (await prometheus.CallAsync("rules", cancellation))["groups"]!.AsArray();
        var rules = groups.SelectMany(group => group!["rules"]!.AsArray()).ToList();
        if (rules.FirstOrDefault(rule => (string?)rule!["health"] == "err") is { } ill)
        {
            throw new IOException($"Prometheus cannot evaluate {ill["name"]}: {ill["lastError"]}");
        }

        return
        [
            .. rules.Select(
                rule => new Asked((string)rule!["name"]!, (string)rule["query"]!, MayBeEmpty: (string?)rule["type"] == "alerting")),
            .. rules.Where(rule => (string?)rule!["type"] == "recording")
                .Select(rule => new Asked($"{rule!["name"]} (recorded)", (string)rule["name"]!, MayBeEmpty: false)),
        ];
    }

    private static async Task<Told> AskAsync(Prometheus prometheus, Asked asked, CancellationToken cancellation)
    {
        try
        {
            var result = (
                await prometheus.CallAsync($"query?query={Uri.EscapeDataString(asked.Query)}", cancellation))["result"]!.AsArray();
            var example = result.FirstOrDefault(series => (string?)series!["value"]![1] is not ("NaN" or "0")) ?? result.FirstOrDefault();
            return new Told(asked, result.Count, example?.DeepClone(), null);
        }
        catch (IOException refusal)
        {
            return new Told(asked, null, null, refusal.Message);
        }
    }
}

/// <summary>What came of it.</summary>
/// <param name="Silos">Processes.</param>
/// <param name="Answered">Questions answered meanwhile.</param>
/// <param name="Refused">Visits that ended with a refusal.</param>
/// <param name="Told">Each query with its answer.</param>
internal sealed record DashboardAnswers(int Silos, int Answered, int Refused, IReadOnlyList<Told> Told)
{
    public bool IsGood => Told.All(told => told.IsGood);
}
