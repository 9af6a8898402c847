using System.Net;
using Loupe.Silo.Clustering;
using Loupe.Silo.Hosting;
using Microsoft.Extensions.Configuration;

namespace Loupe.Silo.Tests.Hosting;

public sealed class SiloIdentityTests
{
    [Theory]
    [InlineData(null, null, 0, "silo-0")]
    [InlineData(null, "loupe-gpu-abc", 0, "loupe-gpu-abc")]
    [InlineData(null, "loupe-gpu-abc", 2, "loupe-gpu-abc-2")]
    [InlineData("mine", "loupe-gpu-abc", 0, "mine")]
    [InlineData("", "", 0, "silo-0")]
    public void A_silo_is_named_by_its_setting_then_its_pod(string? own, string? pod, int index, string expected) =>
        Assert.Equal(expected, SiloIdentity.NameOf(Of(("Cluster:Name", own), ("POD_NAME", pod)), index, "silo-0"));

    [Theory]
    [InlineData(null, null, "127.0.0.1")]
    [InlineData(null, "10.1.2.3", "10.1.2.3")]
    [InlineData("192.168.0.9", "10.1.2.3", "192.168.0.9")]
    [InlineData(null, "fd00::7", "fd00::7")]
    public void It_is_reached_at_its_setting_then_its_pods_address(string? own, string? pod, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), SiloIdentity.AddressOf(Of(("Cluster:Address", own), ("POD_IP", pod))));

    [Fact]
    public void A_name_in_place_of_an_address_is_refused_and_named() =>
        Assert.Contains(
            "silo.example", Assert.Throws<UsageException>(() => SiloIdentity.AddressOf(Of(("Cluster:Address", "silo.example")))).Message,
            StringComparison.Ordinal);

    private static IConfiguration Of(params (string Key, string? Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
}
