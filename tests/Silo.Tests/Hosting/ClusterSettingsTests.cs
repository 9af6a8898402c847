using System.Text.Json;
using Loupe.Grains.Hosting;
using Microsoft.Extensions.Configuration;

namespace Loupe.Silo.Tests.Hosting;

public sealed class ClusterSettingsTests
{
    [Fact]
    public void Every_default_in_the_file_is_the_default() =>
        Assert.Equal(
            JsonSerializer.Serialize(new LoupeClusterOptions()),
            JsonSerializer.Serialize(new ConfigurationBuilder()
                .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build()
                .GetSection(LoupeClusterOptions.Section).Get<LoupeClusterOptions>()));
}
