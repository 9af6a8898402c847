using System.Globalization;
using System.Text.Json.Nodes;
using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Scaling;

/// <summary>Autoscalers read metrics that there are, and do what the model of Kubernetes' autoscaler was tried with.</summary>
public sealed class ScalingTests
{
    private const string Adapter = "k8s/components/hpa/prometheus-adapter-values.yaml";

    [Fact]
    public void The_autoscaler_reads_gauges_of_the_code()
    {
        var names = Silo().Spec["metrics"]!.AsArray().Select(metric => (string)metric!["pods"]!["metric"]!["name"]!).ToList();
        Assert.Contains("loupe_saturation", names);
        Assert.All(names, name => Assert.Contains(name, Code.Gauges));
    }

    [Fact]
    public void The_adapter_serves_what_the_autoscaler_reads()
    {
        var served = Rules().ToDictionary(rule => (string)rule["name"]!["as"]!);
        Assert.All(Silo().Spec["metrics"]!.AsArray(), metric => Assert.Contains((string)metric!["pods"]!["metric"]!["name"]!, served.Keys));
        Assert.All(served, rule => Assert.Equal([rule.Key], Code.MetricsOf((string)rule.Value["seriesQuery"]!)));
    }

    [Fact]
    public void What_is_written_is_what_was_rehearsed()
    {
        var silo = Silo().Spec;
        var rehearsed = WrittenScaling.Rules;
        Assert.Equal((rehearsed.MinReplicas, rehearsed.MaxReplicas), ((int)silo["minReplicas"]!, (int)silo["maxReplicas"]!));
        Assert.Equal(
            rehearsed.Metrics,
            silo["metrics"]!.AsArray().Select(
                metric =>
                    new PodsMetric(
                        (string)metric!["pods"]!["metric"]!["name"]!, Quantity((string)metric["pods"]!["target"]!["averageValue"]!))));
        Same(rehearsed.Up, silo["behavior"]!["scaleUp"]!);
        Same(rehearsed.Down, silo["behavior"]!["scaleDown"]!);
        Assert.Equal(
            WrittenScaling.Queries.OrderBy(query => query.Key),
            Rules().ToDictionary(rule => (string)rule["name"]!["as"]!, rule => (string)rule["metricsQuery"]!).OrderBy(query => query.Key));
        Assert.All(WrittenScaling.Queries.Values, query => Assert.Contains($"[{WrittenScaling.Average.TotalSeconds}s]", query));
        Assert.Equal(
            $"{WrittenScaling.Scrape.TotalSeconds}s",
            (string?)Overlay.Of("overlays/gpu").Single("PodMonitor", "loupe").Spec["podMetricsEndpoints"]![0]!["interval"]);
    }

    [Fact]
    public void Keda_does_as_the_autoscaler()
    {
        var (keda, hpa) = (Overlay.Of("overlays/gpu-keda").Single("ScaledObject", "loupe-silo").Spec, Silo().Spec);
        Assert.Equal(((int)hpa["minReplicas"]!, (int)hpa["maxReplicas"]!), ((int)keda["minReplicaCount"]!, (int)keda["maxReplicaCount"]!));
        Assert.Equal(hpa["behavior"]!.ToJsonString(), keda["advanced"]!["horizontalPodAutoscalerConfig"]!["behavior"]!.ToJsonString());
        Assert.Equal(
            WrittenScaling.Rules.Metrics,
            keda["triggers"]!.AsArray().Select(trigger => new PodsMetric(
                Assert.Single(Code.MetricsOf((string)trigger!["metadata"]!["query"]!)),
                double.Parse((string)trigger["metadata"]!["threshold"]!, CultureInfo.InvariantCulture))));

        // A sum over those that tell: silos that load add nothing and take nothing away.
        Assert.All(keda["triggers"]!.AsArray(), trigger => Assert.StartsWith("sum(", (string)trigger!["metadata"]!["query"]!));
        Assert.All(keda["triggers"]!.AsArray(), trigger => Assert.Equal("AverageValue", (string?)trigger!["metricType"]));
    }

