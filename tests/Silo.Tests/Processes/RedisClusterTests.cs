using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Loupe.Redis.Tests.Servers;

namespace Loupe.Silo.Tests.Processes;

/// <summary>Processes that meet in a Redis: any of them may die, and so may Redis for a while.</summary>
public sealed class RedisClusterTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task The_first_silo_may_die_and_the_others_go_on_with_what_it_knew()
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes");
        List<int> left = [];
        var first = await StartAsync(redis, "--silos", "3");
        try
        {
            await UntilAsync(async () => (await SilosAsync(first.Client)).Count == 3 && first.Addresses.Count == 3);
            left.AddRange((await SilosAsync(first.Client)).Values);
            Assert.Equal(3, left.Distinct().Count());
            using var second = new HttpClient { BaseAddress = first.Addresses[1], Timeout = Patience };
            using var third = new HttpClient { BaseAddress = first.Addresses[2], Timeout = Patience };

            List<string> images = [];
            for (var i = 0; i < 6; i++)
            {
                images.Add(await first.UploadAsync(Picture.Png(i)));
                foreach (var client in (HttpClient[])[first.Client, second, third])
                {
                    await AnswerAsync(client, images[i], images.Count);
                }
            }

            await first.KillAloneAsync();
            left.Remove(first.ProcessId);
            foreach (var image in images)
            {
                // What the lost silo had encoded comes from the tier; nothing is encoded again.
                Assert.NotEqual("miss", (await AnswerAsync(second, image, 50)).GetProperty("reuse").GetProperty("features").GetString());
                await AnswerAsync(third, image, 51);
            }

            await UntilAsync(async () => (await SilosAsync(second)).Count == 2);
            await using var again = await StartAsync(redis);
            left.Add(again.ProcessId);
            await UntilAsync(async () => (await SilosAsync(second)).Count == 3 && (await SilosAsync(again.Client)).Count == 3);
            Assert.NotEqual(
                "miss", (await AnswerAsync(again.Client, images[0], 52)).GetProperty("reuse").GetProperty("features").GetString());
        }
        finally
        {
            left.ForEach(Kill);
            await first.DisposeAsync();
        }
    }

    [Fact]
    public async Task The_first_silo_takes_the_others_along_when_it_is_asked_to_stop()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var silo = await StartAsync(redis, "--silos", "2");
        await UntilAsync(async () => (await SilosAsync(silo.Client)).Count == 2);
        var processes = (await SilosAsync(silo.Client)).Values;
        silo.AskToStop();
        Assert.Equal(0, await silo.EndAsync());
        Assert.All(processes, id => Assert.Throws<ArgumentException>(() => Process.GetProcessById(id)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_redis_is_away_warm_images_are_asked_about_and_uploads_refused_and_then_all_is_well(bool killed)
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes");
        await using var silo = await StartAsync(redis);
        var warm = await silo.UploadAsync(Picture.Png(1));
        await AnswerAsync(silo.Client, warm, 1);

        await (killed ? redis.KillAsync() : redis.PauseAsync());
        await AnswerAsync(silo.Client, warm, 2);
        using var refused = await UploadAsync(silo, Picture.Png(2));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType!.MediaType);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("image store cannot be reached", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var unknown = await silo.Client.GetAsync($"/v1/images/{Picture.Id(Picture.Png(3))}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unknown.StatusCode);
        await UntilAsync(async () => (await ReadyAsync(silo)).TryGetProperty("degraded", out _));
        await AnswerAsync(silo.Client, warm, 3);

        await (killed ? redis.StartAgainAsync() : redis.ResumeAsync());
        await UntilAsync(async () => !(await ReadyAsync(silo)).TryGetProperty("degraded", out _));
        await AnswerAsync(silo.Client, warm, 4);
        await AnswerAsync(silo.Client, await silo.UploadAsync(Picture.Png(2)), 1);
        using var absent = await silo.Client.GetAsync($"/v1/images/{Picture.Id(Picture.Png(3))}");
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    [Theory]
    [InlineData("127.0.0.1:1,password=hush", "127.0.0.1:1")]
    [InlineData("127.0.0.1:1,passwort=hush", "Cluster:Redis")]
    public async Task A_redis_that_is_not_there_ends_the_start_and_no_password_is_told(string address, string expected)
    {
        var (code, output) = await SiloUnderTest.FailAsync(SiloUnderTest.Bundle, "--redis", address);
        Assert.Equal(2, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
    }

    private static Task<SiloUnderTest> StartAsync(RedisServer redis, params string[] arguments) =>
        SiloUnderTest.StartAsync(null, ["--redis", redis.Address, .. arguments]);

    private static async Task<JsonElement> AnswerAsync(HttpClient client, string image, int x0)
    {
        using var response = await client.PostAsync("/v1/questions", new StringContent(
            $$"""{"image": "{{image}}", "task": "caption", "regions": [{"box": [{{x0}}, 5, 120, 100]}]}""", System.Text.Encoding.UTF8, "application/json"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<HttpResponseMessage> UploadAsync(SiloUnderTest silo, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new("image/png");
        return await silo.Client.PostAsync("/v1/images", content);
    }

    private static async Task<JsonElement> ReadyAsync(SiloUnderTest silo)
    {
        using var response = await silo.Client.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>Name and process of every silo that one of them knows to be active.</summary>
    private static async Task<Dictionary<string, int>> SilosAsync(HttpClient client)
    {
        using var cluster = JsonDocument.Parse(await client.GetStringAsync("/v1/cluster"));
        Assert.Equal("orleans", cluster.RootElement.GetProperty("mode").GetString());
        return cluster.RootElement.GetProperty("silos").EnumerateArray()
            .Where(silo => silo.GetProperty("state").GetString() == "active")
            .ToDictionary(silo => silo.GetProperty("name").GetString()!, silo => silo.GetProperty("processId").GetInt32());
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await isSo())
        {
            await Task.Delay(50, patience.Token);
        }
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }
}
