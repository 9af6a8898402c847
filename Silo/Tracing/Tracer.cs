using System.Reflection;
using Loupe.Engine.Hosting;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Loupe.Silo.Tracing;

/// <summary>Sends the activities of requests and stages to a collector, where one is configured.</summary>
internal sealed class Tracer(IOptions<TracingOptions> options, EngineOptions engine) : IHostedService, IDisposable
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Loupe", "Loupe.*", "Microsoft.Orleans.Application"];

    private static readonly string? Version = typeof(Tracer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Endpoint: { } endpoint } tracing)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService("loupe", serviceVersion: Version, serviceInstanceId: $"{engine.Name}/{Environment.ProcessId}"))
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(tracing.Ratio)))
                .AddSource(Sources)
                .AddProcessor(new NoKeys())
                .AddOtlpExporter(otlp =>
                {
                    var isHttp = tracing.Protocol == "http";
                    otlp.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;

                    // The exporter adds the signal's path only to addresses that it reads from the environment itself.
                    otlp.Endpoint = isHttp && endpoint.AbsolutePath == "/" ? new Uri(endpoint, "v1/traces") : endpoint;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Only now: what the last requests did is still traced while the server stops.
    public void Dispose() => _provider?.Dispose();
}
