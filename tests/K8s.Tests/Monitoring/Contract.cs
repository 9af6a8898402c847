using System.Text.RegularExpressions;

namespace Loupe.K8s.Tests.Monitoring;

/// <summary>The metrics that the process tells, whose names <c>MetricNamesTests</c> hold to what it serves.</summary>
internal static partial class Contract
{
    public static IReadOnlySet<string> Metrics { get; } = new HashSet<string>
    {
        "loupe_stage_requests_total", "loupe_reuse_total", "loupe_stage_seconds", "loupe_queue_seconds", "loupe_queue_depth",
        "loupe_activations", "loupe_batch_size", "loupe_device_busy_ratio", "loupe_decode_slots", "loupe_words_total",
        "loupe_time_to_first_word_seconds",
        "loupe_request_seconds", "loupe_shed_total", "loupe_feature_bytes", "loupe_feature_evictions_total", "loupe_transfer_bytes_total",
        "loupe_saturation",
    };

    /// <summary>The metric that a series of a histogram belongs to.</summary>
    public static string Plain(string series) => Suffix().Replace(series, "");

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();
}
