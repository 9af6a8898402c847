using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Client;

namespace Loupe.Bench.Scale;

/// <summary>One measurement.</summary>
/// <param name="Silos">Size of the cluster.</param>
/// <param name="Round">Which round.</param>
/// <param name="PerSecond">Questions answered a second.</param>
/// <param name="Failed">Questions that failed.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Encodes">Encodings that each silo did, warm-up included.</param>
internal sealed record ScaleSample(int Silos, int Round, double PerSecond, int Failed, double P50, double P99, IReadOnlyList<double> Encodes)
{
    /// <summary>The busiest silo's encodings over the mean.</summary>
    public double Imbalance => Encodes.Sum() > 0 ? Encodes.Max() / Encodes.Average() : double.NaN;
}

/// <summary>Clusters of several sizes under as many clients for each silo, asked about pictures that none has seen.</summary>
internal static class ScaleRun
{
    public static async Task<IReadOnlyList<ScaleSample>> RunAsync(ScaleOptions options, Action<string> tell, CancellationToken cancellation)
    {
        List<ScaleSample> samples = [];
        for (var round = 0; round < options.Rounds; round++)
        {
            // There and back, so that what drifts does not favour a size.
            foreach (var silos in round % 2 == 0 ? options.Silos : options.Silos.Reverse())
            {
                var sample = await MeasureAsync(options, silos, round, cancellation);
                tell(FormattableString.Invariant($"round {round + 1}, {silos} silos: {sample.PerSecond:0.0} questions/s, p99 {sample.P99:0} ms, {sample.Failed} failed"));
                samples.Add(sample);
            }
        }

        return samples;
    }

    private static async Task<ScaleSample> MeasureAsync(ScaleOptions options, int silos, int round, CancellationToken cancellation)
    {
        await using var fleet = await SiloFleet.StartAsync(new FleetOptions { Silos = silos, Device = options.Device }, cancellation);
        var clients = fleet.Silos.Select(SiloFleet.ClientOf).ToList();
        try
        {
            var load = new ScaleLoad(options, clients, round);
            await load.RunAsync(options.ClientsPerSilo * silos, cancellation);
            var encodes = await Task.WhenAll(fleet.Silos.Select(silo => silo.EncodesAsync(cancellation)));
            var latencies = load.Latencies.Order().ToArray();
            double At(double share) => latencies.Length == 0 ? double.NaN : latencies[Math.Max(0, (int)Math.Ceiling(share * latencies.Length) - 1)];
            return new(silos, round, latencies.Length / options.Duration.TotalSeconds, load.Failed, At(0.5), At(0.99), [.. encodes.Select(count => count ?? double.NaN)]);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Clients that ask about one new picture after the other.</summary>
    private sealed class ScaleLoad(ScaleOptions options, IReadOnlyList<LoupeClient> clients, int round)
    {
        private readonly System.Diagnostics.Stopwatch _clock = new();
        private readonly Lock _lock = new();
        private readonly List<double> _latencies = [];
        private int _failed;
        private int _pictures;

        public IReadOnlyList<double> Latencies => _latencies;

        public int Failed => _failed;

        public async Task RunAsync(int count, CancellationToken cancellation)
        {
            _clock.Start();
            await Task.WhenAll(Enumerable.Range(0, count).Select(number => Task.Run(() => AskAsync(number, cancellation), cancellation)));
        }

        private async Task AskAsync(int number, CancellationToken cancellation)
        {
            var random = new Random(unchecked((options.Seed * 1_000_003) + (round * 10_007) + number));
            while (_clock.Elapsed < options.WarmUp + options.Duration)
            {
                var picture = Pictures.Png(unchecked((((options.Seed * 31) + round) * 1_000_000) + Interlocked.Increment(ref _pictures)));
                try
                {
                    var image = (await clients[random.Next(clients.Count)].UploadAsync(picture, cancellation)).Id;
                    for (var i = 0; i < options.QuestionsPerPicture; i++)
                    {
                        var (_, question) = QuestionList.All[(number + i) % QuestionList.All.Count];
                        await TimeAsync(clients[random.Next(clients.Count)], question with { Image = image, DeadlineMs = 60_000 }, cancellation);
                    }
                }
                catch (LoupeException)
                {
                    Interlocked.Increment(ref _failed);
                    await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
                }
            }
        }

        private async Task TimeAsync(LoupeClient client, Question question, CancellationToken cancellation)
        {
            var asked = _clock.Elapsed;
            await client.AskAsync(question, cancellation);
            var answered = _clock.Elapsed;

            // An answer counts where it came, however long ago it was asked for.
            if (answered >= options.WarmUp && answered < options.WarmUp + options.Duration)
            {
                lock (_lock)
                {
                    _latencies.Add((answered - asked).TotalMilliseconds);
                }
            }
        }
    }
}
