using System.Diagnostics.Metrics;
using Loupe.Silo.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Loupe.Silo.Tests.Metrics;

/// <summary>What dashboards read.</summary>
public sealed class MetricsEndpointTests
{
    [Fact]
    public async Task A_counter_is_told_by_its_labels_and_called_total_once()
    {
        await using var metrics = await Metrics.StartAsync();
        var plain = metrics.Meter.CreateCounter<long>("loupe_words", description: "Words decoded.");
        var named = metrics.Meter.CreateCounter<int>("loupe_shed_total");
        plain.Add(2);
        plain.Add(3);
        named.Add(1, new KeyValuePair<string, object?>("reason", "queue"));
        named.Add(4, new KeyValuePair<string, object?>("reason", "deadline"));

        var told = await metrics.ScrapeAsync();

        Assert.Equal("counter", told.Types["loupe_words_total"]);
        Assert.Equal(5, told["loupe_words_total"]);
        Assert.Equal(1, told["loupe_shed_total{reason=\"queue\"}"]);
        Assert.Equal(4, told["loupe_shed_total{reason=\"deadline\"}"]);
        Assert.DoesNotContain(told.Samples.Keys, name => name.Contains("total_total") || name.Contains("otel_scope"));
    }

    [Theory]
    [InlineData("loupe_stage_seconds", null)]
    [InlineData("loupe_stage_seconds", "s")]
    [InlineData("loupe_stage", "s")]
    public async Task A_histogram_has_cumulative_buckets_fit_for_seconds(string name, string? unit)
    {
        await using var metrics = await Metrics.StartAsync();
        var histogram = metrics.Meter.CreateHistogram<double>(name, unit);
        foreach (var value in (double[])[0.003, 0.005, 0.7, 100])
        {
            histogram.Record(value, new KeyValuePair<string, object?>("stage", "decode"));
        }

        var told = await metrics.ScrapeAsync();

        Assert.Equal("histogram", told.Types["loupe_stage_seconds"]);
        Assert.Equal(0, told["loupe_stage_seconds_bucket{le=\"0.0025\",stage=\"decode\"}"]);
        Assert.Equal(2, told["loupe_stage_seconds_bucket{le=\"0.005\",stage=\"decode\"}"]);
        Assert.Equal(3, told["loupe_stage_seconds_bucket{le=\"1\",stage=\"decode\"}"]);
        Assert.Equal(4, told["loupe_stage_seconds_bucket{le=\"+Inf\",stage=\"decode\"}"]);
        Assert.Equal(4, told["loupe_stage_seconds_count{stage=\"decode\"}"]);
        Assert.Equal(100.708, told["loupe_stage_seconds_sum{stage=\"decode\"}"], 9);
    }

    [Fact]
    public async Task A_histogram_may_advise_its_own_buckets()
    {
        await using var metrics = await Metrics.StartAsync();
        var histogram = metrics.Meter.CreateHistogram<double>(
            "loupe_batch_size", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [3, 6] });
        histogram.Record(4);

        var told = await metrics.ScrapeAsync();

