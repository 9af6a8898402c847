using Loupe.Bench.Simulation;
using Loupe.Bench.Suite.Scenes;

namespace Loupe.Bench.Suite.Workloads;

/// <summary>
/// The plans of all workloads. Every round has pictures and questions of its own (but for <c>zipf</c>, whose pictures
/// stay), so that what a server keeps from an earlier round helps it with nothing; the same seed gives the same plans.
/// </summary>
internal sealed class WorkloadBook(SceneBook scenes, SuiteSizes sizes, int seed)
{
    private const int QuestionsOfOne = 32;
    private const int PlacesOfOne = 8;
    private const int StreamClients = 4;
    private const double SeenShare = 0.8;

    // More than any workload draws in a round.
    private const int PicturesOfRound = 20_000;
    private const int MostRounds = 64;

    /// <summary>The plan of a workload, but for <see cref="OpenLoop"/>, which needs a rate.</summary>
    public Plan Plan(string workload, int round) => workload switch
    {
        WorkloadNames.Mixed => Mixed(round),
        WorkloadNames.Latency => Latency(round),
        WorkloadNames.OneOff => OneOff(round),
        WorkloadNames.Reuse32 => Reuse32(round),
        WorkloadNames.Regions => Regions(round),
        WorkloadNames.Reuse80 => Reuse80(round),
        WorkloadNames.Zipf => Zipf(round),
        WorkloadNames.Stream => Stream(round),
        WorkloadNames.Upload => Upload(round),
        _ => throw new ArgumentException($"There is no workload {workload}.", nameof(workload)),
    };

    /// <summary>The mixed questions at a rate.</summary>
    /// <param name="round">Counted from 0.</param>
    /// <param name="percent">Of the capacity, which tells apart what rates of one round ask.</param>
    /// <param name="perSecond">Arrivals.</param>
    public Plan OpenLoop(int round, int percent, double perSecond)
    {
        var plan = MixedOf(
            First(WorkloadNames.OpenLoop, round) + (percent * 32), Math.Max(1, (int)(perSecond * sizes.OpenLoopSeconds)),
            round + (percent * 1000));
        return plan with { ArrivalsPerSecond = perSecond, DeadlineMs = sizes.OpenLoopDeadlineMs };
    }

    /// <summary>What layouts of the limit are tried on: a bit of everything.</summary>
    public Plan Search()
    {
        var plan = MixedOf(First(WorkloadNames.Mixed, MostRounds - 1), questions: 24, salt: -1);
        return plan with { WarmUp = [] };
    }

    /// <summary>What everybody does once before anything counts: programs get faster as they run.</summary>
    public Plan WarmUp()
    {
        var plan = MixedOf(First(WorkloadNames.Mixed, MostRounds - 2), 2 * sizes.MixedQuestions, salt: -2);
        return plan with { Asks = [.. plan.Asks.Select((ask, i) => ask with { Uploads = i % 4 == 0, Streams = i % 4 == 1 })] };
    }

    private Plan Mixed(int round) => MixedOf(First(WorkloadNames.Mixed, round), sizes.MixedQuestions, round);

    private Plan MixedOf(int first, int questions, int salt)
    {
        var random = Draw(WorkloadNames.Mixed, salt);
        var pictures = Enumerable.Range(first, sizes.MixedImages).ToList();
        return new Plan
        {
            Uploads = pictures,
            WarmUp = [.. pictures.Select(picture => new Ask(picture, Inquirer.AboutWhole(0)))],
            Asks = [
                .. Enumerable.Range(0, questions)
                    .Select(_ => pictures[random.Next(pictures.Count)])
                    .Select(picture => new Ask(picture, Of(picture, random).Mixed())),
            ],
            Clients = sizes.Clients,
        };
    }

    private Plan Latency(int round)
    {
        var (first, random) = (First(WorkloadNames.Latency, round), Draw(WorkloadNames.Latency, round));
        List<Ask> asks = [];
        for (var i = 0; i < sizes.LatencyPairs; i++)
        {
            var region = Of(first + 1 + i, random).Regions(1)[0];
            asks.Add(new Ask(first + 1 + i, Inquirer.About(region, 0)) { Kind = AskKinds.First });
            asks.Add(new Ask(first + 1 + i, Inquirer.About(region, 1)) { Kind = AskKinds.Second });
        }

        return new Plan
        {
            Uploads = [.. Enumerable.Range(first, sizes.LatencyPairs + 1)],
            WarmUp = [new Ask(first, Inquirer.AboutWhole(0)), new Ask(first, Inquirer.AboutWhole(1))],
            Asks = asks,
            Clients = 1,
        };
    }

