using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>A Grafana dashboard, read for its queries.</summary>
internal static partial class DashboardFile
{
    // What Grafana would put in, for a scrape every few seconds.
    private static readonly (string Variable, string Value)[] Variables = [
        ("$__rate_interval", "30s"), ("$namespace", ".*"), ("$pod", ".*")
    ];

    /// <summary>Every query with its panel's title, as Grafana would send it with all variables at "All"; those of variables too.</summary>
    public static IReadOnlyList<Asked> Queries(JsonNode dashboard)
    {
        var panels = dashboard["panels"]!.AsArray().Where(panel => (string?)panel!["type"] != "row");
        var variables = dashboard["templating"]!["list"]!.AsArray().Where(variable => (string?)variable!["type"] == "query");
        return
        [
            .. panels.SelectMany(
                panel =>
                    panel!["targets"]!.AsArray()
                        .Select(target => new Asked((string)panel["title"]!, Fill((string)target!["expr"]!), MayBeEmpty: false))),
            .. variables.Select(
                variable =>
                    new Asked(
                        $"variable {variable!["name"]}", Fill(LabelValues().Replace((string)variable["definition"]!, "group by ($2) ($1)")),
                        MayBeEmpty: false)),
            .. dashboard["annotations"]!["list"]!.AsArray()
                .Select(annotation => new Asked($"annotation {annotation!["name"]}", Fill((string)annotation["expr"]!), MayBeEmpty: true)),
        ];
    }

    private static string Fill(string query) =>
        Variables.Aggregate(query, (filled, pair) => filled.Replace(pair.Variable, pair.Value, StringComparison.Ordinal));

    [GeneratedRegex(@"^label_values\((.*), ([a-z_]+)\)$")]
    private static partial Regex LabelValues();
}

/// <summary>A query and where it comes from.</summary>
/// <param name="Where">Title of a panel, or name of a rule.</param>
/// <param name="Query">PromQL.</param>
/// <param name="MayBeEmpty">Whether it has data in trouble only: it must still be understood.</param>
internal sealed record Asked(string Where, string Query, bool MayBeEmpty);

/// <summary>What Prometheus said.</summary>
/// <param name="Asked">The query.</param>
/// <param name="Series">How many series; null where it refused.</param>
/// <param name="Example">The first series with a number, else the first.</param>
/// <param name="Refusal">Why it refused.</param>
internal sealed record Told(Asked Asked, int? Series, JsonNode? Example, string? Refusal)
{
    public bool IsGood => Series is { } count && (count > 0 || Asked.MayBeEmpty);
}
