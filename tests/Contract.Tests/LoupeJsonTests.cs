using System.Text.Json;

namespace Loupe.Tests;

public sealed class LoupeJsonTests
{
    [Fact]
    public void A_question_is_read_as_the_contract_writes_it()
    {
        const string Json = """
            { "image": "00ff", "task": "answer", "regions": [ {"box": [1, 2.5, 30, 40]}, {"points": [[5, 6]], "labels": [0]},
              {"polygon": [[0,0],[1,0],[1,1]]} ], "text": "what is [0] doing to [1]?", "maxWords": 7, "deadlineMs": 100, "priority": "bulk" }
            """;

        var question = JsonSerializer.Deserialize(Json, LoupeJson.Default.Question)!;

        Assert.Equal("00ff", question.Image!.Id);
        Assert.Equal(new Box(1, 2.5, 30, 40), question.Regions[0].Box);
        Assert.Equal([new Point(5, 6)], question.Regions[1].Points!);
        Assert.Equal([0], question.Regions[1].Labels!);
        Assert.Equal(3, question.Regions[2].Polygon!.Count);
        Assert.Equal(
            (VisionTask.Answer, 7, 100, Priority.Bulk), (question.Task, question.MaxWords, question.DeadlineMs, question.Priority));
    }

    [Fact]
    public void What_a_question_leaves_out_has_the_defaults_of_the_contract()
    {
        var question = JsonSerializer.Deserialize("""{"image": {"data": "AQID"}}""", LoupeJson.Default.Question)!;

        Assert.Equal([1, 2, 3], question.Image!.Data!.Value.ToArray());
        Assert.Equal(
            (VisionTask.Answer, Question.DefaultMaxWords, Question.DefaultDeadlineMs),
            (question.Task, question.MaxWords, question.DeadlineMs));
        Assert.Equal(Priority.Interactive, question.Priority);
        Assert.Empty(question.Regions);
    }

    [Theory]
    [InlineData("""{"regions": [{"box": [1, 2, 3]}]}""")]
    [InlineData("""{"regions": [{"box": [1, 2, 3, 4, 5]}]}""")]
    [InlineData("""{"regions": [{"points": [[1, "2"]]}]}""")]
    [InlineData("""{"image": {"url": "http://example.com/a.png"}}""")]
    [InlineData("""{"image": 7}""")]
    public void A_malformed_question_is_refused(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, LoupeJson.Default.Question));

    [Fact]
    public void An_answer_is_written_as_the_contract_says()
    {
        var answer = new Answer
        {
            Id = "a",
            Image = "b",
            Task = VisionTask.Locate,
            Text = "dog",
            Words = [new Word { Text = "dog", Point = new Point(1.234, 2), Box = new Box(0, 1, 2, 3), Confidence = 0.5 }],
            Reuse = new Reuse { Features = FeatureReuse.Replica, Answer = MemoReuse.Hit },
            Model = new ModelIdentity("m", "d"),
            Finish = Finish.Length,
        };

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(answer, LoupeJson.Default.Answer));
        var root = json.RootElement;

        Assert.Equal("locate", root.GetProperty("task").GetString());
        Assert.Equal("[1.23,2]", root.GetProperty("words")[0].GetProperty("point").GetRawText());
        Assert.Equal("replica", root.GetProperty("reuse").GetProperty("features").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("rationale").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("confidence").ValueKind);
        Assert.Equal("length", root.GetProperty("finish").GetString());
    }

    [Fact]
    public void Masks_and_confidence_come_back_as_they_were()
    {
        // Every character that run lengths may have, the backslash among them.
        var counts = string.Concat(Enumerable.Range(48, 64).Select(i => (char)i));
        var answer = new Answer
        {
            Id = "a",
            Image = "b",
            Task = VisionTask.Segment,
            Text = "",
            Regions = [new FoundRegion { Box = new Box(0, 1, 2, 3), Score = 0.25, Mask = new Mask([3, 5], counts) }],
            Model = new ModelIdentity("m", "d"),
            Confidence = 0.125,
        };

        var json = JsonSerializer.Serialize(answer, LoupeJson.Default.Answer);
        var back = JsonSerializer.Deserialize(json, LoupeJson.Default.Answer)!;

        var mask = Assert.Single(back.Regions).Mask!;
        Assert.Equal((counts, 0.125), (mask.Counts, back.Confidence));
        Assert.Equal([3, 5], mask.Size);
        Assert.Contains("\"confidence\":0.125", json, StringComparison.Ordinal);
        Assert.Contains("\"mask\":{\"size\":[3,5],\"counts\":\"", json, StringComparison.Ordinal);
    }
}
