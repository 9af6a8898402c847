using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Loupe.Silo.Tracing;

/// <summary>Sends the activities of requests and stages to a collector, where one is configured.</summary>
internal sealed class Tracer(IOptions<TracingOptions> options) : IHostedService, IDisposable
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Loupe", "Loupe.*", "Microsoft.Orleans.*"];

    private TracerProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value is { Endpoint: { } endpoint } tracing)
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService("loupe", serviceInstanceId: Environment.MachineName))
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(tracing.Ratio)))
                .AddSource(Sources)
                .AddOtlpExporter(otlp =>
                {
                    otlp.Endpoint = endpoint;
                    otlp.Protocol = tracing.Protocol == "http" ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                })
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Only now: what the last requests did is still traced while the server stops.
    public void Dispose() => _provider?.Dispose();
}
