using System.Net;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace Loupe.Silo.Tests.Processes;

/// <summary>One node, as a caller sees it: answers, reuse, and every row of the failure table that one node can show.</summary>
public sealed class ServingTests(SharedSilo shared) : IClassFixture<SharedSilo>
{
    private static int _seed;

    [Fact]
    public async Task Each_stage_is_computed_once()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        Assert.Equal("cold", await FeaturesAsync(silo, image));

        var first = await silo.AnswerAsync(Ask(image, "what is [0]?", "[10, 10, 80, 70]"));
        var same = await silo.AnswerAsync(Ask(image, "what is [0]?", "[10, 10, 80, 70]"));
        var second = await silo.AnswerAsync(Ask(image, "what is [0] for?", "[10, 10, 80, 70]"));
        var elsewhere = await silo.AnswerAsync(Ask(image, "what is [0]?", "[60, 50, 150, 110]"));

        Assert.Equal(("miss", "miss", "miss"), Reuse(first));
        Assert.Equal("hit", Reuse(same).Answer);
        Assert.Equal(("hit", "hit", "miss"), Reuse(second));
        Assert.Equal(("hit", "miss", "miss"), Reuse(elsewhere));
        Assert.Equal(Text(first, "id"), Text(same, "id"));
        Assert.Equal(Text(first, "text"), Text(same, "text"));
        Assert.NotEqual(Text(first, "id"), Text(second, "id"));
        Assert.Equal("warm", await FeaturesAsync(silo, image));
    }

    [Fact]
    public async Task A_stream_is_the_answer_word_by_word()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        var events = await EventsAsync(await PostEventsAsync(silo, $$"""{"image": "{{image}}", "task": "narrate", "stream": true}"""));
        var whole = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "narrate"}""");

        var done = JsonSerializer.Deserialize<JsonElement>(events[^1].Data);
        Assert.Equal("done", events[^1].EventType);
        Assert.Equal(Text(whole, "text"), Text(done, "text"));
        var words = events.Where(item => item.EventType == "word").ToArray();
        Assert.Equal(
            whole.GetProperty("words").EnumerateArray().Select(Text),
            words.Select(word => Text(JsonSerializer.Deserialize<JsonElement>(word.Data))));
        Assert.Equal(Enumerable.Range(0, words.Length).Select(index => index.ToString()), words.Select(word => word.EventId));
    }

    [Fact]
    public async Task An_answer_is_recalled_and_its_stream_continued()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        var answer = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "narrate"}""");
        var id = Text(answer, "id");

        var recalled = JsonSerializer.Deserialize<JsonElement>(await silo.Client.GetStringAsync($"/v1/questions/{id}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v1/questions/{id}");
        request.Headers.Accept.ParseAdd("text/event-stream");
        request.Headers.Add("Last-Event-ID", "0");
        using var response = await silo.Client.SendAsync(request);
        var events = await EventsAsync(response);

        Assert.Equal(Text(answer, "text"), Text(recalled, "text"));
        var words = answer.GetProperty("words").EnumerateArray().Select(Text).ToArray();
        Assert.Equal(
            words.Skip(1),
            events.Where(item => item.EventType == "word").Select(word => Text(JsonSerializer.Deserialize<JsonElement>(word.Data))));
        Assert.Equal("done", events[^1].EventType);
    }

    [Fact]
    public async Task An_image_inside_the_question_is_the_same_image()
    {
        var silo = await shared.GetAsync();
        var picture = NewPicture();
        var answer = await silo.AnswerAsync($$"""{"image": {"data": "{{Convert.ToBase64String(picture)}}"}, "task": "caption"}""");

        Assert.Equal(Picture.Id(picture), Text(answer, "image"));
        Assert.Equal("warm", await FeaturesAsync(silo, Picture.Id(picture)));
    }

    [Fact]
    public async Task A_batch_answers_each_line_by_its_key()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        var lines = Enumerable.Range(0, 40).Select(i =>
            i == 7 ? "nonsense" : $$"""{"key": "k{{i}}", "image": "{{image}}", "task": "caption", "regions": [{"box": [{{i}}, 5, {{i + 60}}, 90]}]}""");
        using var content = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var response = await silo.Client.PostAsync("/v1/questions/batch", content);
        var answers = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line)).ToArray();

        Assert.Equal(Enumerable.Range(1, 40), answers.Select(answer => answer.GetProperty("line").GetInt32()).Order());
        foreach (var answer in answers)
        {
            var line = answer.GetProperty("line").GetInt32();
            Assert.True(answer.TryGetProperty(line == 8 ? "problem" : "text", out _), answer.GetRawText());
            Assert.True(line == 8 || Text(answer, "key") == $"k{line - 1}");
        }
    }

    [Fact]
    public async Task A_deleted_image_takes_its_answers_along()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        var answer = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "caption"}""");
        using var deleted = await silo.Client.DeleteAsync($"/v1/images/{image}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await RefusedAsync(silo.Client.GetAsync($"/v1/images/{image}"), HttpStatusCode.NotFound);
        await RefusedAsync(silo.Client.GetAsync($"/v1/images/{image}/content"), HttpStatusCode.NotFound);
        await RefusedAsync(silo.Client.GetAsync($"/v1/questions/{Text(answer, "id")}"), HttpStatusCode.NotFound);
        await RefusedAsync(silo.AskAsync($$"""{"image": "{{image}}", "task": "caption"}"""), HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("""{"image": "$", "task": "answer"}""", "text")]
    [InlineData("""{"image": "$", "task": "paint"}""", "task")]
    [InlineData("""{"image": "$", "text": "x", "regions": [{"box": [10, 10, 5, 20]}]}""", "regions[0].box")]
    [InlineData("""{"image": "$", "text": "x", "regions": [{"box": [0, 0, 20, 20]}, {"box": [500, 500, 600, 600]}]}""", "regions[1].box")]
    [InlineData("""{"image": "$", "text": "x", "regions": [{}]}""", "regions[0]")]
    [InlineData("""{"image": "$", "text": "x", "regions": [{"points": [[5, 5]], "labels": [1, 0]}]}""", "regions[0].labels")]
    [InlineData("""{"image": "$", "text": "x", "maxWords": 0}""", "maxWords")]
    [InlineData("""{"image": "$", "text": "x", "deadlineMs": -1}""", "deadlineMs")]
    [InlineData("""{"image": "$", "text": """, "text")]
    public async Task A_bad_question_is_400_and_names_the_field(string json, string field)
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(Picture.Png(0));
        var problem = await RefusedAsync(silo.AskAsync(json.Replace("$", image)), HttpStatusCode.BadRequest);

        Assert.StartsWith(field, problem.GetProperty("errors").EnumerateObject().Single().Name);
    }

    [Fact]
    public async Task What_is_not_there_is_404()
    {
        var silo = await shared.GetAsync();
        var nothing = new string('0', 64);

        await RefusedAsync(silo.Client.GetAsync($"/v1/images/{nothing}"), HttpStatusCode.NotFound);
        await RefusedAsync(silo.Client.GetAsync($"/v1/questions/{nothing}"), HttpStatusCode.NotFound);
        await RefusedAsync(silo.AskAsync($$"""{"image": "{{nothing}}", "task": "caption"}"""), HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task What_is_no_image_is_422()
    {
        var silo = await shared.GetAsync();
        var picture = NewPicture();

        await RefusedAsync(PostImageAsync(silo, "no image at all"u8.ToArray()), HttpStatusCode.UnprocessableEntity);
        await RefusedAsync(PostImageAsync(silo, picture[..(picture.Length / 2)]), HttpStatusCode.UnprocessableEntity);
        await RefusedAsync(PostImageAsync(silo, Picture.Bomb(30_000, 30_000)), HttpStatusCode.UnprocessableEntity);
        await RefusedAsync(PostImageAsync(silo, []), HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task What_is_too_large_or_of_a_wrong_type_is_413_or_415()
    {
        var silo = await shared.GetAsync();

        await RefusedAsync(PostImageAsync(silo, new byte[(32 << 20) + 1]), HttpStatusCode.RequestEntityTooLarge);
        await RefusedAsync(PostImageAsync(silo, NewPicture(), "text/plain"), HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task A_deadline_that_cannot_be_kept_is_told()
    {
        var silo = await shared.GetAsync();
        var image = await silo.UploadAsync(NewPicture());
        using var response = await silo.AskAsync($$"""{"image": "{{image}}", "task": "narrate", "deadlineMs": 1}""");

        // Refused at admission where it is already known not to be kept, cut off where it was tried.
        Assert.Contains((int)response.StatusCode, (int[])[429, 504]);
    }

    [Fact]
    public async Task More_than_may_wait_is_refused_with_a_time_to_come_back_and_the_rest_is_answered()
    {
        await using var silo = await SiloUnderTest.StartAsync(null, "--Loupe:Queue:MaxSeconds", "0.001");
        var image = await silo.UploadAsync(NewPicture());
        var responses = await Overload.UntilRefusedAsync(silo, image);

        var byStatus = responses.ToLookup(response => (int)response.StatusCode);
        Assert.All(byStatus, status => Assert.Contains(status.Key, (int[])[200, 429]));
        Assert.NotEmpty(byStatus[200]);
        Assert.NotEmpty(byStatus[429]);
        Assert.All(byStatus[429], response => Assert.True(response.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1)));

        var after = await silo.AnswerAsync($$"""{"image": "{{image}}", "task": "narrate", "deadlineMs": 60000}""");
        Assert.NotNull(Text(after, "text"));
    }

    [Fact]
    public async Task The_cluster_and_the_landing_page_say_what_runs()
    {
        var silo = await shared.GetAsync();
        var cluster = JsonSerializer.Deserialize<JsonElement>(await silo.Client.GetStringAsync("/v1/cluster"));
        var page = await silo.Client.GetStringAsync("/");

        Assert.Equal("active", Text(cluster.GetProperty("silos")[0], "state"));
        Assert.NotNull(Text(cluster.GetProperty("bundle"), "name"));
        Assert.Contains("<title>Loupe", page);
    }

    private static byte[] NewPicture() => Picture.Png(Interlocked.Increment(ref _seed));

    private static string Ask(string image, string text, string box) =>
        $$"""{"image": "{{image}}", "text": "{{text}}", "regions": [{"box": {{box}}}]}""";

    private static (string? Features, string? Prefix, string? Answer) Reuse(JsonElement answer)
    {
        var reuse = answer.GetProperty("reuse");
        return (Text(reuse, "features"), Text(reuse, "prefix"), Text(reuse, "answer"));
    }

    private static async Task<string?> FeaturesAsync(SiloUnderTest silo, string image) =>
        Text(JsonSerializer.Deserialize<JsonElement>(await silo.Client.GetStringAsync($"/v1/images/{image}")), "features");

    private static async Task<HttpResponseMessage> PostImageAsync(SiloUnderTest silo, byte[] bytes, string type = "image/png")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new(type);
        return await silo.Client.PostAsync("/v1/images", content);
    }

    private static async Task<HttpResponseMessage> PostEventsAsync(SiloUnderTest silo, string json)
    {
        var response = await silo.AskAsync(json);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        return response;
    }

    private static async Task<List<SseItem<string>>> EventsAsync(HttpResponseMessage response)
    {
        var events = new List<SseItem<string>>();
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            events.Add(item);
        }

        return events;
    }

    private static async Task<JsonElement> RefusedAsync(Task<HttpResponseMessage> sending, HttpStatusCode status)
    {
        using var response = await sending;
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        foreach (var word in (string[])["   at ", "Exception", ".cs", ".onnx", "Loupe.", "/tmp"])
        {
            Assert.DoesNotContain(word, text);
        }

        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();

    private static string? Text(JsonElement word) => Text(word, "text");
}
