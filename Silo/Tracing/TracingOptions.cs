namespace Loupe.Silo.Tracing;

/// <summary>Where traces go. Section <c>Tracing</c> of the configuration.</summary>
public sealed class TracingOptions
{
    public const string Section = "Tracing";

    /// <summary>An OTLP collector, such as <c>http://127.0.0.1:4317</c>. Default: none, and nothing is traced.</summary>
    public Uri? Endpoint { get; set; }

    /// <summary><c>grpc</c> or <c>http</c>. Default: grpc.</summary>
    public string Protocol { get; set; } = "grpc";

    /// <summary>Which share of the requests is traced that do not come with a decision of their own, 0 to 1. Default: 1.</summary>
    public double Ratio { get; set; } = 1;

    /// <summary>Whether a configuration asks for traces.</summary>
    internal static bool IsAskedFor(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[$"{Section}:{nameof(Endpoint)}"]);
}
