using Loupe.Bench.Fleet;

namespace Loupe.Bench.Chaos;

/// <summary>The right answers, computed once by a quiet server of its own: one process, one question at a time per client.</summary>
internal static class References
{
    private const int AtOnce = 4;

    public static async Task<Dictionary<(string Image, string Question), string>> ComputeAsync(
        IReadOnlyList<Picture> pictures, string device, CancellationToken cancellation) =>
        await ComputeAsync(pictures.Select(picture => (picture, QuestionList.All)), device, cancellation);

    /// <param name="asked">Every picture with what is asked about it.</param>
    /// <param name="device">What the cluster runs on.</param>
    /// <param name="cancellation">Breaks off.</param>
    public static async Task<Dictionary<(string Image, string Question), string>> ComputeAsync(
        IEnumerable<(Picture Picture, IReadOnlyList<(string Name, Question Question)> Questions)> asked, string device,
        CancellationToken cancellation)
    {
        // A simulated device that is faster gives the same values.
        var quiet = device.StartsWith("simulated", StringComparison.OrdinalIgnoreCase)
            ? "simulated:encode=0ms,region=0ms,step=0ms"
            : device;
        await using var fleet = await SiloFleet.StartAsync(new FleetOptions { Silos = 1, Device = quiet }, cancellation);
        using var client = SiloFleet.ClientOf(fleet.Silos[0]);
        Dictionary<(string, string), string> references = [];
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(asked, atOnce, async (visit, stop) =>
        {
            var (picture, questions) = visit;
            await client.UploadAsync(picture.File, stop);
            foreach (var (name, question) in questions)
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
