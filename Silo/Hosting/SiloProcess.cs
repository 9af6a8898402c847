using Loupe.Engine.Families.Devices;
using Loupe.Gateway.Hosting;
using Loupe.Silo.Clustering;
using Loupe.Silo.Metrics;
using Loupe.Silo.Tracing;

namespace Loupe.Silo.Hosting;

/// <summary>The process from its arguments to its exit code.</summary>
internal static class SiloProcess
{
    private const int Stopped = 0;
    private const int CannotStart = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        // Before anything is allocated that it is about.
        NativeHeap.GiveBackWhatIsFreed();
        try
        {
            await using var app = Build(arguments);

            // The bundle is read here, so that a bad one ends the process before anything listens.
            app.Services.GetRequiredService<ILocalizer>();
            app.ProbeLoupeListeners();
            await app.RunAsync();
            return Stopped;
        }
        catch (Exception exception) when (StartFailure.Explain(exception) is { } reason)
        {
            await Console.Error.WriteLineAsync($"loupe: {reason}");
            return CannotStart;
        }
    }

    /// <summary>The process as its arguments describe it, not started.</summary>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="more">Adds services, such as further families of models.</param>
    public static WebApplication Build(string[] arguments, Action<IServiceCollection>? more = null)
    {
        // Settings lie beside the program, wherever it is started from.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables("LOUPE__");
        CommandLine.Add(builder.Configuration, arguments);
        BundleLocation.Complete(builder.Configuration);

        var options = builder.Configuration.GetSection(SiloOptions.Section).Get<SiloOptions>() ?? new();
        var urls = builder.Configuration[WebHostDefaults.ServerUrlsKey];
        ManagementPort.Listen(builder.WebHost, options, string.IsNullOrEmpty(urls) ? $"http://{options.Host}:{options.Port}" : urls);

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<SiloOptions>().BindConfiguration(SiloOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(options.ShutdownSeconds));

        Tracer.Add(builder.Services);
        MetricsEndpoint.Add(builder.Services);
        ClusterProcess.Add(builder);
        builder.Services.AddLoupeGateway(builder.Configuration);
        builder.Services.AddHostedService<EngineDrain>();
        builder.Services.AddHostedService<Banner>();
        more?.Invoke(builder.Services);

        var app = builder.Build();
        ManagementPort.Use(app, options);
        RouteNames.Use(app);
        MetricsEndpoint.Map(app);
        ClusterProcess.Map(app);
        app.MapLoupeGateway();
        return app;
    }
}
