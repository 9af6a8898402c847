using Loupe.K8s.Tests.Manifests;
using Loupe.Redis.Tests.Servers;

namespace Loupe.K8s.Tests.Pods;

/// <summary>The processes of the pods, started with the environment that the manifests give them, and a Redis of their own.</summary>
public sealed class PodProcessTests
{
    [Fact]
    public async Task A_silo_and_a_gateway_start_are_probed_and_leave_as_written()
    {
        var overlay = Overlay.Of("overlays/cpu");
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes");
        Dictionary<string, string> Here(string name) => new()
        {
            ["LOUPE__Cluster__Redis"] = redis.Address,
            ["POD_NAME"] = name,
            ["POD_IP"] = "127.0.0.1",
            // What a bundle says is not what is tested here.
            ["LOUPE__Loupe__Device__Device"] = "simulated:encode=1ms,region=1ms,step=1ms",
            ["LOUPE__Loupe__AllowSimulatedDevice"] = "true",
        };
        var (siloPod, gatewayPod) = (overlay.Single("Deployment", "loupe-silo"), overlay.Single("Deployment", "loupe-gateway"));
        await using var silo = new PodProcess(siloPod.Environment(overlay), Here("loupe-silo-abc"));
        await using var gateway = new PodProcess(gatewayPod.Environment(overlay), Here("loupe-gateway-xyz"));

        foreach (var (pod, process) in new[] { (siloPod, silo), (gatewayPod, gateway) })
        {
            foreach (var probe in (string[])["startupProbe", "livenessProbe", "readinessProbe"])
            {
                await process.WaitForAsync((string)pod.Container[probe]!["httpGet"]!["path"]!);
            }
        }

        var cluster = await gateway.GetAsync("/v1/cluster");
        Assert.Contains("loupe-silo-abc", cluster);
        Assert.Contains("loupe-gateway-xyz", cluster);
        var metrics = await silo.MetricsAsync();
        Assert.Contains("\nloupe_saturation", metrics);
        Assert.Contains("\nloupe_device_busy_ratio", metrics);

        Assert.Equal(0, await silo.StopAsync());
        Assert.Equal(0, await gateway.StopAsync());
    }

    [Fact]
    public async Task Without_keys_a_pod_says_what_it_lacks()
    {
        var overlay = Overlay.Of("overlays/gpu");
        await using var redis = await RedisServer.StartAsync();
        await using var gateway =
            new PodProcess(overlay.Single("Deployment", "loupe-gateway").Environment(overlay), new Dictionary<string, string>
            {
                ["LOUPE__Cluster__Redis"] = redis.Address,
                ["POD_NAME"] = "loupe-gateway-xyz",
                ["POD_IP"] = "127.0.0.1",
                ["LOUPE__Loupe__Device__Device"] = "simulated:encode=1ms,region=1ms,step=1ms",
                ["LOUPE__Loupe__AllowSimulatedDevice"] = "true",
            });

        Assert.Equal(2, await gateway.EndAsync());
        Assert.Contains("Auth:Keys", gateway.Output);
    }
}
