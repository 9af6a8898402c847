using System.Text.Json.Nodes;
using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Pods;

/// <summary>What selects pods selects those that are meant.</summary>
public sealed class SelectorTests
{
    public static TheoryData<string> Overlays => Overlay.Names;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_service_leads_to_pods_and_their_ports(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var service in overlay.OfKind("Service"))
        {
            var selector = new JsonObject { ["matchLabels"] = service.Spec["selector"]!.DeepClone() };
            var owner = Assert.Single(Owners(overlay), owner => Manifest.Selects(selector, owner.PodLabels));
            Assert.All(service.Spec["ports"]!.AsArray(), port => Assert.Contains((string)port!["targetPort"]!, owner.Ports.Keys));
        }

        Assert.Equal("loupe-gateway", Owners(overlay).Single(owner => Manifest.Selects(
            new JsonObject { ["matchLabels"] = overlay.Single("Service", "loupe").Spec["selector"]!.DeepClone() }, owner.PodLabels)).Name);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_owner_selects_its_own_pods_alone(string folder) => Assert.All(
        Owners(Overlay.Of(folder)),
        owner =>
            Assert.Equal(
                [owner.Name],
                Owners(Overlay.Of(folder))
                    .Where(other => Manifest.Selects(owner.Spec["selector"], other.PodLabels))
                    .Select(other => other.Name)));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Silos_and_gateways_have_a_disruption_budget_each(string folder)
    {
        var overlay = Overlay.Of(folder);
        Assert.All(overlay.Loupe, deployment => Assert.Single(
            overlay.OfKind("PodDisruptionBudget"), budget => Manifest.Selects(budget.Spec["selector"], deployment.PodLabels)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Pods_are_spread_by_their_own_labels(string folder) => Assert.All(Overlay.Of(folder).Loupe, deployment =>
        Assert.All(
            deployment.Pod["topologySpreadConstraints"]!.AsArray(),
            spread => Assert.True(Manifest.Selects(spread!["labelSelector"], deployment.PodLabels))));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Nothing_goes_in_or_out_that_no_policy_names(string folder)
    {
        var overlay = Overlay.Of(folder);
        var deny = overlay.Single("NetworkPolicy", "default-deny");
        Assert.Empty(deny.Spec["podSelector"]!.AsObject());
        Assert.Equal(["Ingress", "Egress"], deny.Spec["policyTypes"]!.AsArray().Select(type => (string)type!));
        Assert.Null(deny.Spec["ingress"]);
        Assert.Null(deny.Spec["egress"]);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Policies_let_through_what_is_needed(string folder)
    {
        var overlay = Overlay.Of(folder);
        var (silo, gateway) = (overlay.Single("Deployment", "loupe-silo"), overlay.Single("Deployment", "loupe-gateway"));
        foreach (var from in new[] { silo, gateway })
        {
            foreach (var to in new[] { silo, gateway })
            {
                Assert.True(
                    Out(overlay, from, to, to.Ports["silo"]) && In(overlay, from, to, to.Ports["silo"]), $"{from} cannot reach {to}.");
            }

            Assert.True(Out(overlay, from, null, 53), $"{from} finds no names.");
            if (overlay.Manifests.FirstOrDefault(manifest => manifest.Kind == "StatefulSet") is { } redis)
            {
                Assert.True(Out(overlay, from, redis, 6379) && In(overlay, from, redis, 6379), $"{from} cannot reach {redis}.");
            }
            else
            {
                Assert.True(Out(overlay, from, null, 6379) && Out(overlay, from, null, 6380), $"{from} cannot reach a Redis elsewhere.");
            }
        }

        // People reach gateways, and not silos.
        Assert.True(In(overlay, null, gateway, gateway.Ports["http"]));
        Assert.False(In(overlay, null, silo, silo.Ports["http"]));
        Assert.False(In(overlay, null, silo, silo.Ports["silo"]));
        Assert.False(In(overlay, null, gateway, gateway.Ports["silo"]));

        // What needs no key is reached by nobody who asks questions.
        Assert.All((Manifest[])[silo, gateway], pod => Assert.False(In(overlay, null, pod, pod.Ports["management"])));
        Assert.DoesNotContain(
            overlay.OfKind("Service").SelectMany(service => service.Spec["ports"]?.AsArray() ?? []),
            port => port!["targetPort"] is { } target && target.ToString() == "management");
    }

    private static IEnumerable<Manifest> Owners(Overlay overlay) =>
        overlay.Manifests.Where(manifest => manifest.Kind is "Deployment" or "StatefulSet");

    /// <summary>Whether a policy lets a pod ask another; null is somewhere outside the namespace.</summary>
    private static bool Out(Overlay overlay, Manifest from, Manifest? to, int port) =>
        Allows(overlay, from, "Egress", "to", to, to ?? from, port);

    private static bool In(Overlay overlay, Manifest? from, Manifest to, int port) =>
        Allows(overlay, to, "Ingress", "from", from, to, port);

    private static bool Allows(Overlay overlay, Manifest subject, string type, string peers, Manifest? peer, Manifest portsOf, int port) =>
        overlay.OfKind("NetworkPolicy")
            .Where(
                policy =>
                    Manifest.Selects(policy.Spec["podSelector"], subject.PodLabels)
                        && policy.Spec["policyTypes"]!.AsArray().Any(named => (string)named! == type))
            .SelectMany(policy => policy.Spec[type.ToLowerInvariant()]?.AsArray() ?? [])
            .Any(rule => (rule!["ports"]?.AsArray() ?? []).Any(allowed => Port(allowed!["port"]!, portsOf) == port)
                && (rule[peers] is not JsonArray { Count: > 0 } named || named.Any(one => IsPeer(one!, peer, port))));

    // Outside are DNS, which has a namespace of its own, and whatever nobody restricts.
    private static bool IsPeer(JsonNode named, Manifest? peer, int port) => peer is null
        ? named["namespaceSelector"] is not null && port == 53
        : named["namespaceSelector"] is null && Manifest.Selects(named["podSelector"], peer.PodLabels);

    private static int Port(JsonNode port, Manifest owner) =>
        port.GetValueKind() == System.Text.Json.JsonValueKind.Number ? (int)port : owner.Ports.GetValueOrDefault((string)port!, -1);
}
