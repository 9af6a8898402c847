namespace Loupe.Silo.Tests.Metrics;

/// <summary>The metrics that users hold on to: names, types, labels, and every value that a label can have.</summary>
internal static class Contract
{
    private static readonly string[] Stages = ["encode", "region", "detect", "mask", "decode"];
    private static readonly string[] Tiers = ["memory", "disk", "redis"];
    private static readonly string[] Tasks = ["answer", "caption", "locate", "segment", "detect", "narrate", "unknown"];
    private static readonly string[] Outcomes =
        [
            "ok", "cancelled", "error", "invalid", "unauthorized", "not_found", "too_large", "unsupported_type", "unprocessable",
            "overloaded", "unavailable", "deadline",
        ];

    public static IReadOnlyDictionary<string, (string Type, IReadOnlyDictionary<string, string[]> Labels)> Metrics { get; } =
        new Dictionary<string, (string, IReadOnlyDictionary<string, string[]>)>
        {
            ["loupe_stage_requests_total"] = ("counter", With(("stage", Stages), ("outcome", ["ok", "cancelled", "failed"]))),
            ["loupe_reuse_total"] = ("counter", With(("stage", Stages), ("result", ["hit", "miss", "replica", "tier"]))),
            ["loupe_stage_seconds"] = ("histogram", With(("stage", Stages))),
            ["loupe_stage_busy_seconds_total"] = ("counter", With(("stage", Stages))),
            ["loupe_queue_seconds"] = ("histogram", With(("stage", Stages))),
            ["loupe_queue_depth"] = ("gauge", With(("stage", Stages))),
            ["loupe_batch_size"] = ("histogram", With(("stage", Stages))),
            ["loupe_device_busy_ratio"] = ("gauge", With()),
            ["loupe_decode_slots"] = ("gauge", With(("state", ["active", "free"]))),
            ["loupe_words_total"] = ("counter", With()),
            ["loupe_time_to_first_word_seconds"] = ("histogram", With()),
            ["loupe_request_seconds"] = ("histogram", With(("task", Tasks), ("outcome", Outcomes))),
            ["loupe_shed_total"] = ("counter", With(("reason", ["queue", "draining"]))),
            ["loupe_feature_bytes"] = ("gauge", With(("tier", Tiers))),
            ["loupe_feature_evictions_total"] = ("counter", With(("tier", Tiers))),
            ["loupe_transfer_bytes_total"] = ("counter", With(("direction", ["in", "out"]))),
            ["loupe_saturation"] = ("gauge", With()),
            ["loupe_activations"] = ("gauge", With(("grain", ["image", "region", "query"]))),
        };

    /// <summary>The metric that a sample's name belongs to.</summary>
    public static string MetricOf(string name, PrometheusText told) =>
        told.Types.ContainsKey(name) ? name : name[..name.LastIndexOf('_')];

    private static Dictionary<string, string[]> With(params (string Label, string[] Values)[] labels) =>
        labels.ToDictionary(one => one.Label, one => one.Values);
}
