using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Loupe.Silo.Tests.Processes;

public sealed class ClusterTests
{
    [Fact]
    public async Task Two_processes_answer_as_one_and_leave_together()
    {
        int[] processes;
        var port = Ports.Free();
        // Somebody else's: the second process then takes another.
        using var neighbour = new TcpListener(IPAddress.Loopback, port + 1);
        neighbour.Start();
        await using var silo = await SiloUnderTest.StartAsync(null, "--silos", "2", "--Cluster:Port", $"{port}");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while ((processes = await ProcessesAsync(silo)).Length < 2)
        {
            Assert.False(patience.IsCancellationRequested, silo.Output);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, processes.Distinct().Count());
        for (var i = 0; i < 12; i++)
        {
            var image = await silo.UploadAsync(Picture.Png(i));
            var first = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""");
            var second = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""");
            Assert.Equal("miss", first.GetProperty("reuse").GetProperty("features").GetString());
            Assert.Equal("hit", second.GetProperty("reuse").GetProperty("answer").GetString());
            Assert.Equal(first.GetProperty("text").GetString(), second.GetProperty("text").GetString());
        }

        // Both are home to some of the images.
        while ((await NumbersAsync(silo, "featureBytes")).Contains(0))
        {
            await Task.Delay(50, patience.Token);
        }

        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
        Assert.All(processes, id => Assert.Throws<ArgumentException>(() => Process.GetProcessById(id)));
    }

    [Fact]
    public async Task Three_processes_are_ready_together_and_the_first_look_shows_all_three()
    {
        await using var silo = await SiloUnderTest.StartAsync(null, "--silos", "3", "--Cluster:Port", $"{Ports.Free()}");
        var processes = await ProcessesAsync(silo);
        Assert.Equal(3, processes.Distinct().Count());
        Assert.Equal(3, processes.Length);
        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
    }

    [Fact]
    public async Task Two_gateways_keep_one_limit()
    {
        await using var silo = await SiloUnderTest.StartAsync(
            null, "--silos", "2", "--Cluster:Port", $"{Ports.Free()}", "--Limits:RequestsPerMinute", "40");
        var unknown = $"/v1/images/{new string('a', 64)}";
        using var http = new HttpClient();

        // Found or not: what was admitted was looked for.
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 80; i++)
        {
            using var response = await http.GetAsync(new Uri(silo.Addresses[i % 2], unknown), TestContext.Current.CancellationToken);
            statuses.Add(response.StatusCode);
        }

        Assert.Equal(2, silo.Addresses.Count);
        Assert.Equal(40, statuses.Count(status => status == HttpStatusCode.NotFound));
        Assert.Equal(40, statuses.Count(status => status == HttpStatusCode.TooManyRequests));
    }

    private static async Task<int[]> ProcessesAsync(SiloUnderTest silo) =>
        // One that joins has told none yet.
        [.. (await NumbersAsync(silo, "processId")).Where(number => number != 0).Select(number => (int)number)];

    private static async Task<long[]> NumbersAsync(SiloUnderTest silo, string name)
    {
        using var cluster = JsonDocument.Parse(await silo.Client.GetStringAsync("/v1/cluster"));
        Assert.Equal("orleans", cluster.RootElement.GetProperty("mode").GetString());
        return [.. cluster.RootElement.GetProperty("silos").EnumerateArray().Select(one => one.GetProperty(name).GetInt64())];
    }
}
