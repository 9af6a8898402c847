using System.Diagnostics;
using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Bench.Memory;
using Loupe.Bench.Statistics;
using Loupe.Client;

namespace Loupe.Bench.Photographs;

/// <summary>Something that was measured.</summary>
internal sealed record Figure(string What, string Unit, Spread Value);

/// <summary>
/// One server over HTTP: the first question about a picture and those after it, and many at once, with and without
/// reuse.
/// </summary>
internal sealed class PhotographsRun(string bundle, int rounds, Action<string> tell)
{
    private const int Many = 32;
    private const int Deadline = 600_000;

    private static readonly string[] Things = [
        "the dog", "a red car", "the tree on the left", "a hat", "the window", "two people", "the sign", "a cup"
    ];

    private readonly List<Figure> _figures = [];
    private int _pictures = 100;

    public async Task<IReadOnlyList<Figure>> RunAsync(CancellationToken cancellation)
    {
        await using (var fleet = await StartAsync(null, cancellation))
        {
            using var client = SiloFleet.ClientOf(fleet.Silos[0]);
            Add("resident when ready", "MB", [await ResidentAsync(fleet, cancellation)]);
            List<double> first = [], second = [], other = [], again = [];
            for (var round = 0; round < rounds; round++)
            {
                var image = await UploadAsync(client, cancellation);
                first.Add(await AskAsync(client, new Question(image, VisionTask.Caption), cancellation));
                second.Add(await AskAsync(client, new Question(image, VisionTask.Caption, [Box(0)]), cancellation));
                other.Add(await AskAsync(client, new Question(image, VisionTask.Caption, [Box(1)]), cancellation));
                again.Add(await AskAsync(client, new Question(image, VisionTask.Caption), cancellation));
            }

            Add("first question about a picture", "ms", first);
            Add("second question, about a region", "ms", second);
            Add("third question, about another region", "ms", other);
            Add("the first once more", "ms", again);
            Add($"{Many} questions about a picture, 8 at once", "s", [await ManyAsync(client, cancellation)]);
            Add("resident after it", "MB", [await ResidentAsync(fleet, cancellation)]);
        }

        await using (var fleet = await StartAsync("None", cancellation))
        {
            using var client = SiloFleet.ClientOf(fleet.Silos[0]);
            Add($"{Many} questions about a picture, 8 at once, without reuse", "s", [await ManyAsync(client, cancellation)]);
        }

        return _figures;
    }

    private static Region Box(int k) => new() { Box = new Box(10 + (20 * k), 10, 60 + (30 * k), 80) };

    private static async Task<double> AskAsync(LoupeClient client, Question question, CancellationToken cancellation)
    {
        var clock = Stopwatch.GetTimestamp();
        await client.AskAsync(question with { DeadlineMs = Deadline }, cancellation);
        return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
    }

    private async Task<double> ManyAsync(LoupeClient client, CancellationToken cancellation)
    {
        var image = await UploadAsync(client, cancellation);
        var questions = Enumerable.Range(0, Many).Select(i => (i % 4) switch
        {
            0 => new Question(image, VisionTask.Locate, Text: $"{Things[i / 4]} {i}"),
            1 => new Question(image, VisionTask.Caption, [new Region { Box = new Box(i, 5, 60 + (2 * i), 90) }]),
            2 => new Question(image, VisionTask.Segment, Text: $"{Things[i / 4]} {i}"),
            _ => new Question(image, VisionTask.Read, [new Region { Box = new Box(i, 20, 50 + (2 * i), 70) }]),
        });
        var clock = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            questions, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancellation }, async (question, stop) =>
                await AskAsync(client, question, stop));
        return Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }

    private async Task<string> UploadAsync(LoupeClient client, CancellationToken cancellation) =>
        (await client.UploadAsync(Pictures.Png(_pictures++), cancellation)).Id;

    private Task<SiloFleet> StartAsync(string? reuse, CancellationToken cancellation) => SiloFleet.StartAsync(
        new FleetOptions
        {
            Silos = 1,
            Device = "cpu",
            Settings = [
                "--bundle", bundle, "--Loupe:Queue:MaxSeconds", "600", .. reuse is null ? Array.Empty<string>() : ["--Loupe:Reuse", reuse]
            ],
        },
        cancellation);

    private static async Task<double> ResidentAsync(SiloFleet fleet, CancellationToken cancellation) =>
        (await MemoryReading.TakeAsync(fleet.Silos[0], 0, cancellation)).Resident / 1e6;

    private void Add(string what, string unit, IEnumerable<double> values)
    {
        _figures.Add(new Figure(what, unit, Spread.Of(values)));
        tell(FormattableString.Invariant($"{what}: {_figures[^1].Value.Median:0.##} {unit}"));
    }
}
