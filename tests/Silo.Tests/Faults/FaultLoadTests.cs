using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Hosting;
using Loupe.Engine.Models;
using Loupe.Engine.Tests.Toys;
using Loupe.Silo.Tests.Processes;
using Microsoft.Extensions.DependencyInjection;

namespace Loupe.Silo.Tests.Faults;

/// <summary>
/// The bundle that ships, under load through HTTP, on a device that fails every few seconds and now and then cannot be opened
/// again at once. <c>LOUPE_FAULT_SECONDS=600</c> for longer than a test run has.
/// </summary>
public sealed class FaultLoadTests(ITestOutputHelper output)
{
    private const int Clients = 8;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(3);
    private static readonly string[] Pictures = ["farm.png", "beach.jpg", "kitchen.png", "street.png"];

    private readonly ConcurrentDictionary<string, int> _seen = [];
    private readonly ConcurrentQueue<string> _wrong = [];
    private readonly List<double> _away = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile bool _fails;
    private int _faults;
    private int _openings;
    private long _failedAt = -1;

    [Fact]
    public async Task No_answer_is_wrong_while_the_device_fails_again_and_again()
    {
        var seconds = int.Parse(Environment.GetEnvironmentVariable("LOUPE_FAULT_SECONDS") ?? "12", CultureInfo.InvariantCulture);
        await using var silo = await SiloHere.StartAsync(
            SiloUnderTest.Bundle, services => services.AddSingleton<Func<ILocalizedModel>>(provider => () => Open(provider)),
            "--Loupe:Answers:Bytes", "0", "--Loupe:Recovery:FirstSeconds", "0.1");
        var http = silo.Client;
        var questions = await QuestionsAsync(http);
        var references = new List<string>();
        foreach (var question in questions)
        {
            references.Add(Said(await (await http.PostAsJsonAsync("/v1/questions", question)).Content.ReadAsStringAsync()));
        }

        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
        var clients = Enumerable.Range(0, Clients).Select(client => AskOnAsync(http, client, questions, references, over.Token)).ToList();
        var next = Every;
        while (!over.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            if (_clock.Elapsed > next)
            {
                next = _clock.Elapsed + Every;
                _fails = true;
            }
        }

        await Task.WhenAll(clients);
        _fails = false;
        await silo.ReadyAsync();
        for (var i = 0; i < questions.Count; i++)
        {
            await AskAsync(http, questions[i], references[i], mustAnswer: true);
        }

        output.WriteLine(
            $"{seconds} s: {_faults} faults, {_openings} openings; callers saw "
                + $"{string.Join(", ", _seen.OrderBy(one => one.Key).Select(one => $"{one.Value} × {one.Key}"))}");
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"first answer after a fault: median {_away.Order().ElementAt(_away.Count / 2):0} ms, longest {_away.Max():0} ms"));
        Assert.Empty(_wrong);
        Assert.True(_faults > 1);
        Assert.Empty(_seen.Keys.Except(["200", "503", "stream", "stream ended by 503"]));
    }

    private static async Task<List<JsonObject>> QuestionsAsync(HttpClient http)
    {
        List<JsonObject> questions = [];
        foreach (var name in Pictures)
        {
            var file = await File.ReadAllBytesAsync(Path.Combine(SiloUnderTest.Bundle, "demo", name));
            var content = new ByteArrayContent(file)
            {
                Headers = { ContentType = new($"image/{(name.EndsWith("png", StringComparison.Ordinal) ? "png" : "jpeg")}") },
            };
            var stored = JsonNode.Parse(await (await http.PostAsync("/v1/images", content)).Content.ReadAsStringAsync())!;
            JsonArray Box(int at) => [new JsonObject { ["box"] = new JsonArray(at, 20, at + 120, 160) }];
            JsonObject Of(string task, string? text = null, JsonArray? regions = null) => new()
            {
                ["image"] = (string)stored["id"]!,
                ["task"] = task,
                ["text"] = text,
                ["regions"] = regions,
                ["deadlineMs"] = 30_000,
            };
            questions.AddRange(
            [
                Of("narrate"), Of("detect"), Of("locate", "the largest thing"), Of("segment", "the dog"),
                Of("caption"), Of("caption", null, Box(10)), Of("caption", null, Box(60)), Of("answer", "what is [0]?", Box(30)),
            ]);
        }

        return questions;
    }

    private ILocalizedModel Open(IServiceProvider provider)
    {
        // Every third opening after a fault is in vain.
        if (Interlocked.Increment(ref _openings) % 3 == 0)
        {
            throw new DeviceException("The device cannot be opened.");
        }

        var options = provider.GetRequiredService<EngineOptions>();
        return new FaultyModel(provider.GetRequiredService<ModelLoader>().Load(options.Bundle, options.Device), _ =>
        {
            if (_fails)
            {
                _fails = false;
                Interlocked.Increment(ref _faults);
                Interlocked.Exchange(ref _failedAt, _clock.ElapsedMilliseconds);
                throw new DeviceException("The device is lost.");
            }
        });
    }

    private async Task AskOnAsync(HttpClient http, int client, List<JsonObject> questions, List<string> references, CancellationToken over)
    {
        var random = new Random(client);
        while (!over.IsCancellationRequested)
        {
            var at = random.Next(questions.Count);
            if (random.Next(2) == 0)
            {
                await AskAsync(http, questions[at], references[at]);
            }
            else
            {
                await StreamAsync(http, questions[at], references[at]);
            }
        }
    }

    private async Task AskAsync(HttpClient http, JsonObject question, string reference, bool mustAnswer = false)
    {
        var response = await http.PostAsJsonAsync("/v1/questions", question);
        See($"{(int)response.StatusCode}");
        if (response.StatusCode == HttpStatusCode.OK)
        {
            Judge(question, reference, Said(await response.Content.ReadAsStringAsync()));
        }
        else
        {
            Assert.False(mustAnswer, await response.Content.ReadAsStringAsync());
            await Task.Delay(100);
        }
    }

    private async Task StreamAsync(HttpClient http, JsonObject question, string reference)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/questions") { Content = JsonContent.Create(question) };
        request.Headers.Accept.Add(new("text/event-stream"));
        var response = await http.SendAsync(request);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            See($"{(int)response.StatusCode}");
            await Task.Delay(100);
            return;
        }

        var words = JsonNode.Parse(reference)!["words"]!.AsArray();
        var said = 0;
        var kind = "";
        foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n'))
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                kind = line["event: ".Length..].Trim();
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && kind == "word")
            {
                // Also what was said before the device failed.
                var right = said < words.Count && JsonNode.DeepEquals(words[said++], JsonNode.Parse(line["data: ".Length..]));
                if (!right)
                {
                    _wrong.Enqueue($"{question}: {line}");
                }
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && kind == "done")
            {
                See("stream");
                Judge(question, reference, Said(line["data: ".Length..]));
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal) && kind == "error")
            {
                See($"stream ended by {JsonNode.Parse(line["data: ".Length..])!["status"]}");
            }
        }
    }

    private void See(string what) => _seen.AddOrUpdate(what, 1, (_, count) => count + 1);

    private void Judge(JsonObject question, string reference, string said)
    {
        if (Interlocked.Exchange(ref _failedAt, -1) is >= 0 and var failed)
        {
            lock (_away)
            {
                _away.Add(_clock.ElapsedMilliseconds - failed);
            }
        }

        if (said != reference)
        {
            _wrong.Enqueue($"{question}: {said}");
        }
    }

    /// <summary>What is the same whenever it is asked.</summary>
    private static string Said(string answer)
    {
        var said = JsonNode.Parse(answer)!.AsObject();
        foreach (var varying in (string[])["reuse", "timing"])
        {
            said.Remove(varying);
        }

        return said.ToJsonString(JsonSerializerOptions.Web);
    }
}
