using Loupe.Bench.Fleet;

namespace Loupe.Bench.Chaos;

/// <summary>The right answers, computed once by a quiet server of its own: one process, one question at a time per client.</summary>
internal static class References
{
    private const int AtOnce = 4;

    public static async Task<Dictionary<(string Image, string Question), string>> ComputeAsync(
        IReadOnlyList<Picture> pictures, string device, CancellationToken cancellation)
    {
        // A simulated device that is faster gives the same values.
        var quiet = device.StartsWith("simulated", StringComparison.OrdinalIgnoreCase) ? "simulated:encode=0ms,region=0ms,step=0ms" : device;
        await using var fleet = await SiloFleet.StartAsync(new FleetOptions { Silos = 1, Device = quiet }, cancellation);
        using var client = SiloFleet.ClientOf(fleet.Silos[0]);
        Dictionary<(string, string), string> references = [];
        await Parallel.ForEachAsync(pictures, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (picture, stop) =>
        {
            await client.UploadAsync(picture.File, stop);
            foreach (var (name, question) in QuestionList.All)
            {
                var answer = await client.AskAsync(question with { Image = picture.Id }, stop);
                lock (references)
                {
                    references[(picture.Id, name)] = Fingerprint.Of(answer);
                }
            }
        });
        return references;
    }
}
