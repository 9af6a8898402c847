using System.Diagnostics;
using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Grains;
using Loupe.Grains.Images;
using Loupe.Grains.Keys;

namespace Loupe.Bench.Hops;

/// <summary>How long one kind of call took.</summary>
/// <param name="Name">Which.</param>
/// <param name="Microseconds">Of every call.</param>
/// <param name="Bytes">That each brought; 0 where that is not the point.</param>
internal sealed record HopSample(string Name, IReadOnlyList<double> Microseconds, int Bytes)
{
    /// <summary>Nearest-rank quantile.</summary>
    public double At(double share)
    {
        var sorted = Microseconds.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }
}

/// <summary>
/// Calls from this process, which is one of two silos, to grains of its own and of the other: a memoized answer, the
/// smallest call there is, and the features of an image.
/// </summary>
internal static class HopsRun
{
    private const string Tenant = "default";
    private const int Pictures = 48;
    private const int WarmUp = 300;

    public static async Task<IReadOnlyList<HopSample>> RunAsync(string device, int calls, CancellationToken cancellation)
    {
        await using var fleet = await SiloFleet.StartAsync(new FleetOptions { Silos = 2, Guests = 1, Device = device }, cancellation);
        await using var guest = await Guest.JoinAsync(fleet, device, cancellation);
        List<Question> here = [];
        List<Question> there = [];
        for (var i = 0; i < Pictures || here.Count == 0 || there.Count == 0; i++)
        {
            var image = (await guest.Cluster.AddImageAsync(Tenant, Chaos.Pictures.Png(i), cancellation)).Image.Id;
            var question = QuestionList.All[i % QuestionList.All.Count].Question with { Image = image };
            await AskAsync(guest.Cluster, question, cancellation);

            // Whoever answered first has the features.
            (guest.Engine.Store.Contains(guest.Engine.Encode.KeyOf(new ImageKey(Tenant, image))) ? here : there).Add(question);
        }

        Kind[] kinds =
        [
            new("memoized answer, grain of this silo", here, question => AskAsync(guest.Cluster, question, cancellation)),
            new("memoized answer, grain of the other silo", there, question => AskAsync(guest.Cluster, question, cancellation)),
            new("smallest call, grain of this silo", here, question => GrainOf(guest, question).GetStateAsync(cancellation)),
            new("smallest call, grain of the other silo", there, question => GrainOf(guest, question).GetStateAsync(cancellation)),
            new("features of the other silo, checked", there, question => PullAsync(guest, question, cancellation)),
        ];
        List<HopSample> samples = [];
        foreach (var kind in kinds)
        {
            for (var i = 0; i < WarmUp; i++)
            {
                await kind.Call(kind.Questions[i % kind.Questions.Count]);
            }
        }

        // In turn, so that what drifts favours none.
        var times = kinds.Select(_ => new List<double>(calls)).ToArray();
        for (var i = 0; i < calls; i++)
        {
            for (var k = 0; k < kinds.Length; k++)
            {
                var started = Stopwatch.GetTimestamp();
                await kinds[k].Call(kinds[k].Questions[i % kinds[k].Questions.Count]);
                times[k].Add(Stopwatch.GetElapsedTime(started).TotalMicroseconds);
            }
        }

        var bytes = (await TransferAsync(guest, there[0], cancellation)).Data.Length;
        samples.AddRange(
            kinds.Select(
                (kind, k) => new HopSample(kind.Name, times[k], kind.Name.StartsWith("features", StringComparison.Ordinal) ? bytes : 0)));
        samples.AddRange(WireCost.Measure(calls));
        return samples;
    }

    private static Task<Answer> AskAsync(ILocalizer loupe, Question question, CancellationToken cancellation) =>
        loupe.AnswerAsync(Tenant, question, cancellation);

    private static async Task PullAsync(Guest guest, Question question, CancellationToken cancellation)
    {
        var key = guest.Engine.Encode.KeyOf(new ImageKey(Tenant, question.Image!.Id!));
        _ = Transfers.Unpack(key, await TransferAsync(guest, question, cancellation))
            ?? throw new IOException("Features did not arrive as they were sent.");
    }

    private static Task<FeatureTransfer> TransferAsync(Guest guest, Question question, CancellationToken cancellation) =>
        GrainOf(guest, question).PullAsync(Priority.Bulk, cancellation);

    private static IImageGrain GrainOf(Guest guest, Question question) =>
        guest.Grains.GetGrain<IImageGrain>(
            new ImageAddress(new ImageKey(Tenant, question.Image!.Id!), guest.Cluster.Bundle.Digest).ToString());

    private sealed record Kind(string Name, IReadOnlyList<Question> Questions, Func<Question, Task> Call);
}
