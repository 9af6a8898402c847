using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Tests.Auth;

public sealed class AuthTests
{
    private static readonly (string Key, string Value)[] TwoTenants =
    [
        ("Auth:Keys:0:Tenant", "ann"),
        ("Auth:Keys:0:Sha256", ScriptedLocalizer.Id("key-of-ann"u8)),
        ("Auth:Keys:1:Tenant", "bob"),
        ("Auth:Keys:1:Sha256", ScriptedLocalizer.Id("key-of-bob"u8).ToUpperInvariant()),
    ];

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong-key")]
    [InlineData("Bearer ")]
    [InlineData("Basic a2V5LW9mLWFubg==")]
    [InlineData("key-of-ann")]
    public async Task Without_a_known_key_nothing_is_served(string? authorization)
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TwoTenants);
        if (authorization is not null)
        {
            gateway.Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        }

        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/v1/images"), (HttpMethod.Get, $"/v1/images/{GatewayUnderTest.Id('a')}"), (HttpMethod.Post, "/v1/questions"),
            (HttpMethod.Post, "/v1/questions/batch"), (HttpMethod.Get, "/v1/cluster"), (HttpMethod.Get, "/v1/nothing"),
            (HttpMethod.Get, "/V1/cluster"),
        })
        {
            using var response = await gateway.Client.SendAsync(new HttpRequestMessage(method, path));
            await response.ProblemAsync(HttpStatusCode.Unauthorized);
            Assert.StartsWith("Bearer realm=\"loupe\"", response.Headers.WwwAuthenticate.ToString());
        }

        Assert.DoesNotContain(gateway.Log.Lines, line => line.Contains("wrong-key") || line.Contains("key-of-ann"));
    }

    [Fact]
    public async Task Health_needs_no_key()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TwoTenants);
        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            using var response = await gateway.Client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_key_is_a_tenant_and_tenants_do_not_see_each_other()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TwoTenants);
        Use(gateway, "key-of-ann");
        var image = await gateway.UploadAsync(1, 2, 3);
        using var own = await gateway.Client.GetAsync($"/v1/images/{image}");
        Use(gateway, "key-of-bob");
        using var foreign = await gateway.Client.GetAsync($"/v1/images/{image}");
        using var deleted = await gateway.Client.DeleteAsync($"/v1/images/{image}");
        using var asked = await gateway.AskAsync($$"""{"image": "{{image}}"}""");

        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        await foreign.ProblemAsync(HttpStatusCode.NotFound);
        await deleted.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal("bob", Assert.Single(gateway.Localizer.Asked).Tenant);
    }

    [Theory]
    [InlineData("", "00")]
    [InlineData("ann", "not-a-hash")]
    [InlineData("../ann", "$")]
    public async Task A_key_that_could_never_match_keeps_the_server_from_starting(string tenant, string hash)
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayUnderTest.StartAsync(
            ("Auth:Keys:0:Tenant", tenant), ("Auth:Keys:0:Sha256", hash.Replace("$", GatewayUnderTest.Id('a')))));
        Assert.Contains("Auth:Keys:0", exception.Message);
    }

    [Fact]
    public async Task One_key_cannot_be_two_tenants()
    {
        var hash = GatewayUnderTest.Id('a');
        await Assert.ThrowsAsync<OptionsValidationException>(() => GatewayUnderTest.StartAsync(
            ("Auth:Keys:0:Tenant", "ann"),
            ("Auth:Keys:0:Sha256", hash),
            ("Auth:Keys:1:Tenant", "bob"),
            ("Auth:Keys:1:Sha256", hash.ToUpperInvariant())));
    }

    [Fact]
    public async Task A_refused_upload_is_not_read()
    {
        await using var gateway = await GatewayUnderTest.StartAsync(TwoTenants);
        using var connection = await gateway.ConnectAsync();
        await connection.WriteAsync(Encoding.ASCII.GetBytes(
            "POST /v1/images HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 4000\r\nExpect: 100-continue\r\n\r\n"));
        using var reader = new StreamReader(connection);

        Assert.Equal("HTTP/1.1 401 Unauthorized", await reader.ReadLineAsync());
    }

    private static void Use(GatewayUnderTest gateway, string key) =>
        gateway.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
}
