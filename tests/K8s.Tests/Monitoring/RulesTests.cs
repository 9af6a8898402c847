using System.Text.Json.Nodes;
using Loupe.K8s.Tests.Manifests;
using Loupe.K8s.Tests.Scaling;

namespace Loupe.K8s.Tests.Monitoring;

public sealed class RulesTests
{
    [Fact]
    public async Task Promtool_finds_nothing_wrong()
    {
        var (code, said) = await Promtool.RunAsync("check", "rules", "--lint-fatal", "loupe.yaml");
        Assert.True(code == 0, said);
        Assert.Contains($"{Rules().Count} rules found", said);
    }

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_not_before()
    {
        var (code, said) = await Promtool.RunAsync("test", "rules", "loupe.test.yaml");
        Assert.True(code == 0, said);
    }

    [Fact]
    public void Every_alert_has_a_series_that_makes_it_fire()
    {
        var fired = Read("rules", "loupe.test.yaml")["tests"]!.AsArray()
            .SelectMany(test => test!["alert_rule_test"]?.AsArray() ?? [])
            .Where(test => test!["exp_alerts"] is JsonArray { Count: > 0 })
            .Select(test => (string)test!["alertname"]!);
        Assert.Equal(Alerts().Select(alert => (string)alert["alert"]!).Order(), fired.Distinct().Order());
    }

    [Fact]
    public void The_operators_rules_are_the_files()
    {
        var wrapped = Read("prometheus-rule.yaml")["spec"]!["groups"]!;
        Assert.Equal(Read("rules", "loupe.yaml")["groups"]!.ToJsonString(), wrapped.ToJsonString());
    }

    [Fact]
    public void Every_alert_says_how_bad_it_is_and_what_to_do()
    {
        var headings = File.ReadLines(Repository.Path("k8s", "monitoring", "README.md"))
            .Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]).ToHashSet();
        Assert.All(Alerts(), alert =>
        {
            var name = (string)alert["alert"]!;
            Assert.Contains((string)alert["labels"]!["severity"]!, (string[])["warning", "critical"]);
            Assert.NotEmpty((string)alert["annotations"]!["summary"]!);
            Assert.NotEmpty((string)alert["annotations"]!["description"]!);
            Assert.Equal($"k8s/monitoring/README.md#{name.ToLowerInvariant()}", (string?)alert["annotations"]!["runbook_url"]);
            Assert.Contains(name, headings);
        });
        Assert.Equal(Alerts().Count(), headings.Count);
    }

    [Fact]
    public void Rules_ask_for_metrics_that_there_are()
    {
        // Without its namespace, a recorded name is one of the rules' own.
        var recorded = Rules().Select(rule => (string?)rule["record"]).OfType<string>().ToList();
        Assert.All(Rules(), rule =>
        {
            var query = recorded.Aggregate((string)rule["expr"]!, (text, name) => text.Replace(name, ""));
            Assert.All(Code.MetricsOf(query), name => Assert.Contains(Contract.Plain(name), Contract.Metrics));
        });
    }

    private static IReadOnlyList<JsonNode> Rules() =>
        [.. Read("rules", "loupe.yaml")["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).Select(rule => rule!)];

    private static IEnumerable<JsonNode> Alerts() => Rules().Where(rule => rule["alert"] is not null);

    private static JsonNode Read(params string[] path) =>
        Yaml.Parse(File.ReadAllText(Repository.Path(["k8s", "monitoring", .. path]))).Single();
}