        Assert.Equal(
            ["3", "6", "+Inf"], told.Samples.Keys.Where(name => name.Contains("batch_size_bucket")).Select(name => name.Split('"')[1]));
        Assert.Equal(1, told["loupe_batch_size_bucket{le=\"6\"}"]);
    }

    [Fact]
    public async Task What_is_observed_is_told_as_it_is_now_and_no_longer_when_it_is_gone()
    {
        await using var metrics = await Metrics.StartAsync();
        var depths = new Dictionary<string, int> { ["encode"] = 3, ["decode"] = 4 };
        metrics.Meter.CreateObservableGauge(
            "loupe_queue_depth", () =>
                depths.Select(depth => new Measurement<int>(depth.Value, new KeyValuePair<string, object?>("stage", depth.Key))));
        metrics.Meter.CreateObservableCounter("loupe_transfer_bytes", () => 7L);

        var first = await metrics.ScrapeAsync();
        depths.Remove("encode");
        depths["decode"] = 5;
        var second = await metrics.ScrapeAsync();

        Assert.Equal("gauge", first.Types["loupe_queue_depth"]);
        Assert.Equal((3, 4), (first["loupe_queue_depth{stage=\"encode\"}"], first["loupe_queue_depth{stage=\"decode\"}"]));
        Assert.Equal(5, second["loupe_queue_depth{stage=\"decode\"}"]);
        Assert.Equal(7, second["loupe_transfer_bytes_total"]);
        Assert.DoesNotContain("loupe_queue_depth{stage=\"encode\"}", second.Samples.Keys);
    }

    [Fact]
    public async Task A_gauge_and_an_up_down_counter_are_gauges()
    {
        await using var metrics = await Metrics.StartAsync();
        var ratio = metrics.Meter.CreateGauge<double>("loupe_device_busy_ratio");
        var slots = metrics.Meter.CreateUpDownCounter<int>("loupe_decode_slots");
        ratio.Record(0.75);
        ratio.Record(0.5);
        slots.Add(3);
        slots.Add(-1);

        var told = await metrics.ScrapeAsync();

        Assert.Equal(("gauge", "gauge"), (told.Types["loupe_device_busy_ratio"], told.Types["loupe_decode_slots"]));
        Assert.Equal((0.5, 2), (told["loupe_device_busy_ratio"], told["loupe_decode_slots"]));
    }

    [Fact]
    public async Task Labels_are_escaped_and_their_order_does_not_matter()
    {
        await using var metrics = await Metrics.StartAsync();
        var counter = metrics.Meter.CreateCounter<long>("loupe_reuse");
        KeyValuePair<string, object?> stage = new("stage", "a\"b\\c\nd"), result = new("result", "hit");
        counter.Add(1, stage, result);
        counter.Add(1, result, stage);

        var told = await metrics.ScrapeAsync();

        Assert.Equal(2, told["loupe_reuse_total{result=\"hit\",stage=\"a\\\"b\\\\c\\nd\"}"]);
    }

    [Fact]
    public async Task Only_Loupes_meters_are_told_and_the_process_itself()
    {
        await using var metrics = await Metrics.StartAsync();
        using var foreign = new Meter("Elsewhere");
        foreign.CreateCounter<long>("elsewhere_things").Add(1);

        var told = await metrics.ScrapeAsync();

        Assert.DoesNotContain(told.Samples.Keys, name => name.StartsWith("elsewhere"));
        Assert.True(told["process_resident_memory_bytes"] > 1 << 20);
        Assert.True(told["process_cpu_seconds_total"] > 0);
        Assert.True(told["process_start_time_seconds"] > 1_500_000_000);
        Assert.Equal("counter", told.Types["dotnet_gc_collections_total"]);
        Assert.Contains("dotnet_gc_collections_total{generation=\"2\"}", told.Samples.Keys);
    }

    [Fact]
    public async Task Nothing_is_lost_when_many_measure_at_once()
    {
        await using var metrics = await Metrics.StartAsync();
        var counter = metrics.Meter.CreateCounter<long>("loupe_words");
        var histogram = metrics.Meter.CreateHistogram<double>("loupe_queue_seconds");
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                counter.Add(1, new KeyValuePair<string, object?>("worker", worker % 2));
                histogram.Record(0.01);
            }
        });

        var told = await metrics.ScrapeAsync();

        Assert.Equal((20_000, 20_000), (told["loupe_words_total{worker=\"0\"}"], told["loupe_words_total{worker=\"1\"}"]));
        Assert.Equal(40_000, told["loupe_queue_seconds_count"]);
    }

    /// <summary>The endpoint behind a real socket.</summary>
    private sealed class Metrics : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly HttpClient _client;

        private Metrics(WebApplication app)
        {
            _app = app;
            _client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            Meter = new Meter("Loupe");
        }

        public Meter Meter { get; }

        public static async Task<Metrics> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            MetricsEndpoint.Add(builder.Services);
            var app = builder.Build();
            MetricsEndpoint.Map(app);
            await app.StartAsync();
            return new(app);
        }

        public async Task<PrometheusText> ScrapeAsync()
        {
            using var response = await _client.GetAsync("/metrics");
            Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
            return PrometheusText.Parse(await response.Content.ReadAsStringAsync());
        }

        public async ValueTask DisposeAsync()
        {
            Meter.Dispose();
            _client.Dispose();
            await _app.DisposeAsync();
        }
    }
}
