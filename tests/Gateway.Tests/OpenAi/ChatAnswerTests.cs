using System.Net;
using System.Text.Json;

namespace Loupe.Gateway.Tests.OpenAi;

/// <summary>How an answer comes back, whole and as a stream.</summary>
public sealed class ChatAnswerTests
{
    private static readonly FoundRegion[] Found =
    [
        new() { Box = new Box(1, 2, 3.25, 4), Score = 0.9, Text = "a red car" },
        new() { Box = new Box(0, 0, 2, 2), Score = 0.4 },
    ];

    [Fact]
    public async Task A_whole_answer_has_the_shape_of_a_completion()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => ScriptedLocalizer.Parts(question, "a", "cow").ToAsyncEnumerable(token);
        using var response = await gateway.ChatAsync(Chats.Of("what is <box>0,0,2,2</box>?"));

        var answer = await response.JsonAsync();
        Assert.Equal("chat.completion", Text(answer, "object"));
        Assert.Equal(Chats.Model, Text(answer, "model"));
        Assert.Equal("fp_dddddddddd", Text(answer, "system_fingerprint"));
        Assert.Equal($"chatcmpl-{response.Headers.GetValues("x-request-id").Single()}", Text(answer, "id"));
        var choice = Assert.Single(answer.GetProperty("choices").EnumerateArray());
        Assert.Equal((0, "stop"), (choice.GetProperty("index").GetInt32(), Text(choice, "finish_reason")));
        Assert.Equal(("assistant", "a cow"), (Text(choice.GetProperty("message"), "role"), Text(choice.GetProperty("message"), "content")));
        Assert.Equal(JsonValueKind.Null, choice.GetProperty("message").GetProperty("refusal").ValueKind);
        Assert.Equal((4, 2, 6), Usage(answer.GetProperty("usage")));
        var loupe = answer.GetProperty("loupe");
        Assert.Equal(2, loupe.GetProperty("words").GetArrayLength());
        Assert.Equal(("miss", "scripted"), (Text(loupe.GetProperty("reuse"), "features"), Text(loupe.GetProperty("model"), "name")));
        Assert.Equal(ScriptedLocalizer.Id([1, 2, 3]), Text(loupe, "image"));
        Assert.True(loupe.GetProperty("timing").TryGetProperty("totalMs", out _));
    }

    [Fact]
    public async Task An_answer_cut_off_says_length()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) =>
            ((AnswerPart[])[new DonePart(ScriptedLocalizer.Answer(question, "a") with { Finish = Finish.Length })])
                .ToAsyncEnumerable(token);
        using var response = await gateway.ChatAsync(Chats.Of("what?", """ "max_tokens": 1 """));

        Assert.Equal("length", Text((await response.JsonAsync()).GetProperty("choices")[0], "finish_reason"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Regions_are_lines_with_their_boxes(bool stream)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => ((AnswerPart[])
            [
                .. Found.Select((region, index) => new RegionPart(index, region)),
                new DonePart(ScriptedLocalizer.Answer(question) with { Text = "a red car, ", Regions = Found }),
            ]).ToAsyncEnumerable(token);
        using var response = await gateway.ChatAsync(
            Chats.OfMessages($$"""{"role": "user", "content": [{{Chats.Picture}}]}""", $"\"task\": \"detect\", \"stream\": {(stream ? "true" : "false")}"));

        var content = stream
            ? Content((await response.EventsAsync())[..^1])
            : Text((await response.JsonAsync()).GetProperty("choices")[0].GetProperty("message"), "content");
        Assert.Equal("<box>1,2,3.3,4</box> a red car\n<box>0,0,2,2</box>", content);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_is_the_answer_word_by_word(bool usage)
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => ScriptedLocalizer.Parts(question, "a", "cow", ",", "and", "a", "pig")
            .Select(part => part is DonePart done ? new DonePart(done.Answer with { Text = "a cow, and a pig" }) : part)
                .ToAsyncEnumerable(token);
        using var response = await gateway.ChatAsync(
            Chats.Of("what?", $$""" "stream": true, "stream_options": {"include_usage": {{(usage ? "true" : "false")}}} """));

        var events = await response.EventsAsync();
        Assert.Equal("[DONE]", events[^1]);
        var chunks = events[..^1].Select(data => JsonSerializer.Deserialize<JsonElement>(data)).ToList();
        Assert.Single(chunks.Select(chunk => Text(chunk, "id")).Distinct());
        Assert.All(chunks, chunk => Assert.Equal("chat.completion.chunk", Text(chunk, "object")));
        Assert.Equal("assistant", Text(chunks[0].GetProperty("choices")[0].GetProperty("delta"), "role"));
        Assert.Equal("a cow, and a pig", Content(events[..^1]));
        var told = chunks.Where(chunk => chunk.TryGetProperty("usage", out _)).ToList();
        if (usage)
        {
            Assert.Equal((1, 6, 7), Usage(Assert.Single(told).GetProperty("usage")));
            Assert.Equal(0, chunks[^1].GetProperty("choices").GetArrayLength());
            chunks.RemoveAt(chunks.Count - 1);
        }
        else
        {
            Assert.Empty(told);
        }

        Assert.All(
            chunks[..^1],
            chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("choices")[0].GetProperty("finish_reason").ValueKind));
        Assert.Equal("stop", Text(chunks[^1].GetProperty("choices")[0], "finish_reason"));
        Assert.Equal(6, chunks[^1].GetProperty("loupe").GetProperty("words").GetArrayLength());
    }

    [Fact]
    public async Task A_stream_that_fails_ends_with_an_error()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(
            LocalizerException.Of(ProblemKind.Unavailable, "the silo was lost."), new WordPart(0, ScriptedLocalizer.Word("a")));
        using var response = await gateway.ChatAsync(Chats.Of("what?", """ "stream": true """));

        var events = await response.EventsAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            ("the silo was lost.", "server_error", null, "unavailable"), Chats.Error(JsonSerializer.Deserialize<JsonElement>(events[^1])));
    }

    [Fact]
    public async Task A_caller_who_hangs_up_is_worked_for_no_longer()
    {
        var (begun, cancelled) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = ScriptedLocalizer.NeverEnding(begun, cancelled);
        using var hangUp = new CancellationTokenSource();
        var asking = gateway.Client.PostAsync(
            "/v1/chat/completions", new StringContent(Chats.Of("what?"), null, "application/json"), hangUp.Token);
        await begun.Task;
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_models_are_the_bundle()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var list = await gateway.Client.GetAsync("/v1/models");
        using var one = await gateway.Client.GetAsync($"/v1/models/{Uri.EscapeDataString(Chats.Model)}");
        using var none = await gateway.Client.GetAsync("/v1/models/gpt-4o");

        var listed = await list.JsonAsync();
        Assert.Equal("list", Text(listed, "object"));
        var model = Assert.Single(listed.GetProperty("data").EnumerateArray());
        Assert.Equal((Chats.Model, "model", "loupe"), (Text(model, "id"), Text(model, "object"), Text(model, "owned_by")));
        Assert.Equal(8, model.GetProperty("loupe").GetProperty("maxRegions").GetInt32());
        Assert.Equal(model.GetRawText(), (await one.JsonAsync()).GetRawText());
        Assert.Equal("model_not_found", (await none.ErrorAsync(HttpStatusCode.NotFound)).Code);
    }

    private static string Content(IEnumerable<string> events) => string.Concat(events
        .Select(data => JsonSerializer.Deserialize<JsonElement>(data).GetProperty("choices"))
        .Where(choices => choices.GetArrayLength() > 0)
        .Select(choices => choices[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));

    private static (int Prompt, int Completion, int Total) Usage(JsonElement usage) =>
        (
            usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("completion_tokens").GetInt32(),
            usage.GetProperty("total_tokens").GetInt32());

    private static string? Text(JsonElement json, string property) => json.GetProperty(property).GetString();
}
