using System.Collections.Concurrent;
using System.Net;

namespace Loupe.Silo.Tests.Processes;

/// <summary>More questions than a silo lets wait.</summary>
internal static class Overload
{
    private const int Callers = 32;
    private const int MostEach = 200;

    /// <summary>Asks about ever new regions of an image from many sides, until somebody is refused; gives all responses.</summary>
    public static async Task<IReadOnlyCollection<HttpResponseMessage>> UntilRefusedAsync(SiloUnderTest silo, string image)
    {
        var responses = new ConcurrentBag<HttpResponseMessage>();
        using var refused = new CancellationTokenSource();
        var asked = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async _ =>
        {
            for (var i = 0; i < MostEach && !refused.IsCancellationRequested; i++)
            {
                var n = Interlocked.Increment(ref asked);
                var response = await silo.AskAsync(
                    $$"""{"image": "{{image}}", "task": "caption", "regions": [{"box": [{{n % 97}}, {{n % 89}}, 130, 110]}], "deadlineMs": 60000}""");
                responses.Add(response);
                if (response.StatusCode == HttpStatusCode.TooManyRequests)
                {
                    await refused.CancelAsync();
                }
            }
        }));
        return responses;
    }
}
