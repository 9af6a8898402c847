using System.Net;

namespace Loupe.Silo.Tests.Processes;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Asked_to_stop_it_finishes_what_runs_and_ends_with_0()
    {
        await using var silo = await SiloUnderTest.StartAsync();
        var images = await Task.WhenAll(Enumerable.Range(0, 12).Select(seed => silo.UploadAsync(Picture.Png(seed))));
        var running = images
            .Select(image => silo.AskAsync($$"""{"image": "{{image}}", "task": "narrate", "stream": true, "deadlineMs": 60000}"""))
            .ToArray();

        // The first answer has begun, so the others are in the queue or in a slot.
        await Task.WhenAny(running);
        silo.AskToStop();

        foreach (var response in await Task.WhenAll(running))
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(
                response.StatusCode is HttpStatusCode.OK && text.Contains("event: done")
                    || response.StatusCode is HttpStatusCode.ServiceUnavailable,
                $"{(int)response.StatusCode}: {text}");
        }

        Assert.Equal(0, await silo.EndAsync());
    }

    [Fact]
    public async Task Asked_to_stop_when_idle_it_ends_with_0()
    {
        await using var silo = await SiloUnderTest.StartAsync();
        silo.AskToStop();

        Assert.Equal(0, await silo.EndAsync());
        Assert.DoesNotContain("   at ", silo.Output);
    }
}
