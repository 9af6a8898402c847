namespace Loupe.Silo.Metrics;

/// <summary>Which meters are exported.</summary>
internal static class MetricNames
{
    /// <summary>The meter of this process' own state.</summary>
    public const string ProcessMeter = "Loupe.Process";

    /// <summary>As OpenTelemetry writes such a set.</summary>
    public static readonly string[] Meters = ["Loupe", "Loupe.*"];
}