    [Fact]
    public void Every_autoscaler_scales_a_deployment_that_there_is()
    {
        foreach (var folder in (string[])["overlays/gpu", "overlays/gpu-keda"])
        {
            var overlay = Overlay.Of(folder);
            var scalers = overlay.Manifests.Where(manifest => manifest.Kind is "HorizontalPodAutoscaler" or "ScaledObject").ToList();
            Assert.Equal(
                overlay.Loupe.Select(deployment => deployment.Name).Order(),
                scalers.Select(scaler => (string)scaler.Spec["scaleTargetRef"]!["name"]!).Order());

            // A count written here would undo what the autoscaler did at every apply.
            Assert.All(overlay.Loupe, deployment => Assert.Null(deployment.Spec["replicas"]));
        }
    }

    [Fact]
    public void A_silo_has_drained_before_the_next_one_goes()
    {
        foreach (var folder in (string[])["overlays/gpu", "overlays/gpu-keda"])
        {
            var overlay = Overlay.Of(folder);
            var grace = (int)overlay.Single("Deployment", "loupe-silo").Pod["terminationGracePeriodSeconds"]!;
            Assert.True(
                WrittenScaling.Rules.Down is { TakesLeast: true, Policies: [{ Kind: PolicyKind.Pods, Value: 1, Period: var period }] }
                    && period.TotalSeconds > grace);
        }
    }

    [Fact]
    public void Loading_takes_less_time_than_the_window_before_scaling_down()
    {
        // Or the silos asked for at a peak would be sent away before they had done anything.
        var probe = Overlay.Of("overlays/gpu").Single("Deployment", "loupe-silo").Container["startupProbe"]!;
        Assert.True((int)probe["periodSeconds"]! * (int)probe["failureThreshold"]! <= WrittenScaling.Rules.Down.Window.TotalSeconds);
    }

    [Fact]
    public void The_monitor_scrapes_silos_and_gateways()
    {
        foreach (var folder in (string[])["overlays/gpu", "overlays/gpu-keda"])
        {
            var overlay = Overlay.Of(folder);
            var monitor = overlay.Single("PodMonitor", "loupe").Spec;
            var endpoint = Assert.Single(monitor["podMetricsEndpoints"]!.AsArray())!;
            Assert.Equal("/metrics", (string?)endpoint["path"]);
            Assert.All(overlay.Loupe, deployment => Assert.True(Manifest.Selects(monitor["selector"], deployment.PodLabels)));
            Assert.All(overlay.Loupe, deployment => Assert.Contains((string)endpoint["port"]!, deployment.Ports.Keys));
        }
    }

    private static Manifest Silo() => Overlay.Of("overlays/gpu").Single("HorizontalPodAutoscaler", "loupe-silo");

    private static IEnumerable<JsonObject> Rules() =>
        Yaml.Parse(File.ReadAllText(Repository.Path(Adapter.Split('/'))))
            .Single()["rules"]!["custom"]!.AsArray()
            .Select(rule => rule!.AsObject());

    private static void Same(ScalingBehaviour rehearsed, JsonNode written)
    {
        Assert.Equal(rehearsed.Window.TotalSeconds, (int)written["stabilizationWindowSeconds"]!);
        Assert.Equal(rehearsed.TakesLeast ? "Min" : "Max", (string?)written["selectPolicy"]);
        Assert.Equal(
            rehearsed.Policies,
            written["policies"]!.AsArray().Select(policy => new ScalingPolicy(
                Enum.Parse<PolicyKind>((string)policy!["type"]!), (int)policy["value"]!,
                TimeSpan.FromSeconds((int)policy["periodSeconds"]!))));
    }

    private static double Quantity(string text) =>
        text.EndsWith('m')
            ? int.Parse(text[..^1], CultureInfo.InvariantCulture) / 1000.0
            : double.Parse(text, CultureInfo.InvariantCulture);
}
