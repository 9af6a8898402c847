using Loupe.Command.Evaluation;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Evaluation.Report;

namespace Loupe.Client.Tests.Evaluation;

public sealed class SegmentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loupe-segment").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // 2 × 2, column-major: "022" is the left column, "04" everything, "013" the upper left pixel.
    private const string Objects = """[{"name":"dog","box":[0,0,1,2],"mask":{"size":[2,2],"counts":"022"}},{"name":"sky","box":[0,0,2,2],"mask":{"size":[2,2],"counts":"04"}}]""";

    private IReadOnlyList<EvaluationScene> Scenes(string questions, string objects = Objects)
    {
        File.WriteAllText(
            Path.Combine(_folder, "split.jsonl"),
            $$"""{"file":"a.png","width":2,"height":2,"objects":{{objects}},"questions":{{questions}}}""");
        return DatasetReader.Read(_folder, new()).Scenes;
    }

    private async Task<Dictionary<string, Figure>> FiguresAsync(string questions, Func<Question, Answer> answer)
    {
        var scenes = Scenes(questions);
        var asked = Inquiry.Of(scenes, [VisionTask.Segment]);
        var outcomes = await new Evaluator(new FakeAsker(answer), 1)
            .RunAsync(_folder, scenes, asked, null, TestContext.Current.CancellationToken);
        return ReportBuilder.Build(scenes, outcomes).Groups.Single().Figures.ToDictionary(figure => figure.Metric.Key);
    }

    // The answer is the upper left pixel. Against the column (box): 1 of 2. Against everything (points, and text): 1 of 4.
    // Mean (1/2 + 1/4 + 1/4) / 3 = 1/3; cumulative (1 + 1 + 1) / (2 + 4 + 4) = 3/10.
    [Fact]
    public async Task Masks_are_judged_by_what_was_pointed_with()
    {
        var figures = await FiguresAsync(
            """[{"task":"segment","regions":[{"box":[0,0,1,2]}],"object":0},{"task":"segment","regions":[{"points":[[1.5,0.5]],"labels":[1]}],"object":1},{"task":"segment","text":"the sky","object":1}]""",
            question =>
                FakeAsker.Answer(question) with { Regions = [new() { Box = new(0, 0, 1, 1), Score = 1, Mask = new([2, 2], "013") }] });
        var values = figures.ToDictionary(f => f.Key, f => (Math.Round(f.Value.Interval.Value, 9), f.Value.Count));
        Assert.Equal((0.333333333, 3), values["segment.miou"]);
        Assert.Equal((0.3, 3), values["segment.ciou"]);
        Assert.Equal((0.5, 1), values["segment.miou.box"]);
        Assert.Equal((0.25, 1), values["segment.ciou.points"]);
        Assert.Equal((0.25, 1), values["segment.miou.text"]);
        Assert.Equal(8, values.Count);
    }

    [Theory]
    [InlineData(0.4, 1)]
    [InlineData(0.6, 0)]
    public async Task What_is_not_there_is_no_matter_of_overlap_but_of_declining(double score, double expected)
    {
        var figures = await FiguresAsync(
            """[{"task":"segment","kind":"absent","text":"the cat","object":null}]""",
            question =>
                FakeAsker.Answer(question) with { Regions = [new() { Box = new(0, 0, 1, 1), Score = score, Mask = new([2, 2], "013") }] });
        var figure = Assert.Single(figures);
        Assert.Equal(("segment.absent", expected), (figure.Key, figure.Value.Interval.Value));
    }

    [Theory]
    [InlineData("""[{"task":"segment","text":"it","object":2}]""", Objects, "questions[0]: there is no object 2")]
    [InlineData("""[{"task":"segment"}]""", Objects, "questions[0]: segment needs")]
    [InlineData("""[{"task":"segment","regions":[{"box":[0,0,1,1]}]}]""", Objects, "questions[0]: a region to segment")]
    [InlineData("[]", """[{"name":"a","box":[0,0,1,1],"mask":{"size":[2,3],"counts":"6"}}]""", "objects[0]: the mask's size")]
    [InlineData("[]", """[{"name":"a","box":[0,0,1,1],"mask":{"size":[2,2],"counts":"6"}}]""", "objects[0]: mask: run lengths do not cover")]
    [InlineData("[]", """[{"name":"a","box":[1,0,1,1]}]""", "objects[0]: [1, 0, 1, 1] is no box")]
    public void What_cannot_be_judged_is_told_with_its_entry(string questions, string objects, string expected)
    {
        var error = Assert.Throws<DatasetException>(() => Scenes(questions, objects));
        Assert.Contains("split.jsonl:1: " + expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_is_within_the_dataset()
    {
        File.WriteAllText(Path.Combine(_folder, "split.jsonl"), """{"file":"../a.png","width":2,"height":2}""");
        Assert.Contains(
            "no file name within", Assert.Throws<DatasetException>(() => DatasetReader.Read(_folder, new())).Message,
            StringComparison.Ordinal);
    }
}
