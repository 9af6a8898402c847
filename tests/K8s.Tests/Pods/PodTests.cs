using Loupe.K8s.Tests.Manifests;
using Loupe.Silo.Hosting;

namespace Loupe.K8s.Tests.Pods;

public sealed class PodTests
{
    private static readonly string[] Probes = ["startupProbe", "readinessProbe", "livenessProbe"];

    public static TheoryData<string> Overlays => Overlay.Names;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_pod_may_do_as_little_as_possible(string folder)
    {
        foreach (var owner in Overlay.Of(folder).Manifests.Where(manifest => manifest.Json["spec"]?["template"] is not null))
        {
            var (pod, container) = (owner.Pod["securityContext"]!, owner.Container["securityContext"]!);
            Assert.True((bool)pod["runAsNonRoot"]!);
            Assert.True((int)pod["runAsUser"]! > 0);
            Assert.Equal("RuntimeDefault", (string?)pod["seccompProfile"]!["type"]);
            Assert.False((bool)container["allowPrivilegeEscalation"]!);
            Assert.True((bool)container["readOnlyRootFilesystem"]!);
            Assert.Equal("ALL", (string?)container["capabilities"]!["drop"]!.AsArray().Single());
            Assert.False((bool)owner.Pod["automountServiceAccountToken"]!);
            Assert.NotNull(owner.Container["resources"]!["requests"]!["memory"]);
            Assert.NotNull(owner.Container["resources"]!["limits"]!["memory"]);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void What_is_written_to_is_a_volume(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var deployment in overlay.Loupe)
        {
            var mounts = deployment.Container["volumeMounts"]!.AsArray().Select(mount => (string)mount!["mountPath"]!).ToList();
            var environment = deployment.Environment(overlay);
            Assert.Contains(environment["LOUPE__Loupe__Data"], mounts);
            Assert.Contains(environment["TMPDIR"], mounts);
            Assert.Contains(environment["HOME"], mounts);
            Assert.Equal(
                deployment.Container["volumeMounts"]!.AsArray().Select(mount => (string)mount!["name"]!).Order(),
                deployment.Pod["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Ports_are_those_that_the_process_listens_on(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var deployment in overlay.Loupe)
        {
            var environment = deployment.Environment(overlay);
            Assert.Equal(Settings.Bind<SiloOptions>(SiloOptions.Section, environment).Port, deployment.Ports["http"]);
            Assert.Equal(environment["LOUPE__Cluster__Port"], $"{deployment.Ports["silo"]}");
            Assert.Equal(
                Settings.Bind<SiloOptions>(SiloOptions.Section, environment).ManagementPort, deployment.Ports["management"]);

            // A pod that listens on its loopback alone is reached by nobody.
            Assert.Equal("0.0.0.0", Settings.Bind<SiloOptions>(SiloOptions.Section, environment).Host);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void It_has_more_time_to_leave_than_it_takes(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var deployment in overlay.Loupe)
        {
            var environment = deployment.Environment(overlay);
            var pause = (int?)deployment.Container["lifecycle"]?["preStop"]?["sleep"]?["seconds"] ?? 0;
            var shutdown = Settings.Bind<SiloOptions>(SiloOptions.Section, environment).ShutdownSeconds;
            var handOff = Settings.Bind<Grains.Hosting.LoupeClusterOptions>("Cluster", environment).HandOffSeconds;
            Assert.True(
                (int)deployment.Pod["terminationGracePeriodSeconds"]! > pause + shutdown, $"{deployment} is killed before it has left.");
            Assert.True(handOff < shutdown, $"{deployment} has no time for questions beside handing features over.");
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void A_gateway_pauses_before_it_refuses(string folder) =>
        Assert.True(
            (int)Overlay.Of(folder).Single("Deployment", "loupe-gateway").Container["lifecycle"]!["preStop"]!["sleep"]!["seconds"]! >= 5);

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_probe_asks_a_port_that_there_is(string folder)
    {
        foreach (var deployment in Overlay.Of(folder).Loupe)
        {
            Assert.All(Probes, probe => Assert.Contains((string)deployment.Container[probe]!["httpGet"]!["port"]!, deployment.Ports.Keys));
            Assert.Equal("/health/ready", PathOf(deployment, "readinessProbe"));

            // One that is saturated, or whose Redis is away, is not ready; to kill it for that would make it worse.
            Assert.Equal("/health/live", PathOf(deployment, "livenessProbe"));
            Assert.Equal("/health/live", PathOf(deployment, "startupProbe"));
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void New_pods_come_before_old_ones_go(string folder) => Assert.All(Overlay.Of(folder).Loupe, deployment =>
    {
        var update = deployment.Spec["strategy"]!["rollingUpdate"]!;
        Assert.Equal((0, 1), ((int)update["maxUnavailable"]!, (int)update["maxSurge"]!));
    });

    [Theory]
    [InlineData("overlays/gpu")]
    [InlineData("overlays/gpu-keda")]
    public void A_silo_on_a_gpu_gets_one_and_insists_on_it(string folder)
    {
        var overlay = Overlay.Of(folder);
        var silo = overlay.Single("Deployment", "loupe-silo");
        Assert.Equal("1", (string?)silo.Container["resources"]!["limits"]!["nvidia.com/gpu"]);
        Assert.Equal(
            (string?)silo.Container["resources"]!["requests"]!["nvidia.com/gpu"],
            (string?)silo.Container["resources"]!["limits"]!["nvidia.com/gpu"]);
        Assert.Equal("cuda", Settings.Bind<Engine.Hosting.EngineOptions>("Loupe", silo.Environment(overlay)).Device.Device);
        Assert.Contains(silo.Pod["tolerations"]!.AsArray(), toleration => (string?)toleration!["key"] == "nvidia.com/gpu");
        Assert.NotNull(silo.Pod["nodeSelector"]);
        Assert.EndsWith(":cuda", (string)silo.Container["image"]!);

        var gateway = overlay.Single("Deployment", "loupe-gateway");
        Assert.Null(gateway.Container["resources"]!["limits"]!["nvidia.com/gpu"]);
        Assert.EndsWith(":cpu", (string)gateway.Container["image"]!);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Features_fit_into_the_memory_of_the_pod(string folder)
    {
        var overlay = Overlay.Of(folder);
        var silo = overlay.Single("Deployment", "loupe-silo");
        var limit = (string)silo.Container["resources"]!["limits"]!["memory"]!;
        Assert.EndsWith("Gi", limit);
        Assert.True(
            Settings.Bind<Engine.Hosting.EngineOptions>(
                "Loupe", silo.Environment(overlay)).Features.Bytes < (long.Parse(limit[..^2]) << 30) / 2,
            "the model and its work need memory too");
    }

    private static string PathOf(Manifest deployment, string probe) => (string)deployment.Container[probe]!["httpGet"]!["path"]!;
}
