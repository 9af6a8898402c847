using System.Text.Json.Nodes;
using Loupe.K8s.Tests.Manifests;
using Loupe.K8s.Tests.Monitoring.Live;
using Loupe.K8s.Tests.Scaling;

namespace Loupe.K8s.Tests.Monitoring;

public sealed class DashboardTests
{
    private const int Width = 24;

    private static readonly JsonNode Dashboard = JsonNode.Parse(
        File.ReadAllText(Repository.Path("k8s", "monitoring", "dashboards", "loupe.json")))!;

    private static IEnumerable<JsonNode> Panels => Dashboard["panels"]!.AsArray().Select(panel => panel!);

    [Fact]
    public void Every_metric_of_the_contract_is_shown_and_no_other_is_asked_for()
    {
        var shown = DashboardFile.Queries(Dashboard).SelectMany(asked => Code.MetricsOf(asked.Query)).Select(Contract.Plain).ToHashSet();
        Assert.Equal(Contract.Metrics.Order(), shown.Order());
    }

    [Fact]
    public void Every_query_can_be_narrowed_to_a_namespace_and_pods()
    {
        var queries = Panels.SelectMany(panel => panel["targets"]?.AsArray() ?? []).Select(target => (string)target!["expr"]!).ToList();
        Assert.NotEmpty(queries);
        Assert.All(queries, query =>
        {
            var selectors = query.Split('{')[1..];
            Assert.All(selectors, selector => Assert.Contains("namespace=~\"$namespace\", pod=~\"$pod\"", selector.Split('}')[0]));
        });
        Assert.Equal(
            ["datasource", "namespace", "pod"], Dashboard["templating"]!["list"]!.AsArray().Select(variable => (string)variable!["name"]!));
    }

    [Fact]
    public void Panels_fill_rows_and_overlap_nowhere()
    {
        var taken = new HashSet<(int X, int Y)>();
        foreach (var panel in Panels)
        {
            var place = panel["gridPos"]!;
            var (x0, y0, w, h) = ((int)place["x"]!, (int)place["y"]!, (int)place["w"]!, (int)place["h"]!);
            for (var y = y0; y < y0 + h; y++)
            {
                for (var x = x0; x < x0 + w; x++)
                {
                    Assert.True(x < Width && taken.Add((x, y)), $"{panel["title"]} lies over another or outside.");
                }
            }
        }

        Assert.Equal(Width * (taken.Max(cell => cell.Y) + 1), taken.Count);
        Assert.Equal(Panels.Count(), Panels.Select(panel => (int)panel["id"]!).Distinct().Count());
    }

    [Fact]
    public void Every_panel_says_what_it_shows_and_in_what_unit()
    {
        foreach (var panel in Panels.Where(panel => (string?)panel["type"] != "row"))
        {
            Assert.False(string.IsNullOrWhiteSpace((string?)panel["description"]), $"{panel["title"]}");
            Assert.True(
                panel["fieldConfig"]!["defaults"]!["unit"] is not null || panel["options"]!["yAxis"]?["unit"] is not null,
                $"{panel["title"]}");
        }
    }

    [Fact]
    public void What_every_silo_tells_of_redis_is_not_added_up()
    {
        var query = (string)Panels.Single(panel => (string?)panel["title"] == "Bytes kept by tier")["targets"]![0]!["expr"]!;
        Assert.Contains("tier!=\"redis\"", query.Split(" or ")[0]);
        Assert.StartsWith("max by (tier)", query.Split(" or ")[1]);
        Assert.Contains("tier=\"redis\"", query.Split(" or ")[1]);
    }

    [Fact]
    public void Grafana_gets_it_as_a_config_map()
    {
        var map = Overlay.Of("monitoring").Single("ConfigMap", "loupe-dashboard").Json;
        Assert.Equal("1", (string?)map["metadata"]!["labels"]!["grafana_dashboard"]);
        Assert.Equal("Loupe", (string?)JsonNode.Parse((string)map["data"]!["loupe.json"]!)!["title"]);
    }
}
