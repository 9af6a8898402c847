using Loupe.Gateway.Problems;

namespace Loupe.Silo.Hosting;

/// <summary>
/// Keeps what is for operators on the port that is theirs. Which port a request came in by is asked of its connection: what it says of
/// itself can be anything.
/// </summary>
internal static class ManagementPort
{
    private static readonly PathString Metrics = "/metrics";
    private static readonly PathString Health = "/health";

    /// <summary>Lets the process listen on it too.</summary>
    /// <exception cref="UsageException">It is the port for questions.</exception>
    public static void Listen(ConfigureWebHostBuilder host, SiloOptions options, string urls)
    {
        if (options.ManagementPort == 0)
        {
            host.UseUrls(urls);
            return;
        }

        if (options.ManagementPort == options.Port)
        {
            throw new UsageException(
                $"Silo:ManagementPort and Silo:Port are both {options.Port}; give /metrics a port of its own, or leave "
                    + "Silo:ManagementPort out.");
        }

        host.UseUrls($"{urls};http://{options.Host}:{options.ManagementPort}");
    }

    /// <summary>To be put before everything else.</summary>
    public static void Use(WebApplication app, SiloOptions options)
    {
        if (options.ManagementPort == 0)
        {
            return;
        }

        app.Use((context, next) =>
        {
            var isMetrics = context.Request.Path.StartsWithSegments(Metrics);
            var isManagement = context.Connection.LocalPort == options.ManagementPort;
            var isHere = isManagement ? isMetrics || context.Request.Path.StartsWithSegments(Health) : !isMetrics;
            return isHere ? next() : Nothing(context);
        });
    }

    private static Task Nothing(HttpContext context) =>
        context.WriteProblemAsync(StatusCodes.Status404NotFound, "There is nothing at this address.");
}
