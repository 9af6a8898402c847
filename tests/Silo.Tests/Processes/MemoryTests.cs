using Loupe.Silo.Tests.Metrics;

namespace Loupe.Silo.Tests.Processes;

/// <summary>What a serving process allocates and keeps, by its own metrics.</summary>
public sealed class MemoryTests
{
    private const int Rounds = 5;
    private const int Questions = 200;
    private const int MostPerQuestion = 64_000;

    [Fact]
    public async Task A_question_with_its_grains_allocates_at_most_sixty_four_kilobytes()
    {
        await using var silo = await SiloUnderTest.StartAsync();
        var image = await silo.UploadAsync(Picture.Png(1));
        var next = 0;
        string Remembered() => $$"""{"image": "{{image}}", "task": "caption"}""";
        string Elsewhere() => $$"""{"image": "{{image}}", "task": "caption", "regions": [{"box": [{{next % 59}}, {{next++ / 59}}, 150, 110]}]}""";

        foreach (var ask in (Func<string>[])[Remembered, Elsewhere])
        {
            // Once for what is made only once, and what code allocates that is not optimized yet.
            await AllocatedAsync(silo, ask);

            // The counter is of the whole process: what a timer, a pool or the runtime allocates now and then falls
            // into a round or two, what a question allocates into all of them.
            var perQuestion = new double[Rounds];
            for (var round = 0; round < Rounds; round++)
            {
                perQuestion[round] = await AllocatedAsync(silo, ask) / Questions;
            }

            Assert.True(
                perQuestion.Order().ElementAt(Rounds / 2) is >= 1 and <= MostPerQuestion,
                $"{MostPerQuestion} bytes a question at most, but there were "
                    + $"{string.Join(", ", perQuestion.Select(bytes => $"{bytes:F0}"))} in {Rounds} rounds.");
        }
    }

    [Fact]
    public async Task Features_stay_within_their_budget_and_bring_on_no_full_collections()
    {
        const int budget = 2_000_000;
        const int pictures = 100;
        await using var silo = await SiloUnderTest.StartAsync(null, "--Loupe:Features:Bytes", $"{budget}");
        var before = (await ReadAsync(silo))["dotnet_gc_collections_total{generation=\"2\"}"];
        for (var seed = 0; seed < pictures; seed++)
        {
            await silo.AnswerAsync($$"""{"image": "{{await silo.UploadAsync(Picture.Png(seed))}}", "task": "caption"}""");
            Assert.InRange((await ReadAsync(silo))["loupe_feature_bytes{tier=\"memory\"}"], 0, budget);
        }

        var told = await ReadAsync(silo);
        Assert.InRange(told["loupe_feature_bytes{tier=\"memory\"}"], 0.9 * budget, budget);
        Assert.InRange(told["dotnet_gc_collections_total{generation=\"2\"}"] - before, 0, 3);
    }

    private static async Task<double> AllocatedAsync(SiloUnderTest silo, Func<string> ask)
    {
        const string allocated = "dotnet_gc_allocated_bytes_total";
        var before = (await ReadAsync(silo))[allocated];
        for (var i = 0; i < Questions; i++)
        {
            await silo.AnswerAsync(ask());
        }

        return (await ReadAsync(silo))[allocated] - before;
    }

    private static async Task<PrometheusText> ReadAsync(SiloUnderTest silo) =>
        PrometheusText.Parse(await silo.Client.GetStringAsync("/metrics"));
}
