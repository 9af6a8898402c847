using Loupe.Silo.Tests.Metrics;

namespace Loupe.Silo.Tests.Processes;

public sealed class MetricNamesTests
{
    /// <summary>Name, type and labels of the contract.</summary>
    public static readonly TheoryData<string, string, string[]> Contract = new()
    {
        { "loupe_stage_requests_total", "counter", ["stage", "outcome"] },
        { "loupe_reuse_total", "counter", ["stage", "result"] },
        { "loupe_stage_seconds", "histogram", ["stage"] },
        { "loupe_queue_seconds", "histogram", ["stage"] },
        { "loupe_queue_depth", "gauge", ["stage"] },
        { "loupe_batch_size", "histogram", ["stage"] },
        { "loupe_device_busy_ratio", "gauge", [] },
        { "loupe_decode_slots", "gauge", ["state"] },
        { "loupe_words_total", "counter", [] },
        { "loupe_time_to_first_word_seconds", "histogram", [] },
        { "loupe_request_seconds", "histogram", ["task", "outcome"] },
        { "loupe_shed_total", "counter", ["reason"] },
        { "loupe_feature_bytes", "gauge", ["tier"] },
        { "loupe_feature_evictions_total", "counter", ["tier"] },
        { "loupe_transfer_bytes_total", "counter", ["direction"] },
        { "loupe_saturation", "gauge", [] },
    };

    [Fact]
    public async Task After_traffic_every_metric_of_the_contract_is_told_by_its_name_type_and_labels()
    {
        // So little room that values are evicted and questions refused: metrics of what never happened may be absent.
        await using var silo = await SiloUnderTest.StartAsync(null, "--Loupe:Features:Bytes", "600000", "--Loupe:Queue:MaxSeconds", "0.001");
        var image = await silo.UploadAsync(Picture.Png(1));
        foreach (var seed in Enumerable.Range(2, 8))
        {
            await silo.AnswerAsync($$"""{"image": "{{await silo.UploadAsync(Picture.Png(seed))}}", "task": "narrate"}""");
        }

        Assert.Contains(await Overload.UntilRefusedAsync(silo, image), response => (int)response.StatusCode == 429);

        var text = await silo.Client.GetStringAsync("/metrics");
        var told = PrometheusText.Parse(text);

        foreach (var row in Contract)
        {
            var (name, type, labels) = row.Data;
            Assert.True(told.Types.TryGetValue(name, out var found) && found == type, $"{name} should be a {type}, found {found ?? "nothing"}");

            // What did not happen yet has a type and no samples; what did has the contract's labels and no other.
            var sample = told.Samples.Keys.FirstOrDefault(key => key == name || key.StartsWith($"{name}{{") || key.StartsWith($"{name}_count"));
            if (sample is not null)
            {
                var keys = sample.Contains('{') ? sample.Split('{', 2)[1].TrimEnd('}').Split(',').Select(label => label.Split('=')[0]) : [];
                Assert.Equal(labels.Order(), keys.Order());
            }
        }

        Assert.Equal(8, told["loupe_request_seconds_count{outcome=\"ok\",task=\"narrate\"}"]);
        Assert.True(told["loupe_words_total"] > 0);
        Assert.Contains("process_resident_memory_bytes", told.Samples.Keys);
        Assert.DoesNotContain(image, text);
    }
}
