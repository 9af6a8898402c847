using System.Text.Json;
using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Client.Tests.Evaluation;

public sealed class EvaluatorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-eval").FullName;

    // A dog drawn in a style that was seen, the left column of a 2 × 2 picture; a cat in one that was held out.
    private const string Split = """
        {"file":"a.png","style":"noto","heldOut":false,"width":2,"height":2,"setting":"room","objects":[{"name":"dog","kind":"animal","box":[0,0,1,2],"mask":{"size":[2,2],"counts":"022"}}],"questions":[{"task":"locate","kind":"name","regions":[],"text":"the dog","accept":[],"box":[0,0,1,2]},{"task":"locate","kind":"absent","regions":[],"text":"the cat","accept":[],"box":null},{"task":"answer","kind":"name","regions":[{"points":[[0.5,1]],"labels":[1]}],"text":"what is [0]","accept":["a dog","dog"]},{"task":"caption","kind":"region","regions":[{"box":[0,0,1,2]}],"text":"","accept":["a dog in a room","a dog","dog"]}]}

        {"file":"b.png","style":"emojione","heldOut":true,"width":2,"height":2,"objects":[{"name":"cat","box":[0,0,2,2]}],"questions":[{"task":"answer","kind":"name","regions":[],"text":"what is there","accept":["a cat"]}]}
        """;

    public EvaluatorTests() => File.WriteAllText(Path.Combine(_folder, "split.jsonl"), Split);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<EvaluationReport> EvaluateAsync(Func<Question, Answer> answer)
    {
        var scenes = SceneFolder.ReadSplit(_folder);
        return ReportBuilder.Build(
            scenes,
            await new Evaluator(new FakeAsker(answer), 3)
                .RunAsync(_folder, scenes, Inquiry.Of(scenes), null, TestContext.Current.CancellationToken));
    }

    private static Answer Perfect(Question question)
    {
        var a = question.Image!.Id == "a.png";
        var place = a ? new Box(0, 0, 1, 2) : new Box(0, 0, 2, 2);
        var name = a ? "dog" : "cat";
        var text = question.Task switch
        {
            VisionTask.Answer => $"a {name}",
            VisionTask.Caption => "a dog in a room",
            VisionTask.Narrate => name,
            _ => "",
        };
        return FakeAsker.Answer(question) with
        {
            Text = text,
            Words = [new() { Text = name, Point = place.Center, Box = place, Confidence = 1 }],
            Regions = question.Text == "the cat"
                ? []
                : [new() { Box = place, Score = 0.9, Text = $"a {name} in a room", Mask = new([2, 2], "022") }],
        };
    }

    [Fact]
    public async Task A_model_that_is_always_right_reaches_every_maximum()
    {
        var report = await EvaluateAsync(Perfect);
        Assert.Empty(report.Failures);
        Assert.Equal(["seen", "held-out"], report.Groups.Select(group => group.Name));

        var seen = report.Groups[0];
        Assert.Equal((1, 7, 0), (seen.Scenes, seen.Questions, seen.Failed));
        var expected = new Dictionary<string, double>
        {
            ["answer.exact"] = 1,
            ["caption.exact"] = 1,
            ["caption.name"] = 1,
            ["detect.map"] = 1,
            ["detect.mapBoxes"] = 1,
            ["detect.mapName"] = 1,
            ["locate.absent"] = 1,
            ["locate.p50"] = 1,
            ["narrate.distance"] = 0,
            ["narrate.inside"] = 1,
            ["narrate.named"] = 1,
            ["segment.ciou"] = 1,
            ["segment.miou"] = 1,
            ["segment.ciou.box"] = 1,
            ["segment.miou.box"] = 1,

            // One image has captions: ln 1 weighs every n-gram with 0.
            ["caption.ciderD"] = 0,
        };
        Assert.Equal(
            expected.OrderBy(e => e.Key, StringComparer.Ordinal),
            seen.Figures.Select(f => KeyValuePair.Create(f.Metric.Key, f.Interval.Value)));
    }

    [Fact]
    public async Task A_question_that_fails_counts_as_wrong_and_is_told()
    {
        var report = await EvaluateAsync(
            question => question.Image!.Id == "a.png" ? throw new InvalidOperationException("no") : Perfect(question));
        Assert.Equal(7, report.Failed);
        Assert.Equal(KeyValuePair.Create("no", 7), Assert.Single(report.Failures));
        Assert.Equal([7, 0], report.Groups.Select(group => group.Failed));

        var figures = report.Groups[0].Figures.ToDictionary(figure => figure.Metric.Key, figure => figure.Interval.Value);
        Assert.All(figures, figure => Assert.Equal(0, figure.Value));
        Assert.Equal(14, figures.Count);
    }

    [Fact]
    public async Task The_json_has_every_group_with_its_figures()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(await EvaluateAsync(Perfect)));
        var figure = json.RootElement.GetProperty("groups").GetProperty("seen").GetProperty("figures").GetProperty("locate.p50");
        Assert.Equal("""{"value":1,"low":1,"high":1,"n":1}""", JsonSerializer.Serialize(figure));
        Assert.Equal(0, json.RootElement.GetProperty("failed").GetInt32());
    }

    [Fact]
    public void What_a_bundle_does_not_offer_is_not_asked()
    {
        var asked = Inquiry.Of(SceneFolder.ReadSplit(_folder), [VisionTask.Answer, VisionTask.Detect]);
        Assert.Equal([VisionTask.Answer, VisionTask.Detect, VisionTask.Answer, VisionTask.Detect], asked.Select(inquiry => inquiry.Task));
    }

    [Fact]
    public void What_no_scene_could_be_judged_by_is_not_asked()
    {
        var scenes = SceneFolder.ReadSplit(_folder);
        Assert.Contains(Inquiry.Of(scenes), inquiry => inquiry.Task == VisionTask.Detect);
        Assert.Contains(
            Inquiry.Of([scenes[0] with { Objects = [] }, .. scenes.Skip(1)]), inquiry => inquiry is { Scene: 0, Task: VisionTask.Detect });
        Assert.All(Inquiry.Of([.. scenes.Select(scene => scene with { Objects = [] })]), inquiry => Assert.NotNull(inquiry.Truth));
    }

    [Theory]
    [InlineData("held-out", "b.png")]
    [InlineData("seen", "a.png")]
    [InlineData("emojione", "b.png")]
    public void A_split_is_a_style_or_a_group_of_styles(string split, string file) =>
        Assert.Equal([file], SceneFolder.ReadSplit(_folder, split).Select(scene => scene.File));

    [Fact]
    public void What_cannot_be_read_is_told_with_its_line()
    {
        File.AppendAllText(Path.Combine(_folder, "split.jsonl"), "\n{");
        Assert.Contains(
            "split.jsonl:4", Assert.Throws<DatasetException>(() => SceneFolder.ReadSplit(_folder)).Message, StringComparison.Ordinal);
        Assert.Throws<DatasetException>(() => SceneFolder.ReadSplit(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void A_split_without_scenes_is_no_dataset() =>
        Assert.Throws<DatasetException>(() => SceneFolder.ReadSplit(_folder, "unheard-of"));
}
