using System.Text.Json.Nodes;
using Loupe.Client.Tests.Servers;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Processes;

public sealed class MeasureTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-measure-");

    public MeasureTests() => File.WriteAllBytes(Path.Combine(_folder.FullName, "a.png"), ToyLoupe.Picture);

    public void Dispose() => _folder.Delete(recursive: true);

    private void WriteSplit() => File.WriteAllText(
        Path.Combine(_folder.FullName, "split.jsonl"),
        """
        {"file":"a.png","style":"noto","width":64,"height":48,"objects":[{"name":"dog","kind":"animal","box":[10,20,40,60]}],"questions":[{"task":"answer","kind":"name","regions":[{"box":[10,20,40,48]}],"text":"what is [0]?","accept":["a dog"]},{"task":"answer","kind":"name","regions":[],"text":"what else?","accept":["nothing"]}]}
        """);

    // Of the two questions "a dog" answers the first alone: one half.
    [Fact]
    public async Task An_evaluation_is_a_report_of_a_running_server()
    {
        WriteSplit();
        var refused = 0;
        var toy = new ToyLoupe
        {
            Tasks = [VisionTask.Answer, VisionTask.Detect],
            Rule = question =>
                Replies.Answer(task: question.Task) with { Regions = question.Task == VisionTask.Detect ? [Replies.Region("a dog")] : [] },
            Before = (context, _) =>
                Interlocked.Increment(ref refused) == 1 ? context.RefuseAsync(ProblemKind.Overloaded, "0") : Task.CompletedTask,
        };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "eval", _folder.FullName, "--json", "--concurrency", "1");
        Assert.Equal((0, "loupe: the server's bundle does not offer narrate: not asked.\n"), (ran.Code, ran.Error));
        var seen = JsonNode.Parse(ran.Output)!["groups"]!["seen"]!;
        Assert.Equal(0.5, seen["figures"]!["answer.exact"]!["value"]!.GetValue<double>());
        Assert.Equal(1, seen["figures"]!["detect.mapName"]!["value"]!.GetValue<double>());
        Assert.Equal((3, 0), (seen["questions"]!.GetValue<int>(), seen["failed"]!.GetValue<int>()));

        // One was refused for now and asked again.
        Assert.Equal(4, toy.Asked.Count);
    }

    [Fact]
    public async Task A_failed_question_is_told_and_exit_code_1()
    {
        WriteSplit();
        var toy = new ToyLoupe
        {
            Tasks = [VisionTask.Answer],
            Before = (context, question) => question.Text == "what else?" ? context.RefuseAsync(ProblemKind.Invalid) : Task.CompletedTask,
        };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(server.Url, "eval", _folder.FullName);
        Assert.Equal(1, ran.Code);
        Assert.Contains("1 × refused as Invalid", ran.Error, StringComparison.Ordinal);
        Assert.Contains("answer: exact match", ran.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_asks_about_any_pictures_and_counts_what_happened()
    {
        var toy = new ToyLoupe { Tasks = [VisionTask.Caption, VisionTask.Narrate] };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(
            server.Url, "bench", "load", "--images", _folder.FullName, "--clients", "3", "--seconds", "0.5", "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var report = JsonNode.Parse(ran.Output)!;
        Assert.Equal(0, report["failed"]!.GetValue<long>());
        Assert.True(report["answered"]!.GetValue<long>() > 0);
        Assert.True(report["words"]!.GetValue<long>() > 0);
        Assert.True(report["latencyMs"]!["p99"]!.GetValue<double>() > 0);
        Assert.All(toy.Asked, asked => Assert.Contains(asked.Task, toy.Tasks));
        Assert.Contains(toy.Asked, asked => asked.Regions.Count == 1);
    }

    [Fact]
    public async Task Failures_of_a_load_are_told_by_kind_and_not_tried_again()
    {
        var toy = new ToyLoupe { Before = (context, _) => context.RefuseAsync(ProblemKind.Overloaded, "0") };
        await using var server = await toy.StartAsync();
        var ran = await LoupeProcess.RunAsync(
            server.Url, "bench", "load", "--images", _folder.FullName, "--clients", "2", "--seconds", "0.3", "--hang-up", "0", "--json");
        Assert.Equal(1, ran.Code);
        var report = JsonNode.Parse(ran.Output)!;
        Assert.Equal(toy.Asked.Count, report["errors"]!["429 Overloaded"]!.GetValue<int>());
    }

    [Fact]
    public async Task An_empty_folder_is_bad_usage()
    {
        await using var server = await new ToyLoupe().StartAsync();
        var empty = _folder.CreateSubdirectory("empty");
        var ran = await LoupeProcess.RunAsync(server.Url, "bench", "load", "--images", empty.FullName);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Contains("no pictures", ran.Error, StringComparison.Ordinal);
    }
}
