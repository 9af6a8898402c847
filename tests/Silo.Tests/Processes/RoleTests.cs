using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Loupe.Silo.Tests.Hosting;

namespace Loupe.Silo.Tests.Processes;

/// <summary>Clusters of processes of which each does a part, over TLS, with a page for operators.</summary>
public sealed class RoleTests
{
    private const string Key = "a key for operators";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_gateway_beside_a_silo_passes_questions_on_over_tls()
    {
        using var certificates = new Certificates();
        var (certificate, key) = certificates.Issue();
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--gateways", "1", "--Cluster:Port", $"{Ports.Free()}",
            "--Cluster:Tls:Certificate", certificate, "--Cluster:Tls:Key", key, "--Cluster:Tls:Authority", certificates.Authority);
        using var patience = new CancellationTokenSource(Patience);
        Dictionary<string, string[]> roles = [];
        while (roles.Values.Count(some => some.Length > 0) < 2)
        {
            using var cluster = JsonDocument.Parse(await silo.Client.GetStringAsync("/v1/cluster", patience.Token));
            roles = cluster.RootElement.GetProperty("silos").EnumerateArray().ToDictionary(
                one => one.GetProperty("name").GetString()!,
                one => one.GetProperty("roles").EnumerateArray().Select(role => role.GetString()!).ToArray());
            await Task.Delay(50, patience.Token);
        }

        Assert.Equal(["gateway", "encode", "decode"], roles["silo-0"]);
        Assert.Equal(["gateway"], roles["silo-1"]);

        Uri? address = null;
        while (address is null)
        {
            address = silo.Addresses.Skip(1).FirstOrDefault();
            await Task.Delay(50, patience.Token);
        }

        using var gateway = new HttpClient { BaseAddress = address, Timeout = Patience };
        while (!(await gateway.GetAsync("/health/ready", patience.Token)).IsSuccessStatusCode)
        {
            await Task.Delay(50, patience.Token);
        }

        var image = await silo.UploadAsync(Picture.Png(4));
        using var asked = new StringContent($$"""{"image": "{{image}}", "task": "caption"}""", Encoding.UTF8, "application/json");
        using var answer = JsonDocument.Parse(
            await (await gateway.PostAsync("/v1/questions", asked, patience.Token))
                .EnsureSuccessStatusCode().Content.ReadAsStringAsync(patience.Token));
        Assert.Equal(
            (await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""")).GetProperty("text").GetString(),
            answer.RootElement.GetProperty("text").GetString());
        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
    }

    [Fact]
    public async Task The_dashboard_wants_a_key()
    {
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--silos", "2", "--Cluster:Port", $"{Ports.Free()}", "--Cluster:Dashboard", "true",
            "--Auth:Keys:0:Tenant", "ann", "--Auth:Keys:0:Sha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Key))));
        using var refused = await silo.Client.GetAsync("/dashboard/");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("Basic", refused.Headers.WwwAuthenticate.Single().Scheme);
        using var wrong = await GetAsync(silo, new("Bearer", "another"));
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);

        using var token = await GetAsync(silo, new("Bearer", Key));
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.Equal("text/html", token.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'self'", token.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        using var password = await GetAsync(
            silo, new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anybody:{Key}"))), "/dashboard/DashboardCounters");
        Assert.Equal(HttpStatusCode.OK, password.StatusCode);
        Assert.Contains("totalActiveHostCount", await password.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_process_without_a_model_and_without_a_cluster_is_refused()
    {
        var (code, output) = await SiloUnderTest.FailAsync(SiloUnderTest.Bundle, "--Cluster:Roles:0", "gateway");
        Assert.Equal(2, code);
        Assert.Contains("Cluster:Roles", output, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> GetAsync(
        SiloUnderTest silo, AuthenticationHeaderValue authorization, string path = "/dashboard/")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = authorization;
        return await silo.Client.SendAsync(request);
    }
}
