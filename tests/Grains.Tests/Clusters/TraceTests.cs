using Loupe.Grains.Tests.Telemetry;

namespace Loupe.Grains.Tests.Clusters;

/// <summary>A trace that crosses silos.</summary>
public sealed class TraceTests
{
    [Fact]
    public async Task A_question_asked_of_one_silo_and_answered_by_another_is_one_trace()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        await using var cluster = await ToyCluster.StartAsync(silos: 2, traced: true);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var root = await spans.TraceAsync(() => cluster.Localizer(other).AskAsync(image, "what?"));
        await spans.UntilAsync(root, "answer");

        // The caller hangs up without waiting for the home.
        await spans.WholeAsync(root);

        var all = spans.Under(root).ToDictionary(span => span.SpanId);
        var answer = spans.Single(root, "answer");
        Assert.Equal(home.Name, answer.GetTagItem("loupe.silo"));

        // Up from the engine of the one silo to the caller at the other, by way of the calls between them.
        List<string> way = [];
        for (var span = answer; span is not null; span = all.GetValueOrDefault(span.ParentSpanId))
        {
            way.Add(span.Source.Name);
        }

        Assert.Equal("Loupe", way[0]);
        Assert.True(way.Count >= 3 && way.Skip(1).All(source => source == "Microsoft.Orleans.Application"), string.Join(" < ", way));
        Assert.Equal(answer.SpanId, spans.Above(root, spans.Single(root, "region")));
        Assert.Equal(spans.Single(root, "region").SpanId, spans.Above(root, spans.Single(root, "encode")));
        Assert.Equal(answer.SpanId, spans.Above(root, spans.Single(root, "decode")));
    }

    [Fact]
    public async Task Features_pulled_from_the_home_are_encoded_in_the_same_trace()
    {
        using var spans = new CollectedSpans("Microsoft.Orleans.Application");
        await using var cluster = await ToyCluster.StartAsync(silos: 2, traced: true);
        var image = await cluster.Localizer(cluster.Silos[0]).UploadAsync();
        var (home, other) = await cluster.HomeAsync(image);
        var root = await spans.TraceAsync(async () =>
        {
            await cluster.WarmAsync(home, image);
            cluster.Saturate(home.SiloAddress);
            await cluster.Localizer(home).AskAsync(image, "what?");
        });
        await spans.UntilAsync(root, "encode", 2);
        await spans.WholeAsync(root);

        var encodes = spans.Under(root)
            .Where(span => span.OperationName == "encode")
            .ToDictionary(span => (string)span.GetTagItem("loupe.reuse")!);
        Assert.Equal((1, 0), (cluster.Model(home).Encoder.Encoded, cluster.Model(other).Encoder.Encoded));
        Assert.Equal(["miss", "replica"], encodes.Keys.Order());
        Assert.Contains(
            spans.Under(root),
            span => span.ParentSpanId == encodes["replica"].SpanId && span.Source.Name == "Microsoft.Orleans.Application");
    }
}
