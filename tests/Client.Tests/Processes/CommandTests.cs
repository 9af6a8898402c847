using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Processes;

public sealed class CommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-tests-");
    private readonly List<string> _asked = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task AskPrintsTheAnswerAsJson()
    {
        await using var server = await StartAsync();

        var (code, output, error) = await LoupeProcess.RunAsync(server.Url, "ask", Picture(), "which is it?", "--json", "--point", "3,4", "--box", "1,2,5,6");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal("a red car", JsonNode.Parse(output)!["text"]!.GetValue<string>());
        var question = JsonNode.Parse(Assert.Single(_asked))!;
        Assert.Equal("answer", question["task"]!.GetValue<string>());
        Assert.Equal("[[3,4]]", question["regions"]![0]!["points"]!.ToJsonString());
        Assert.Equal("[1,2,5,6]", question["regions"]![1]!["box"]!.ToJsonString());
    }

    [Fact]
    public async Task ARefusalIsExitCodeOneAndALineOnStderr()
    {
        await using var server = await StartAsync(refuse: true);

        var (code, output, error) = await LoupeProcess.RunAsync(server.Url, "ask", Picture());

        Assert.Equal((1, ""), (code, output));
        Assert.Equal("loupe: no such task (request r-1)", error.Trim());
    }

    [Theory]
    [InlineData("--box", "1,2,3")]
    [InlineData("--box", "1,2,3,x")]
    [InlineData("--task", "guess")]
    [InlineData("--server", "nowhere")]
    [InlineData("--no-such-option", "1")]
    public async Task BadUsageIsExitCodeTwo(string option, string value)
    {
        await using var server = await StartAsync();

        var (code, _, error) = await LoupeProcess.RunAsync(server.Url, "ask", Picture(), "what?", option, value);

        Assert.Equal(2, code);
        Assert.StartsWith("loupe: ", error);
        Assert.Empty(_asked);
    }

    [Fact]
    public async Task AFileThatIsNotThereIsExitCodeTwo()
    {
        await using var server = await StartAsync();

        Assert.Equal(2, (await LoupeProcess.RunAsync(server.Url, "ask", Path.Combine(_folder.FullName, "none.png"))).Code);
        Assert.Equal(2, (await LoupeProcess.RunAsync(server.Url, "batch", Path.Combine(_folder.FullName, "none.jsonl"))).Code);
    }

    [Fact]
    public async Task AServerThatIsNotThereIsNamed()
    {
        var server = await StartAsync();
        var url = server.Url;
        await server.DisposeAsync();

        var (code, _, error) = await LoupeProcess.RunAsync(url, "cluster");

        Assert.Equal(1, code);
        Assert.Contains(url.ToString(), error);
        Assert.Contains("./loupe up", error);
    }

    [Fact]
    public async Task ABatchGoesOnWhereItStoppedAndABadLineSpoilsNoOther()
    {
        await using var server = await StartAsync();
        Picture();
        var (questions, answers) = (Path.Combine(_folder.FullName, "q.jsonl"), Path.Combine(_folder.FullName, "a.jsonl"));
        await File.WriteAllLinesAsync(questions,
        [
            """{"key":"one","image":{"file":"picture.png"},"text":"first"}""",
            """{"image":{"file":7},"text":"second"}""",
            """{"key":"three","image":{"file":"picture.png"},"text":"third"}""",
        ]);
        await File.WriteAllTextAsync(answers, """{"key":"one","line":1,"text":"before"}""" + "\n{\"key\":\"three\",\"li");

        var (code, output, error) = await LoupeProcess.RunAsync(server.Url, "batch", questions, "-o", answers);

        Assert.Equal(1, code);
        Assert.Contains("loupe: line 2: ", error);
        Assert.Contains("2 answered", output);
        var lines = (await File.ReadAllLinesAsync(answers)).Select(line => JsonNode.Parse(line)!).OrderBy(line => line["line"]!.GetValue<int>()).ToList();
        Assert.Equal([1, 2, 3], lines.Select(line => line["line"]!.GetValue<int>()));
        Assert.Equal("before", lines[0]["text"]!.GetValue<string>());
        Assert.Equal(400, lines[1]["problem"]!["status"]!.GetValue<int>());
        Assert.Equal("three", lines[2]["key"]!.GetValue<string>());
        Assert.Equal("third", JsonNode.Parse(Assert.Single(_asked))!["text"]!.GetValue<string>());
    }

    private string Picture()
    {
        var path = Path.Combine(_folder.FullName, "picture.png");
        File.WriteAllBytes(path, [0x89, 0x50, 0x4E, 0x47]);
        return path;
    }

    private Task<ScriptedServer> StartAsync(bool refuse = false) => ScriptedServer.StartAsync(async (context, _) =>
    {
        if (context.Request.Path.StartsWithSegments("/v1/images"))
        {
            var image = new ImageDescription
            {
                Id = Scripts.Image,
                Width = 100,
                Height = 80,
                Bytes = 4,
                CreatedAt = DateTimeOffset.UnixEpoch,
                MediaType = "image/png",
            };
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JsonSerializer.Serialize(image, LoupeJson.Default.ImageDescription));
        }
        else if (refuse)
        {
            await Scripts.ProblemAsync(context, 400, "no such task");
        }
        else
        {
            using var body = new StreamReader(context.Request.Body);
            _asked.Add(await body.ReadToEndAsync());
            await Scripts.AnswerAsync(context);
        }
    });
}
