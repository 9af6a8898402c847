using System.Text.Json;
using Loupe.Silo.Tests.Processes;

namespace Loupe.Silo.Tests.OpenAi;

/// <summary>OpenAI's client for JavaScript, unchanged, against a running silo.</summary>
public sealed class NodeClientTests(SharedSilo shared, ITestOutputHelper output) : IClassFixture<SharedSilo>
{
    [Fact]
    public async Task OpenAis_client_for_JavaScript_works_unchanged()
    {
        var silo = await shared.GetAsync();
        var picture = Path.Combine(silo.Data, "asked.png");
        await File.WriteAllBytesAsync(picture, Picture.Png(41));
        var printed = await NodeClient.AskAsync(silo.Client.BaseAddress!, picture);
        output.WriteLine(printed);
        var steps = printed.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .ToDictionary(step => Text(step, "step"));

        Assert.Equal(Text(steps["models"].GetProperty("models")[0]), Text(steps["models"], "retrieved"));

        var whole = steps["whole"];
        var said = Text(whole.GetProperty("choice").GetProperty("message"), "content");
        Assert.NotEmpty(said);
        Assert.Equal("what is [0]?", Text(whole.GetProperty("asked"), "text"));
        Assert.Equal(whole.GetProperty("usage").GetProperty("completion_tokens").GetInt32(), whole.GetProperty("words").GetArrayLength());
        Assert.Equal(4, whole.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());

        // The same question: answered word by word, from memory.
        var stream = steps["stream"];
        Assert.Equal((said, "stop", "hit"), (Text(stream, "text"), Text(stream, "finish"), Text(stream.GetProperty("reuse"), "answer")));
        Assert.Equal(whole.GetProperty("usage").GetRawText(), stream.GetProperty("usage").GetRawText());
        Assert.NotEmpty(Text(steps["runner"], "content"));

        var detected = steps["detect"];
        var lines = Text(detected, "content").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(detected.GetProperty("regions").GetArrayLength(), lines.Length);
        Assert.All(lines, line => Assert.Matches(@"^<box>[\d.]+,[\d.]+,[\d.]+,[\d.]+</box> .+$", line));

        Refused(steps["no such model"], "NotFoundError", 404, "model_not_found", "model");
        Refused(steps["two answers"], "BadRequestError", 400, "invalid_value", "n");
        Refused(steps["foreign address"], "BadRequestError", 400, "invalid_value", "messages[0].content");
        Refused(steps["two pictures"], "BadRequestError", 400, "invalid_value", "messages[0].content[2]");
        Refused(steps["no picture"], "UnprocessableEntityError", 422, "invalid_image", null);
        Refused(steps["a region outside"], "BadRequestError", 400, "invalid_value", "regions[0].box");
        Refused(steps["another api"], "NotFoundError", 404, "not_found", null);
    }

    private static void Refused(JsonElement step, string name, int status, string code, string? param)
    {
        Assert.True(step.GetProperty("refused").GetBoolean(), step.GetRawText());
        Assert.Equal(
            (name, status, code, param),
            (Text(step, "name"), step.GetProperty("status").GetInt32(), Text(step, "code"), step.GetProperty("param").GetString()));
    }

    private static string Text(JsonElement json, string property) => Text(json.GetProperty(property));

    private static string Text(JsonElement json) => json.GetString()!;
}
