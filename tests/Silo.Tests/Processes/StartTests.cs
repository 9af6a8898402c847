using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Loupe.Silo.Tests.Processes;

/// <summary>What keeps the process from starting is told in one line, with exit code 2.</summary>
public sealed class StartTests : IDisposable
{
    private readonly string _bundle = Directory.CreateTempSubdirectory("loupe-bundle-").FullName;

    [Theory]
    [InlineData("--prot", "8080")]
    [InlineData("serve", null)]
    [InlineData("--host", null)]
    public async Task Arguments_that_mean_nothing(string first, string? second) =>
        await RefusesAsync(_bundle, first, second is null ? [first] : [first, second]);

    [Fact]
    public async Task A_bundle_that_is_not_there() => await RefusesAsync(Path.Combine(_bundle, "nowhere"), "nowhere");

    [Fact]
    public async Task A_folder_that_is_no_bundle() => await RefusesAsync(_bundle, "bundle.json");

    [Fact]
    public async Task A_manifest_that_is_no_json()
    {
        CopyBundle();
        await File.WriteAllTextAsync(Path.Combine(_bundle, "bundle.json"), "{ \"format\": ");
        await RefusesAsync(_bundle, "bundle.json");
    }

    [Fact]
    public async Task A_graph_that_was_altered()
    {
        CopyBundle();
        var graph = Path.Combine(_bundle, GraphFile("encode"));
        var bytes = await File.ReadAllBytesAsync(graph);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(graph, bytes);
        await RefusesAsync(_bundle, Path.GetFileName(graph));
    }

    [Fact]
    public async Task A_graph_whose_signature_is_another()
    {
        CopyBundle();
        var (encode, region) = (GraphFile("encode"), GraphFile("region"));
        File.Copy(Path.Combine(_bundle, encode), Path.Combine(_bundle, region), overwrite: true);
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(_bundle, "bundle.json")))!;
        var hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(_bundle, region))));
        manifest["graphs"]!["region"]!["sha256"] = hash;
        await File.WriteAllTextAsync(Path.Combine(_bundle, "bundle.json"), manifest.ToJsonString());
        await RefusesAsync(_bundle, region);
    }

    [Fact]
    public async Task A_listener_for_strangers_without_keys() =>
        await RefusesAsync(SiloUnderTest.Bundle, "Gateway:AllowAnonymousRemote=true", "--host", "0.0.0.0");

    [Fact]
    public async Task A_port_that_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusesAsync(SiloUnderTest.Bundle, $"{port}", "--Silo:Port", $"{port}");
    }

    [Fact]
    public async Task A_port_of_the_cluster_that_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await RefusesAsync(SiloUnderTest.Bundle, $"{port}", "--silos", "2", "--Cluster:Port", $"{port}");
    }

    [Fact]
    public async Task A_setting_that_makes_no_sense() =>
        await RefusesAsync(SiloUnderTest.Bundle, "MaxImageBytes", "--Loupe:Limits:MaxImageBytes", "0");

    [Fact]
    public async Task A_device_that_is_not_known() => await RefusesAsync(SiloUnderTest.Bundle, "abacus", "--device", "abacus");

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    private static async Task RefusesAsync(string bundle, string says, params string[] arguments)
    {
        var (exitCode, output) = await SiloUnderTest.FailAsync(bundle, arguments);

        Assert.True(exitCode == 2, $"exit code {exitCode}: {output}");
        var line = Assert.Single(output.Split('\n'), line => line.StartsWith("loupe: "));
        Assert.Contains(says, line);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("fail:", output);
    }

    private static string GraphFile(string graph)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(SiloUnderTest.Bundle, "bundle.json")))!;
        return manifest["graphs"]![graph]!["file"]!.GetValue<string>();
    }

    private void CopyBundle()
    {
        foreach (var file in Directory.EnumerateFiles(SiloUnderTest.Bundle))
        {
            File.Copy(file, Path.Combine(_bundle, Path.GetFileName(file)));
        }
    }
}
