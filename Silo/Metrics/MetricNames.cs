using System.Diagnostics.Metrics;

namespace Loupe.Silo.Metrics;

/// <summary>Which instruments are exported, and under what names.</summary>
internal static class MetricNames
{
    /// <summary>The meter of this process' own state.</summary>
    public const string ProcessMeter = "Loupe.Process";

    /// <summary>The meters exported, as OpenTelemetry writes such a set.</summary>
    public static readonly string[] Meters = ["Loupe", "Loupe.*"];

    public static bool IsExported(Meter meter) => meter.Name == "Loupe" || meter.Name.StartsWith("Loupe.", StringComparison.Ordinal);

    /// <summary>The Prometheus name of an instrument.</summary>
    public static string Of(Instrument instrument, bool isCounter)
    {
        var name = Clean(instrument.Name);
        if (SuffixOf(instrument.Unit) is { } unit && !name.Contains(unit, StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return isCounter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    /// <summary>A text as the name of a metric or label: letters, digits and underscores, no digit first.</summary>
    public static string Clean(string text)
    {
        var clean = string.Create(text.Length, text, (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) ? source[i] : '_';
            }
        });
        return clean.Length > 0 && char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean;
    }

    private static string? SuffixOf(string? unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        _ => null,
    };
}
