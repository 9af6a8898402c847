using System.Reflection;
using Loupe.Engine.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Loupe.Silo.Tracing;

/// <summary>Sends the activities of requests and stages to a collector, where one is configured.</summary>
internal static class Tracer
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Loupe", "Loupe.*", "Microsoft.Orleans.Application"];

    private static readonly string? Version =
        typeof(Tracer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    public static void Add(IServiceCollection services)
    {
        services.AddOptions<TracingOptions>().BindConfiguration(TracingOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TracingOptions>, TracingOptionsValidator>();
        services.AddOpenTelemetry().WithTracing();
        services.ConfigureOpenTelemetryTracerProvider((provider, tracing) =>
        {
            if (provider.GetRequiredService<IOptions<TracingOptions>>().Value is { Endpoint: { } endpoint } options)
            {
                var instance = $"{provider.GetRequiredService<EngineOptions>().Name}/{Environment.ProcessId}";
                tracing
                    .ConfigureResource(resource => resource.AddService("loupe", serviceVersion: Version, serviceInstanceId: instance))
                    .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Ratio)))
                    .AddSource(Sources)
                    .AddProcessor(new NoKeys())
                    .AddProcessor(
                        new BatchActivityExportProcessor(new OtlpTraceExporter(Exporter(endpoint, isHttp: options.Protocol == "http"))));
            }
        });
    }

    private static OtlpExporterOptions Exporter(Uri endpoint, bool isHttp) => new()
    {
        Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,

        // The exporter adds the signal's path only to addresses that it reads from the environment itself.
        Endpoint = isHttp && endpoint.AbsolutePath == "/" ? new Uri(endpoint, "v1/traces") : endpoint,
    };
}
