using System.Text.Json;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Load;

namespace Loupe.Client.Tests.Load;

public sealed class QuestionMixTests
{
    private static readonly EvaluationScene Scene = new()
    {
        File = "a.png",
        Width = 100,
        Height = 80,
        Objects = [new() { Name = "dog", Box = new(98, 78, 100, 80) }],
        Questions = [
            new() { Task = VisionTask.Answer, Text = "what is [0]?", Regions = [Region.OfBox(0, 0, 2, 2)] },
            new() { Task = VisionTask.Answer, Text = "and [0]?", Regions = [Region.OfPoint(99, 79)] },
            new() { Task = VisionTask.Locate, Text = "the dog" }],
    };

    private static List<Question> Draw(double fresh, int count)
    {
        var mix = new QuestionMix([("id", Scene)], fresh);
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => mix.Draw(random))];
    }

    private static string Text(Question question) => JsonSerializer.Serialize(question, LoupeJson.Default.Question);

    [Fact]
    public void Every_listed_question_and_detect_and_narrate_are_drawn_and_stream()
    {
        var drawn = Draw(0, 400);
        Assert.Equal(5, drawn.Select(Text).Distinct().Count());
        Assert.Equal(
            [VisionTask.Answer, VisionTask.Locate, VisionTask.Detect, VisionTask.Narrate],
            drawn.Select(question => question.Task).Distinct().Order());
        Assert.All(drawn, question => Assert.True(question.Stream));
    }

    // 400 draws at one half: 200 ± 10. The five listed questions and some 200 new ones.
    [Fact]
    public void A_share_of_the_questions_is_new() =>
        Assert.InRange(Draw(0.5, 400).Select(Text).Distinct().Count(), 155, 255);

    [Fact]
    public void New_questions_stay_in_the_picture_and_their_boxes_the_right_way_round()
    {
        var drawn = Draw(1, 2000);
        var boxes = drawn.SelectMany(question => question.Regions).Where(r => r.Box is not null).Select(r => r.Box!.Value).ToList();
        var points = drawn.SelectMany(question => question.Regions).SelectMany(r => r.Points ?? []).ToList();
        Assert.NotEmpty(boxes);
        Assert.NotEmpty(points);
        Assert.All(
            boxes, box => Assert.True(box.X0 >= 0 && box.Y0 >= 0 && box.X1 <= 100 && box.Y1 <= 80 && box.Width >= 1 && box.Height >= 1));
        Assert.All(points, point => Assert.True(point is { X: >= 0 and < 100, Y: >= 0 and < 80 }));
    }
}
