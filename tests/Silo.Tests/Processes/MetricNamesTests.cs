using System.Text.RegularExpressions;
using Loupe.Silo.Tests.Metrics;

namespace Loupe.Silo.Tests.Processes;

public sealed partial class MetricNamesTests
{
    [Fact]
    public async Task After_traffic_every_metric_of_the_contract_is_told_by_its_name_type_and_labels()
    {
        // So little room that values are evicted and questions refused: metrics of what never happened may be absent.
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--Loupe:Features:Bytes", "600000", "--Loupe:Queue:MaxSeconds", "0.001");
        var image = await silo.UploadAsync(Picture.Png(1));
        foreach (var seed in Enumerable.Range(2, 8))
        {
            await silo.AnswerAsync($$"""{"image": "{{await silo.UploadAsync(Picture.Png(seed))}}", "task": "narrate"}""");
        }

        Assert.Contains(await Overload.UntilRefusedAsync(silo, image), response => (int)response.StatusCode == 429);

        var text = await silo.Client.GetStringAsync("/metrics");
        var told = PrometheusText.Parse(text);

        // Exactly these: what is told beside the contract would be held on to by somebody all the same.
        Assert.Equal(
            Contract.Metrics.Select(metric => (metric.Key, metric.Value.Type)).Order(),
            told.Types.Where(type => type.Key.StartsWith("loupe_")).Select(type => (type.Key, type.Value)).Order());
        foreach (var sample in told.Samples.Keys.Where(sample => sample.StartsWith("loupe_")))
        {
            var (name, labels) = (Contract.MetricOf(sample.Split('{')[0], told), LabelPair().Matches(sample));
            var allowed = Contract.Metrics[name].Labels;
            Assert.Equal(allowed.Keys.Order(), labels.Select(label => label.Groups[1].Value).Where(label => label != "le").Order());
            Assert.All(
                labels.Where(label => label.Groups[1].Value != "le"),
                label => Assert.Contains(label.Groups[2].Value, allowed[label.Groups[1].Value]));
        }

        // Nothing is absent: each was told at least once.
        Assert.All(
            Contract.Metrics.Keys,
            name => Assert.Contains(told.Samples.Keys, sample => sample.Split('{')[0] == name || sample.Split('{')[0] == $"{name}_count"));
        Assert.Equal(8, told["loupe_request_seconds_count{outcome=\"ok\",task=\"narrate\"}"]);
        Assert.True(told["loupe_words_total"] > 0);
        Assert.Contains("process_resident_memory_bytes", told.Samples.Keys);
        Assert.DoesNotContain(image, text);
    }

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex LabelPair();
}
