using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Loupe.K8s.Tests.Manifests;

/// <summary>What <c>kubectl kustomize</c> makes of a folder in k8s/, once for all tests.</summary>
internal sealed class Overlay
{
    /// <summary>Those that people apply.</summary>
    public static readonly string[] Applied = ["overlays/cpu", "overlays/gpu", "overlays/gpu-keda"];

    private static readonly ConcurrentDictionary<string, Lazy<Overlay>> All = new();

    private Overlay(IReadOnlyList<Manifest> manifests) => Manifests = manifests;

    public static TheoryData<string> Names => [.. Applied];

    public IReadOnlyList<Manifest> Manifests { get; }

    /// <summary>Those of the pods that run Loupe.</summary>
    public IEnumerable<Manifest> Loupe => Manifests.Where(manifest => manifest.Kind == "Deployment");

    /// <summary>Renders a folder; skips the test where kubectl is missing or too old for components.</summary>
    public static Overlay Of(string folder)
    {
        Assert.SkipWhen(Missing.Value is not null, Missing.Value ?? string.Empty);
        return All.GetOrAdd(
            folder,
            name => new(
                () =>
                    new Overlay([.. Yaml.Parse(Run("kustomize", Repository.Path("k8s", name))).Select(json => new Manifest(json))]))).Value;
    }

    public Manifest Single(string kind, string name) => Manifests.Single(manifest => manifest.Kind == kind && manifest.Name == name);

    public IEnumerable<Manifest> OfKind(string kind) => Manifests.Where(manifest => manifest.Kind == kind);

    private static readonly Lazy<string?> Missing = new(() =>
    {
        try
        {
            return Run("version", "--client").Contains("Kustomize Version: v5", StringComparison.Ordinal)
                ? null
                : "kubectl is too old: 1.27 or newer renders k8s/ (https://kubernetes.io/docs/tasks/tools).";
        }
        catch (Win32Exception)
        {
            return "kubectl is not installed (https://kubernetes.io/docs/tasks/tools): 1.27 or newer renders k8s/.";
        }
    });

    private static string Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var complaints = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"kubectl {string.Join(' ', arguments)}: {complaints.Result}");
        return output;
    }
}

/// <summary>One object.</summary>
internal sealed class Manifest(JsonObject json)
{
    public JsonObject Json => json;

    public string Kind => (string)json["kind"]!;

    public string Name => (string)json["metadata"]!["name"]!;

    public JsonObject Spec => json["spec"]!.AsObject();

    /// <summary>Of what makes pods.</summary>
    public JsonObject Pod => Spec["template"]!["spec"]!.AsObject();

    public JsonObject PodLabels => Spec["template"]!["metadata"]!["labels"]!.AsObject();

    /// <summary>Each pod has one.</summary>
    public JsonObject Container => Pod["containers"]!.AsArray().Single()!.AsObject();

    /// <summary>Ports by name.</summary>
    public IReadOnlyDictionary<string, int> Ports =>
        Container["ports"]!.AsArray().ToDictionary(port => (string)port!["name"]!, port => (int)port!["containerPort"]!);

    /// <summary>
    /// The environment of the container as far as it is written here: what comes from the pod or from a Secret is null.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Environment(Overlay overlay)
    {
        Dictionary<string, string?> environment = [];
        foreach (var source in Container["envFrom"]?.AsArray() ?? [])
        {
            if (source!["configMapRef"] is { } map)
            {
                foreach (var (key, value) in overlay.Single("ConfigMap", (string)map["name"]!).Json["data"]!.AsObject())
                {
                    environment[key] = (string)value!;
                }
            }
        }

        foreach (var variable in Container["env"]?.AsArray() ?? [])
        {
            environment[(string)variable!["name"]!] = (string?)variable["value"];
        }

        return environment;
    }

    public override string ToString() => $"{Kind} {Name}";

    /// <summary>Whether a label selector takes labels; an empty one takes all.</summary>
    public static bool Selects(JsonNode? selector, JsonObject labels) =>
        (selector?["matchLabels"]?.AsObject() ?? []).All(label => (string?)labels[label.Key] == (string?)label.Value)
        && (selector?["matchExpressions"]?.AsArray() ?? []).All(expression => (string)expression!["operator"]! == "In"
            && expression["values"]!.AsArray().Select(value => (string?)value).Contains((string?)labels[(string)expression["key"]!]));
}
