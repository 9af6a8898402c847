using System.Text.Json;
using Loupe.Engine.Hosting;
using Loupe.Gateway.Auth;
using Loupe.Gateway.Batches;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;
using Loupe.Silo.Hosting;
using Loupe.Silo.Tracing;
using Microsoft.Extensions.Configuration;

namespace Loupe.Silo.Tests.Hosting;

/// <summary>The file that documents the defaults says what the code does.</summary>
public sealed class AppSettingsTests
{
    private static readonly IConfigurationRoot Configuration =
        new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build();

    [Fact]
    public void Every_default_in_the_file_is_the_default()
    {
        Same(SiloOptions.Section, new SiloOptions());
        Same(GatewayOptions.Section, new GatewayOptions());
        Same(AuthOptions.Section, new AuthOptions());
        Same(LimitsOptions.Section, new LimitsOptions());
        Same(BatchOptions.Section, new BatchOptions());
        Same(TracingOptions.Section, new TracingOptions());

        // Its null says that the silo looks for the bundle that ships.
        Same(EngineOptions.Section, new EngineOptions(), options => options.Bundle = "");
    }

    [Fact]
    public void Every_setting_in_the_file_is_known()
    {
        Known(SiloOptions.Section, typeof(SiloOptions));
        Known(GatewayOptions.Section, typeof(GatewayOptions));
        Known(AuthOptions.Section, typeof(AuthOptions));
        Known(LimitsOptions.Section, typeof(LimitsOptions));
        Known(BatchOptions.Section, typeof(BatchOptions));
        Known(TracingOptions.Section, typeof(TracingOptions));
        Known(EngineOptions.Section, typeof(EngineOptions));
    }

    private static void Same<T>(string section, T defaults, Action<T>? except = null)
        where T : class, new()
    {
        var file = Configuration.GetSection(section).Get<T>() ?? new T();
        except?.Invoke(file);
        except?.Invoke(defaults);
        Assert.Equal(JsonSerializer.Serialize(defaults), JsonSerializer.Serialize(file));
    }

    private static void Known(string section, Type options)
    {
        foreach (var setting in Configuration.GetSection(section).GetChildren())
        {
            var property = options.GetProperty(setting.Key);
            Assert.True(property is not null, $"{setting.Path} is no setting.");
            if (setting.GetChildren().Any())
            {
                Known(setting.Path, property.PropertyType);
            }
        }
    }
}
