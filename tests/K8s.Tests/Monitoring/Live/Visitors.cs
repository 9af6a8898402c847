using Loupe.Bench.Chaos;
using Loupe.Bench.Fleet;
using Loupe.Client;

namespace Loupe.K8s.Tests.Monitoring.Live;

/// <summary>
/// Callers who use everything that a dashboard shows: all tasks, old and new pictures, streams, and crowds that are
/// refused.
/// </summary>
internal sealed class Visitors(IReadOnlyList<SiloHandle> silos, int clients, int seed)
{
    private static readonly VisionTask[] Tasks = [
        VisionTask.Answer, VisionTask.Caption, VisionTask.Locate, VisionTask.Segment, VisionTask.Detect, VisionTask.Narrate
    ];

    private int _answered;
    private int _refused;

    public int Answered => _answered;

    public int Refused => _refused;

    /// <summary>Comes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop) =>
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => VisitAsync(client, stop), CancellationToken.None)));

    private async Task VisitAsync(int client, CancellationToken stop)
    {
        var random = new Random((seed * 1000) + client);
        using var loupe = SiloFleet.ClientOf(silos[client % silos.Count]);
        for (var visit = 0; !stop.IsCancellationRequested; visit++)
        {
            try
            {
                // Half of the pictures were seen before, by anybody.
                var picture = await loupe.UploadAsync(
                    Pictures.Png(random.Next(2) == 0 ? random.Next(20) : (client * 100_000) + visit), stop);
                foreach (var task in Tasks.Take(1 + random.Next(Tasks.Length)))
                {
                    await AskAsync(
                        loupe,
                        new Question
                        {
                            Image = picture.Id,
                            Task = task,
                            Text = task is VisionTask.Answer or VisionTask.Locate or VisionTask.Segment ? "the dog" : "",
                            DeadlineMs = 20_000,
                        },
                        stop);
                }
            }
            catch (LoupeException)
            {
                Interlocked.Increment(ref _refused);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task AskAsync(LoupeClient loupe, Question question, CancellationToken stop)
    {
        await foreach (var part in loupe.StreamAsync(question, stop))
        {
            if (part is DonePart)
            {
                Interlocked.Increment(ref _answered);
            }
        }
    }
}
