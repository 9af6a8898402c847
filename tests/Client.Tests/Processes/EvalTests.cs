using System.Text.Json.Nodes;
using Loupe.Client.Tests.Evaluation.Dataset;
using Loupe.Client.Tests.Servers;

namespace Loupe.Client.Tests.Processes;

public sealed class EvalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("loupe-eval-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<(Ran Ran, ToyLoupe Toy)> RunAsync(Func<Question, Answer> rule, params string[] arguments)
    {
        var toy = new ToyLoupe { Rule = rule };
        await using var server = await toy.StartAsync();
        return (await LoupeProcess.RunAsync(server.Url, ["eval", .. arguments]), toy);
    }

    private static double Value(JsonNode figures, string key) => figures[key]!["value"]!.GetValue<double>();

    // Always the dog's box, and of its six pixels the upper three: "6" zeros, then thrice 1 one, 4 zeros.
    private static Answer Dog(Question question) => Replies.Answer("a dog", question.Task, question.Image!.Id!) with
    {
        Regions = [new() { Box = new(1, 1, 4, 3), Score = 0.9, Text = "dog", Mask = new([5, 6], "6140009") }],
    };

    // Three expressions are located: the dog's two right, the person's (IoU 0) wrong: 2/3.
    // The dog is segmented by two sentences and by its box: 3 of 6 pixels each.
    [Fact]
    public async Task Referring_expressions_are_located_and_segmented()
    {
        CocoDatasets.WritePictures(Path.Combine(_folder.FullName, "pictures"));
        CocoDatasets.Write(_folder.FullName, "instances.json", CocoDatasets.Instances());
        CocoDatasets.Write(_folder.FullName, "refs.json", CocoDatasets.Refs);
        var (ran, toy) = await RunAsync(Dog, _folder.FullName, "--images", Path.Combine(_folder.FullName, "pictures"), "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var report = JsonNode.Parse(ran.Output)!;
        Assert.Null(report["targets"]);
        var figures = report["groups"]!["all"]!["figures"]!;
        Assert.Equal(0.666667, Value(figures, "locate.p50"));
        Assert.Equal(
            [0.5, 0.5, 0.5, 0.5],
            new[] { "segment.miou", "segment.ciou", "segment.miou.box", "segment.miou.text" }.Select(key => Value(figures, key)));
        Assert.Equal(3, figures["segment.ciou"]!["n"]!.GetValue<int>());
        Assert.Equal(6, toy.Asked.Count);
    }

    // Two truths in two pictures, the dog found in both at one score: one hit of two, so that precision is 1/2 up to a
    // recall of 1/2, or 1 there, as the ties are ordered by picture: the first is the hit. 1/2 at every threshold.
    [Fact]
    public async Task Instances_are_detected_by_the_name_of_their_category()
    {
        CocoDatasets.WritePictures(_folder.FullName);
        var path = CocoDatasets.Write(_folder.FullName, "val.json", CocoDatasets.Instances());
        var (ran, toy) = await RunAsync(Dog, path, "--task", "detect", "--json");
        Assert.Equal(
            (0, "loupe: 1 crowds (iscrowd) left out of what is to be detected.\nloupe: 1 annotations with empty boxes left out.\n"),
            (ran.Code, ran.Error));
        var figures = JsonNode.Parse(ran.Output)!["groups"]!["all"]!["figures"]!;
        Assert.Equal([0.5, 0.5, 0.5], new[] { "detect.map", "detect.mapName", "detect.mapBoxes" }.Select(key => Value(figures, key)));
        Assert.All(toy.Asked, question => Assert.Equal(VisionTask.Detect, question.Task));
        Assert.Equal(2, toy.Asked.Count);
    }

    // "a dog on the grass" is one of the picture's two captions: exact; "the dog" of the box is not said.
    [Fact]
    public async Task Captions_are_compared_with_every_wording()
    {
        CocoDatasets.WritePictures(_folder.FullName);
        var path = CocoDatasets.Write(_folder.FullName, "captions.json", CocoDatasets.Captions);
        var (ran, _) = await RunAsync(question => Replies.Answer("a dog on the grass", question.Task, question.Image!.Id!), path, "--json");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var figures = JsonNode.Parse(ran.Output)!["groups"]!["all"]!["figures"]!;
        Assert.Equal(0.5, Value(figures, "caption.exact"));
        Assert.Null(figures["caption.name"]);
    }

    private const string Split = """
        {"file":"a.png","style":"noto","width":6,"height":5,"objects":[],"questions":[{"task":"answer","text":"what?","accept":["a dog"]},{"task":"answer","text":"who?","accept":["nobody"]}]}
        {"file":"b.png","style":"emojione","heldOut":true,"width":6,"height":5,"objects":[],"questions":[{"task":"answer","text":"what?","accept":["a dog"]}]}
        """;

    [Fact]
    public async Task The_table_of_targets_is_printed_to_paste()
    {
        CocoDatasets.WritePictures(_folder.FullName);
        CocoDatasets.Write(_folder.FullName, "split.jsonl", Split);
        var (ran, _) = await RunAsync(Dog, _folder.FullName, "--task", "answer", "--markdown");
        Assert.Equal((0, ""), (ran.Code, ran.Error));
        var lines = ran.Output.TrimEnd('\n').Split('\n');
        Assert.Equal("| task | metric | seen styles | target | held-out style | target |", lines[0]);
        Assert.Equal("| --- | --- | --- | --- | --- | --- |", lines[1]);
        Assert.Equal(
            ["locate", "caption (region)", "answer", "detect", "narrate", "segment"],
            lines[2..].Select(line => line.Split('|')[1].Trim()));
        Assert.Equal(
            "| answer | answer: exact match, accepted phrasings, % | 50.0 (50.0–50.0) | ≥ 90 missed | 100.0 (100.0–100.0) | ≥ 75 reached |",
            lines[4]);
        Assert.EndsWith("| – | ≥ 80 | – | ≥ 65 |", lines[7], StringComparison.Ordinal);
    }

    // The right answer was told with 0.9 and the wrong one with 0.3: told apart in every pair.
    [Fact]
    public async Task Confidence_is_judged_where_answers_have_it()
    {
        CocoDatasets.WritePictures(_folder.FullName);
        CocoDatasets.Write(_folder.FullName, "split.jsonl", Split);
        Answer Sure(Question question) => Dog(question) with { Confidence = question.Text == "what?" ? 0.9 : 0.3 };
        var (ran, _) = await RunAsync(Sure, _folder.FullName, "--task", "answer", "--split", "seen", "--json");
        var seen = JsonNode.Parse(ran.Output)!["groups"]!["seen"]!;
        Assert.Equal(1, Value(seen["figures"]!, "answer.auroc"));
        Assert.Equal(0.2, Value(seen["figures"]!, "answer.ece"));
        Assert.Equal(
            """[{"from":0.2,"to":0.4,"confidence":0.3,"right":0,"n":1},{"from":0.8,"to":1,"confidence":0.9,"right":1,"n":1}]""",
            seen["calibration"]!.ToJsonString());
        Assert.Equal(6, JsonNode.Parse(ran.Output)!["targets"]!.AsArray().Count);

        var (table, _) = await RunAsync(Sure, _folder.FullName, "--task", "answer");
        Assert.Contains("confidence of answers, seen", table.Output, StringComparison.Ordinal);
        Assert.Contains("≥ 90 missed", table.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("asks nothing of the kind locate", "--task", "locate")]
    [InlineData("choose one", "--json", "--markdown")]
    public async Task What_cannot_be_done_is_bad_usage(string expected, params string[] arguments)
    {
        CocoDatasets.WritePictures(_folder.FullName);
        CocoDatasets.Write(_folder.FullName, "split.jsonl", Split);
        var (ran, toy) = await RunAsync(Dog, [_folder.FullName, .. arguments]);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
        Assert.Empty(toy.Asked);
    }
}
