using System.ComponentModel.DataAnnotations;
using Loupe.Engine.Hosting;
using Loupe.Gateway.Hosting;
using Loupe.Grains.Hosting;
using Loupe.Grains.Placement;
using Loupe.K8s.Tests.Manifests;
using Loupe.Silo.Hosting;

namespace Loupe.K8s.Tests.Pods;

/// <summary>Names and values of the environment mean something to the code.</summary>
public sealed class SettingsTests
{
    // Not of Loupe's configuration: of Kubernetes (read by SiloIdentity), of .NET and of CUDA.
    private static readonly string[] Others = ["POD_NAME", "POD_IP", "TMPDIR", "HOME", "CUDA_CACHE_PATH"];

    public static TheoryData<string> Overlays => Overlay.Names;

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_variable_sets_something(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var deployment in overlay.Loupe)
        {
            Assert.All(
                deployment.Environment(overlay).Keys.Except(Others),
                name => Assert.True(Settings.Knows(name), $"{deployment}: {name} sets nothing."));
        }
    }

    [Theory]
    [InlineData("LOUPE__Silo__Port", true)]
    [InlineData("LOUPE__Cluster__Redis", true)]
    [InlineData("LOUPE__Cluster__Roles__1", true)]
    [InlineData("LOUPE__Auth__Keys__0__Sha256", true)]
    [InlineData("LOUPE__Logging__Console__FormatterName", true)]
    [InlineData("LOUPE__Silo__Prot", false)]
    [InlineData("LOUPE__Cluster__Roles__first", false)]
    [InlineData("LOUPE__Cluster__HandoffSeconds", false)]
    [InlineData("LOUPE__Auth__Keys__0__Hash", false)]
    [InlineData("LOUPE__Silo", false)]
    [InlineData("LOUPE_Silo__Port", false)]
    public void A_misspelt_variable_is_told_from_a_right_one(string name, bool known) => Assert.Equal(known, Settings.Knows(name));

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Every_value_is_valid(string folder)
    {
        var overlay = Overlay.Of(folder);
        foreach (var deployment in overlay.Loupe)
        {
            var environment = deployment.Environment(overlay);
            Valid(Settings.Bind<SiloOptions>(SiloOptions.Section, environment));
            Valid(Settings.Bind<GatewayOptions>(GatewayOptions.Section, environment));
            Valid(Settings.Bind<EngineOptions>(EngineOptions.Section, environment));
            var cluster = Settings.Bind<LoupeClusterOptions>(LoupeClusterOptions.Section, environment);
            Valid(cluster);
            Assert.True(new LoupeClusterOptionsValidator().Validate(null, cluster).Succeeded);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Silos_have_the_model_and_gateways_do_not(string folder)
    {
        var overlay = Overlay.Of(folder);
        LoupeClusterOptions Of(string name) =>
            Settings.Bind<LoupeClusterOptions>(LoupeClusterOptions.Section, overlay.Single("Deployment", name).Environment(overlay));
        Assert.Equal([.. SiloRoles.OfModel], Of("loupe-silo").Served);
        Assert.Equal([SiloRoles.Gateway], Of("loupe-gateway").Served);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public void Everybody_meets_in_the_same_redis(string folder)
    {
        var overlay = Overlay.Of(folder);
        Assert.All(overlay.Loupe, deployment => Assert.Contains("LOUPE__Cluster__Redis", deployment.Environment(overlay).Keys));
        Assert.Single(overlay.Loupe.Select(deployment => deployment.Environment(overlay)["LOUPE__Cluster__Redis"]).Distinct());
    }

    private static void Valid(object options) =>
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
}