    private Plan OneOff(int round)
    {
        var (first, random) = (First(WorkloadNames.OneOff, round), Draw(WorkloadNames.OneOff, round));
        return new Plan
        {
            Asks = [
                .. Enumerable.Range(first, sizes.OneOffImages)
                    .Select(picture => new Ask(picture, Of(picture, random).Fresh()) { Uploads = true }),
            ],
            Clients = sizes.Clients,
        };
    }

    private Plan Reuse32(int round) => OfImages(WorkloadNames.Reuse32, round, (picture, random) =>
    {
        var places = Of(picture, random).Regions(3);
        return Enumerable.Range(0, QuestionsOfOne)
            .Select(i => i % 4 == 0 ? Inquirer.AboutWhole(i / 4) : Inquirer.About(places[(i % 4) - 1], i / 4));
    });

    private Plan Regions(int round) => OfImages(WorkloadNames.Regions, round, (picture, random) =>
    {
        var places = Of(picture, random).Regions(PlacesOfOne);
        return Enumerable.Range(0, QuestionsOfOne).Select(i => Inquirer.About(places[i % PlacesOfOne], i / PlacesOfOne));
    });

    private Plan OfImages(string workload, int round, Func<int, Random, IEnumerable<Question>> ask)
    {
        var (first, random) = (First(workload, round), Draw(workload, round));
        var pictures = Enumerable.Range(first, sizes.ReuseImages).ToList();
        return new Plan
        {
            Uploads = pictures,
            Asks = [.. pictures.SelectMany(picture => ask(picture, random).Select(question => new Ask(picture, question)))],
            Clients = sizes.Clients,
        };
    }

    private Plan Reuse80(int round)
    {
        var (first, random) = (First(WorkloadNames.Reuse80, round), Draw(WorkloadNames.Reuse80, round));
        List<int> seen = [];
        List<Ask> asks = [];
        for (var i = 0; i < sizes.Reuse80Questions; i++)
        {
            // Exactly so many new ones, at even distances, so that rounds differ in nothing else.
            var isNew = (int)(i * (1 - SeenShare)) > (int)((i - 1) * (1 - SeenShare)) || i == 0;
            if (isNew)
            {
                seen.Add(first + seen.Count);
            }

            var picture = isNew ? seen[^1] : seen[random.Next(seen.Count)];
            asks.Add(new Ask(picture, Of(picture, random).Fresh()) { Streams = true });
        }

        return new Plan { Uploads = seen, Asks = asks, Clients = sizes.Clients };
    }

    private Plan Zipf(int round)
    {
        var (first, random) = (First(WorkloadNames.Zipf, 0), Draw(WorkloadNames.Zipf, round));
        var popularity = new Popularity(sizes.ZipfImages, sizes.ZipfExponent);
        List<Ask> Some() =>
            [
                .. Enumerable.Range(0, sizes.ZipfQuestions)
                    .Select(_ => first + popularity.Draw(random))
                    .Select(picture => new Ask(picture, Of(picture, random).Fresh())),
            ];

        return new Plan
        {
            Uploads = round == 0 ? [.. Enumerable.Range(first, sizes.ZipfImages)] : [],
            WarmUp = round == 0 ? Some() : [],
            Asks = Some(),
            Clients = sizes.Clients,
        };
    }

    private Plan Stream(int round)
    {
        var (first, random) = (First(WorkloadNames.Stream, round), Draw(WorkloadNames.Stream, round));
        var pictures = Enumerable.Range(first, sizes.StreamQuestions).ToList();
        return new Plan
        {
            Uploads = pictures,
            WarmUp = [.. pictures.Select(picture => new Ask(picture, Inquirer.AboutWhole(0)))],
            Asks = [.. pictures.Select(picture => new Ask(picture, Of(picture, random).Narrate()) { Streams = true })],
            Clients = StreamClients,
        };
    }

    private Plan Upload(int round) => new()
    {
        Asks = [
            .. Enumerable.Range(First(WorkloadNames.Upload, round), sizes.UploadImages)
                .Select(picture => new Ask(picture, null) { Uploads = true }),
        ],
        Clients = sizes.Clients,
    };

    private Inquirer Of(int picture, Random random) => new(scenes.SceneOf(picture), random);

    private static int First(string workload, int round) => ((Index(workload) * MostRounds) + round) * PicturesOfRound;

    private Random Draw(string workload, int round) => new(unchecked((seed * 1_000_003) + (Index(workload) * 10_007) + round));

    private static int Index(string workload) => WorkloadNames.All.Select((one, i) => (one.Name, i)).First(one => one.Name == workload).i;
}

/// <summary>What operations of one workload are told apart by.</summary>
internal static class AskKinds
{
    public const string First = "first";
    public const string Second = "second";
}
