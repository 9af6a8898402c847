using System.Text.Json;
using Loupe.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loupe.Silo.Tests.Hosting;

public sealed class RedisSettingsTests
{
    private static readonly IConfigurationRoot File =
        new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();

    [Fact]
    public void Every_default_in_the_file_is_the_default()
    {
        Assert.Equal(
            JsonSerializer.Serialize(new RedisOptions()),
            JsonSerializer.Serialize(File.GetSection(RedisOptions.Section).Get<RedisOptions>()));
        Assert.All(
            File.GetSection(RedisOptions.Section).GetChildren(), setting => Assert.NotNull(typeof(RedisOptions).GetProperty(setting.Key)));
    }

    [Theory]
    [InlineData(null, null, "loupe")]
    [InlineData("shop", null, "shop")]
    [InlineData("shop", "other", "other")]
    public void Keys_begin_with_the_service_unless_something_else_is_said(string? service, string? prefix, string expected) =>
        Assert.Equal(expected, OptionsOf(("Cluster:ServiceId", service), ("Redis:Prefix", prefix)).Prefix);

    [Theory]
    [InlineData("Redis:RestSeconds", "0", "RestSeconds")]
    [InlineData("Redis:Prefix", "a b", "Prefix")]
    [InlineData("Cluster:ServiceId", "{x}", "ServiceId")]
    public void What_makes_no_sense_is_named(string key, string value, string named) =>
        Assert.Contains(named, Assert.Throws<OptionsValidationException>(() => OptionsOf((key, value))).Message, StringComparison.Ordinal);

    private static RedisOptions OptionsOf(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build();
        using var services = new ServiceCollection().AddLoupeRedis(configuration, RedisAddress.Parse("127.0.0.1:1")).BuildServiceProvider();
        return services.GetRequiredService<IOptions<RedisOptions>>().Value;
    }
}
