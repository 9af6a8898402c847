using System.Text.Json.Nodes;
using Loupe.Client.Tests.Servers;

namespace Loupe.Client.Tests.Processes;

public sealed class BatchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-batch-");
    private readonly string _questions;
    private readonly string _answers;

    public BatchTests()
    {
        _questions = Path.Combine(_folder.FullName, "questions.jsonl");
        _answers = Path.Combine(_folder.FullName, "answers.jsonl");
        File.WriteAllBytes(Path.Combine(_folder.FullName, "picture.png"), ToyLoupe.Picture);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Line(string text, string? key = null) =>
        $$"""{"key":"{{key ?? text}}","image":{"file":"picture.png"},"text":"{{text}}"}""";

    private static ToyLoupe Echo() => new() { Rule = question => Replies.Answer($"answer to {question.Text}") };

    private Task<Ran> RunAsync(ScriptedServer server, params string[] more) =>
        LoupeProcess.RunAsync(server.Url, ["batch", _questions, "-o", _answers, .. more]);

    private List<JsonNode> Answers() =>
        [.. File.ReadAllLines(_answers).Select(line => JsonNode.Parse(line)!).OrderBy(line => line["line"]!.GetValue<int>())];

    private string Texts() =>
        string.Join(", ", Answers().Select(answer => $"{answer["line"]} {answer["text"] ?? answer["problem"]!["status"]}"));

    [Fact]
    public async Task Every_line_is_answered_and_its_picture_uploaded_once()
    {
        await File.WriteAllLinesAsync(_questions, [Line("one"), "", Line("two"), Line("three")]);
        var toy = Echo();
        await using var server = await toy.StartAsync();
        var ran = await RunAsync(server);
        Assert.Equal(new(0, $"3 answered, 0 failed: {_answers}\n", ""), ran);
        Assert.Equal("1 answer to one, 3 answer to two, 4 answer to three", Texts());
        Assert.Equal(["one", "two", "three"], Answers().Select(answer => answer["key"]!.GetValue<string>()));
        Assert.Single(toy.Uploaded);
        Assert.All(toy.Asked, asked => Assert.Equal((60_000, Priority.Bulk), (asked.DeadlineMs, asked.Priority)));
    }

    [Fact]
    public async Task What_a_question_says_itself_is_kept()
    {
        await File.WriteAllTextAsync(_questions, """{"image":{"file":"picture.png"},"text":"one","deadlineMs":5000,"priority":"interactive"}""");
        var toy = Echo();
        await using var server = await toy.StartAsync();
        Assert.Equal(0, (await RunAsync(server)).Code);
        Assert.Equal((5000, Priority.Interactive), toy.Asked.Select(asked => (asked.DeadlineMs, asked.Priority)).Single());
    }

    [Fact]
    public async Task A_bad_line_spoils_no_other_and_is_asked_again_by_the_next_run()
    {
        await File.WriteAllLinesAsync(
            _questions,
            [Line("one"), "{", """{"key":"three","image":{"file":7}}""", """{"image":{"file":"none.png"}}""", """["five"]""", """{"key":"six","task":"guess"}""", Line("bad"), Line("eight")]);
        var toy = new ToyLoupe
        {
            Rule = question => Replies.Answer($"answer to {question.Text}"),
            Before = (context, question) => question.Text == "bad" ? context.RefuseAsync(ProblemKind.Invalid) : Task.CompletedTask,
        };
        await using var server = await toy.StartAsync();
        var ran = await RunAsync(server);
        Assert.Equal((1, $"2 answered, 6 failed: {_answers}\n"), (ran.Code, ran.Output));
        Assert.Equal("1 answer to one, 2 400, 3 400, 4 400, 5 400, 6 400, 7 400, 8 answer to eight", Texts());
        Assert.Equal("three", Answers()[2]["key"]!.GetValue<string>());
        Assert.Contains("none.png", Answers()[3]["problem"]!["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("refused as Invalid", Answers()[6]["problem"]!["detail"]!.GetValue<string>());
        Assert.Contains("loupe: line 7: refused as Invalid", ran.Error, StringComparison.Ordinal);

        await File.WriteAllLinesAsync(_questions, [Line("one"), Line("two")]);
        Assert.Equal(new(0, $"2 answered (1 of them before), 0 failed: {_answers}\n", ""), await RunAsync(server));
        Assert.Equal("1 answer to one, 2 answer to two", Texts());
    }

    [Fact]
    public async Task A_killed_run_is_gone_on_with()
    {
        const int Count = 40;
        const int BeforeTheCut = 12;
        await File.WriteAllLinesAsync(_questions, Enumerable.Range(1, Count).Select(i => Line($"q{i}")));
        var enough = new TaskCompletionSource();
        var cut = false;
        var answered = 0;
        var toy = new ToyLoupe
        {
            Rule = question => Replies.Answer($"answer to {question.Text}"),
            Before = async (context, _) =>
            {
                if (!cut && Interlocked.Increment(ref answered) > BeforeTheCut)
                {
                    enough.TrySetResult();
                    await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                }
            },
        };
        await using var server = await toy.StartAsync();
        using (var first = LoupeProcess.Start(server.Url, "batch", _questions, "-o", _answers, "--concurrency", "2"))
        {
            await enough.Task;

            // All but one are written: those two under way wait for the server.
            while (!File.Exists(_answers) || (await ReadSharedAsync()).Count(letter => letter == '\n') < BeforeTheCut)
            {
                await Task.Delay(20);
            }

            first.Kill();
            await first.EndAsync();
        }

        // What a cut in the middle of a write leaves.
        await File.AppendAllTextAsync(_answers, """{"key":"q13","line":13,"of":"01234""");
        cut = true;
        var before = toy.Asked.Count;
        var ran = await RunAsync(server);
        Assert.Equal((0, $"40 answered (12 of them before), 0 failed: {_answers}\n"), (ran.Code, ran.Output));
        Assert.Equal(Enumerable.Range(1, Count).Select(i => $"{i} answer to q{i}"), Texts().Split(", "));
        Assert.Equal(Count - BeforeTheCut, toy.Asked.Count - before);
    }

    private async Task<string> ReadSharedAsync()
    {
        await using var file = new FileStream(_answers, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return await reader.ReadToEndAsync();
    }

    [Fact]
    public async Task A_changed_question_is_asked_again_and_its_old_answer_dropped()
    {
        await File.WriteAllLinesAsync(_questions, [Line("one"), Line("two"), Line("three")]);
        var toy = Echo();
        await using var server = await toy.StartAsync();
        await RunAsync(server);
        await File.WriteAllLinesAsync(_questions, [Line("one"), Line("zwei", "two"), Line("three")]);
        await RunAsync(server);
        Assert.Equal("1 answer to one, 2 answer to zwei, 3 answer to three", Texts());
        Assert.Equal(4, toy.Asked.Count);
    }

    [Fact]
    public async Task Nothing_left_is_asked_of_nobody()
    {
        await File.WriteAllLinesAsync(_questions, [Line("one")]);
        await using var server = await Echo().StartAsync();
        await RunAsync(server);
        var before = server.Seen.Count;
        Assert.Equal(0, (await RunAsync(server)).Code);
        Assert.Equal(before, server.Seen.Count);
    }

    [Fact]
    public async Task A_file_of_something_else_is_not_touched()
    {
        const string Own = "dear diary\nnothing happened\n";
        await File.WriteAllLinesAsync(_questions, [Line("one")]);
        await File.WriteAllTextAsync(_answers, Own);
        await using var server = await Echo().StartAsync();
        var ran = await RunAsync(server);
        Assert.Equal(2, ran.Code);
        Assert.Contains("dear diary", ran.Error, StringComparison.Ordinal);
        Assert.Equal(Own, await File.ReadAllTextAsync(_answers));
        Assert.Equal(2, (await LoupeProcess.RunAsync(server.Url, "batch", _questions, "-o", _questions)).Code);
        Assert.Equal(["answers.jsonl", "picture.png", "questions.jsonl"], _folder.EnumerateFiles().Select(file => file.Name).Order());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_at_once()
    {
        await File.WriteAllLinesAsync(_questions, [Line("one")]);
        Uri url;
        await using (var server = await Echo().StartAsync())
        {
            url = server.Url;
        }

        var ran = await LoupeProcess.RunAsync(null, "batch", _questions, "-o", _answers, "--server", url.ToString());
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Contains(url.ToString(), ran.Error, StringComparison.Ordinal);
        Assert.Contains("./loupe up", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_goes_away_ends_the_run_and_is_no_problem_of_the_questions()
    {
        await File.WriteAllLinesAsync(
            _questions,
            [Line("one"), Line("two").Replace("\"text\"", "\"deadlineMs\":300,\"text\"", StringComparison.Ordinal), Line("three")]);
        var toy = new ToyLoupe
        {
            Before = (context, question) =>
            {
                if (question.Text == "two")
                {
                    context.Abort();
                }

                return Task.CompletedTask;
            },
        };
        await using var server = await toy.StartAsync();
        var ran = await RunAsync(server, "--concurrency", "1");
        Assert.Equal((1, ""), (ran.Code, ran.Output));
        Assert.Contains("goes on from here", ran.Error, StringComparison.Ordinal);
        Assert.Equal("1 a dog", Texts());
    }
}
