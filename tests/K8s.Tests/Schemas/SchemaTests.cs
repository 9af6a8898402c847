using System.Diagnostics;
using System.Text.Json.Nodes;
using Loupe.K8s.Tests.Manifests;

namespace Loupe.K8s.Tests.Schemas;

/// <summary>Every object against the schemas of Kubernetes, KEDA and the Prometheus operator, unknown members included.</summary>
public sealed class SchemaTests
{
    public static TheoryData<string> Folders => [.. Overlay.Applied, "base", "redis", "monitoring"];

    [Theory]
    [MemberData(nameof(Folders))]
    public async Task Every_object_is_as_its_schema_says(string folder)
    {
        var manifests = Overlay.Of(folder).Manifests;
        Assert.NotEmpty(manifests);
        Assert.Equal("", await ValidateAsync(manifests.Select(manifest => manifest.Json)));
    }

    [Fact]
    public async Task What_is_wrong_is_found()
    {
        var wrong = Overlay.Of("overlays/gpu-keda").Manifests.Select(manifest => manifest.Json.DeepClone().AsObject()).ToList();
        JsonObject Of(string kind, string name) =>
            wrong.Single(json => (string)json["kind"]! == kind && (string)json["metadata"]!["name"]! == name);
        Of("Deployment", "loupe-silo")["spec"]!["template"]!["spec"]!["containers"]![0]!["livenesProbe"] = new JsonObject();
        Of("Deployment", "loupe-gateway")["spec"]!["template"]!["spec"]!["terminationGracePeriodSeconds"] = "long";
        Of("Service", "loupe")["spec"]!["ports"]![0]!.AsObject().Remove("port");
        Of("ScaledObject", "loupe-silo")["spec"]!["minReplicas"] = 2;
        Of("PodMonitor", "loupe")["spec"]!.AsObject().Remove("selector");

        var told = await ValidateAsync(wrong);

        Assert.Contains("Deployment loupe-silo: /spec/template/spec/containers/0/livenesProbe is unknown", told);
        Assert.Contains("Deployment loupe-gateway: /spec/template/spec/terminationGracePeriodSeconds", told);
        Assert.Contains("Service loupe: /spec/ports/0", told);
        Assert.Contains("ScaledObject loupe-silo: /spec/minReplicas is unknown", told);
        Assert.Contains("PodMonitor loupe: /spec", told);
    }

    private static async Task<string> ValidateAsync(IEnumerable<JsonNode> objects)
    {
        var folder = Repository.Path("tests", "K8s.Tests", "Schemas");
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules", "kubernetes-models")),
            "the schemas are not installed (npm ci in tests/K8s.Tests/Schemas, which ./loupe test does where there is Node.js).");
        using var node = Process.Start(new ProcessStartInfo("node", [Path.Combine(folder, "validate.mjs")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var told = node.StandardOutput.ReadToEndAsync();
        var complaints = node.StandardError.ReadToEndAsync();
        await node.StandardInput.WriteAsync(new JsonArray([.. objects.Select(json => json.DeepClone())]).ToJsonString());
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await complaints);
        return await told;
    }
}
