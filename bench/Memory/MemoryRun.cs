using System.Diagnostics;
using System.Globalization;
using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Bench.Simulation;
using Loupe.Client;

namespace Loupe.Bench.Memory;

/// <summary>One server process after the other: idle and allocations, the Zipf load, and more pictures than fit.</summary>
internal sealed class MemoryRun(MemoryOptions options, Action<string> tell)
{
    private const double Mega = 1e6;
    private const int WarmUp = 200;

    public async Task<MemoryOutcome> RunAsync(CancellationToken cancellation)
    {
        var (idle, allocations) = await AllocateAsync(cancellation);
        var (zipf, answered, failed) = await LoadAsync(cancellation);
        return new MemoryOutcome
        {
            Idle = idle,
            Allocations = allocations,
            Zipf = zipf,
            ZipfAnswered = answered,
            ZipfFailed = failed,
            Budget = options.BudgetPictures > 0 ? await FillAsync(cancellation) : null,
        };
    }

    private async Task<(MemoryReading Idle, IReadOnlyList<AllocationSample> Samples)> AllocateAsync(CancellationToken cancellation)
    {
        await using var fleet = await StartAsync([], cancellation);
        var silo = fleet.Silos[0];
        await Task.Delay(options.Settling, cancellation);
        var idle = await MemoryReading.TakeAsync(silo, 0, cancellation);
        tell($"idle: {Megabytes(idle.Resident)} resident, {Megabytes(idle.Anonymous)} of it of no file");

        using var client = SiloFleet.ClientOf(silo);
        var image = (await client.UploadAsync(Pictures.Png(options.Seed), cancellation)).Id;
        var boxes = 0;
        var texts = 0;
        var kinds = new (string Kind, Func<Question> Ask)[]
        {
            ("answer remembered", () => new Question(Task: VisionTask.Caption)),
            ("prefix remembered", () => new Question(Text: MemoryQuestions.Text(texts++))),
            ("features remembered", () => new Question(Task: VisionTask.Caption, Regions: [MemoryQuestions.Box(boxes++)])),
        };
        List<AllocationSample> samples = [];
        foreach (var (kind, ask) in kinds)
        {
            // What is made once for every kind of question, and what the first tier of compiled code allocates, is not counted.
            var asked = options.Questions - WarmUp;
            await AskAsync(client, image, ask, WarmUp, cancellation);
            var before = await MemoryReading.TakeAsync(silo, 0, cancellation);
            await AskAsync(client, image, ask, asked, cancellation);
            var after = await MemoryReading.TakeAsync(silo, 0, cancellation);
            samples.Add(
                new AllocationSample(kind, asked, (after.Allocated - before.Allocated) / asked, (after.Steps - before.Steps) / asked));
            tell(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind}: {samples[^1].BytesPerQuestion / 1000:0.0} kB a question, {samples[^1].StepsPerQuestion:0.0} steps"));
        }

        return (idle, samples);
    }

    private async Task<(IReadOnlyList<MemoryReading> Readings, long Answered, long Failed)> LoadAsync(CancellationToken cancellation)
    {
        await using var fleet = await StartAsync(
            ["--Loupe:Features:Bytes", Number(options.ZipfBytes), "--Loupe:Answers:Bytes", Number(options.ZipfAnswerBytes)], cancellation);
        using var client = SiloFleet.ClientOf(fleet.Silos[0]);
        var images = await UploadAsync(client, options.Pictures, cancellation);
        var popularity = new Popularity(images.Length, options.Exponent);
        var length = options.Filling + options.Duration;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        long answered = 0;
        long failed = 0;
        var clients = Enumerable.Range(0, options.Clients).Select(number => Task.Run(async () =>
        {
            var random = new Random(unchecked((options.Seed * 7919) + number));
            while (!end.IsCancellationRequested)
            {
                try
                {
                    await client.AskAsync(
                        MemoryQuestions.Any(random) with { Image = images[popularity.Draw(random)], DeadlineMs = 60_000 }, end.Token);
                    Interlocked.Increment(ref answered);
                }
                catch (LoupeException)
                {
                    Interlocked.Increment(ref failed);
                    await Task.Delay(100, CancellationToken.None);
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested)
                {
                    return;
                }
            }
        }, CancellationToken.None)).ToArray();
        List<MemoryReading> readings = [];
        try
        {
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < length;)
            {
                await Task.Delay(options.Every, cancellation);
                var reading = await MemoryReading.TakeAsync(fleet.Silos[0], clock.Elapsed.TotalSeconds, cancellation);
                readings.Add(reading);
                tell(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reading.At,5:0} of {length.TotalSeconds:0} s: {Megabytes(reading.Resident)} resident, features "
                        + $"{Megabytes(reading.Features)}, heap {Megabytes(reading.ManagedHeap)}, {Interlocked.Read(ref answered)} "
                        + $"answered"));
            }
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(clients);
        }

        return (readings, answered, failed);
    }

    private async Task<(MemoryReading Before, MemoryReading After)> FillAsync(CancellationToken cancellation)
    {
        await using var fleet = await StartAsync(["--Loupe:Features:Bytes", Number(options.BudgetBytes)], cancellation);
        using var client = SiloFleet.ClientOf(fleet.Silos[0]);
        await Task.Delay(options.Settling, cancellation);
        var before = await MemoryReading.TakeAsync(fleet.Silos[0], 0, cancellation);
        var asked = 0;
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation };
        await Parallel.ForAsync(0, options.BudgetPictures, four, async (number, token) =>
        {
            var image = (await client.UploadAsync(Pictures.Png(unchecked((options.Seed * 1_000_003) + number)), token)).Id;
            await client.AskAsync(new Question(Task: VisionTask.Caption) { Image = image, DeadlineMs = 60_000 }, token);
            if (Interlocked.Increment(ref asked) % 1000 == 0)
            {
                var reading = await MemoryReading.TakeAsync(fleet.Silos[0], 0, token);
                tell(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{asked} of {options.BudgetPictures} pictures: features {Megabytes(reading.Features)}, "
                            + $"{Megabytes(reading.Resident)} resident"));
            }
        });
        return (before, await MemoryReading.TakeAsync(fleet.Silos[0], 0, cancellation));
    }

    private Task<SiloFleet> StartAsync(IReadOnlyList<string> settings, CancellationToken cancellation) =>
        SiloFleet.StartAsync(new FleetOptions { Silos = 1, Device = options.Device, Settings = settings }, cancellation);

    private static string Number(long bytes) => bytes.ToString(CultureInfo.InvariantCulture);

    private static async Task AskAsync(LoupeClient client, string image, Func<Question> ask, int count, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            await client.AskAsync(ask() with { Image = image, DeadlineMs = 60_000 }, cancellation);
        }
    }

    private async Task<string[]> UploadAsync(LoupeClient client, int count, CancellationToken cancellation)
    {
        var images = new string[count];
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation };
        await Parallel.ForAsync(0, count, four, async (number, token) =>
            images[number] = (await client.UploadAsync(Pictures.Png(unchecked((options.Seed * 1_000_003) + number)), token)).Id);
        return images;
    }

    private static string Megabytes(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:0} MB");
}
