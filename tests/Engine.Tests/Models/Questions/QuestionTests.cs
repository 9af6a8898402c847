using FsCheck;
using FsCheck.Fluent;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Models.Questions;

public sealed class RegionCanonicalizerTests
{
    private static readonly ImageSize Size = new(200, 100);

    [Fact]
    public void Canonical_regions_are_canonical() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NormalFloat X, NormalFloat Y, NormalFloat W, NormalFloat H)>(), numbers =>
        {
            var box = new Box(
                numbers.X.Get, numbers.Y.Get, numbers.X.Get + Math.Abs(numbers.W.Get), numbers.Y.Get + Math.Abs(numbers.H.Get));
            var errors = new FieldErrors();
            var once = RegionCanonicalizer.Canonicalize([new Region { Box = box }], Size, errors);
            if (errors.Any)
            {
                return true;
            }

            var twice = RegionCanonicalizer.Canonicalize(once.Regions, Size, errors);
            var inside = once.Regions[0].Box!.Value;
            return once.Equals(twice) && !errors.Any && inside is { X0: >= 0, Y0: >= 0, X1: <= 200, Y1: <= 100, Width: > 0, Height: > 0 };
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Prompts_that_mean_the_same_have_one_key()
    {
        var a = Read(Region.OfBox(-5, 10.01, 50.1, 60), Region.OfPoint(3, 4));
        var b = Read(Region.OfBox(0, 10, 50.12, 60.1), new Region { Points = [new Point(3.05, 4)], Labels = [1] });
        Assert.Equal(a, b);
        Assert.NotEqual(a, Read(Region.OfPoint(3, 4), Region.OfBox(-5, 10.01, 50.1, 60)));
        Assert.NotEqual(a, RegionCanonicalizer.Canonicalize(b.Regions, new ImageSize(100, 200), new FieldErrors()));
    }

    [Fact]
    public void A_negative_zero_is_a_zero() => Assert.Equal(Read(Region.OfBox(0, 0, 5, 5)), Read(Region.OfBox(-0.0, -0.0, 5, 5)));

    [Fact]
    public void What_is_wrong_is_told_by_field_and_all_at_once()
    {
        Region[] regions =
        [
            Region.OfBox(10, 10, 5, 20),
            Region.OfBox(200, 0, 220, 10),
            Region.OfBox(double.NaN, 0, 1, 1),
            new(),
            new() { Box = new Box(0, 0, 1, 1), Points = [new Point(1, 1)] },
            new() { Points = [] },
            new() { Points = [new Point(1, 1)], Labels = [1, 0] },
            new() { Points = [new Point(1, 1)], Labels = [2] },
            new() { Points = [new Point(1, 1)], Labels = [0] },
            new() { Points = [new Point(201, 1)] },
            new() { Polygon = [new Point(1, 1), new Point(2, 2)] },
            new() { Polygon = [new Point(300, 1), new Point(400, 2), new Point(500, 7)] },
            new() { Box = new Box(0, 0, 1, 1), Labels = [1] },
        ];
        var errors = new FieldErrors();
        RegionCanonicalizer.Canonicalize(regions, Size, errors);
        var problem = Assert.Throws<LocalizerException>(errors.ThrowIfAny).Problem;

        Assert.Equal(ProblemKind.Invalid, problem.Kind);
        string[] fields =
        [
            "regions[0].box", "regions[1].box", "regions[2].box", "regions[3]", "regions[4]", "regions[5].points", "regions[6].labels",
            "regions[7].labels", "regions[8].labels", "regions[9].points", "regions[10].polygon", "regions[11].polygon",
            "regions[12].labels",
        ];
        Assert.Equal(fields.Order(), problem.Errors!.Keys.Order());
        Assert.Contains("200×100", problem.Errors["regions[1].box"][0], StringComparison.Ordinal);
    }

    private static RegionPrompt Read(params Region[] regions)
    {
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize(regions, Size, errors);
        errors.ThrowIfAny();
        return prompt;
    }
}

public sealed class ContentKeyTests
{
    [Fact]
    public void Different_lists_have_different_keys() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NonNull<string>[] A, NonNull<string>[] B)>(), lists =>
        {
            string[] a = [.. lists.A.Select(text => text.Get)], b = [.. lists.B.Select(text => text.Get)];
            return a.SequenceEqual(b) == (ContentKey.Of(a) == ContentKey.Of(b));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parts_do_not_run_together()
    {
        Assert.NotEqual(ContentKey.Of("ab", "c"), ContentKey.Of("a", "bc"));
        Assert.NotEqual(ContentKey.Of("a", ""), ContentKey.Of("a"));
        Assert.True(ImageKey.IsId(ContentKey.Of("a")));
    }
}

public sealed class CanonicalizerTests
{
    private static readonly ImageSize Size = new(100, 100);
    private readonly Canonicalizer _reader = new(new ToyModel().Grammar, maxTextLength: 50);

    [Fact]
    public void Questions_that_differ_in_case_and_space_only_are_the_same() =>
        Assert.Equal(
            _reader.Read(new Question { Text = "  What is IT " }, Size),
            _reader.Read(new Question { Text = "what is it", DeadlineMs = 77, Stream = true, Priority = Priority.Bulk }, Size));

    [Theory]
    [InlineData("task", "locate", "x")]
    [InlineData("text", "answer", null)]
    [InlineData("text", "answer", " ")]
    [InlineData("text", "answer", "what is [1] to [0]?")]
    [InlineData("text", "answer", "more than the fifty characters that this reader takes from anyone")]
    [InlineData("maxWords", "answer", "x", 0)]
    [InlineData("maxWords", "answer", "x", 5_000)]
    [InlineData("deadlineMs", "answer", "x", 1, 0)]
    [InlineData("deadlineMs", "answer", "x", 1, 700_000)]
    public void What_is_wrong_is_told_by_field(string field, string task, string? text, int maxWords = 5, int deadlineMs = 1_000)
    {
        var question = new Question
        {
            Task = Enum.Parse<VisionTask>(task, ignoreCase: true),
            Text = text,
            MaxWords = maxWords,
            DeadlineMs = deadlineMs,
            Regions = task == "answer" ? [Region.OfBox(0, 0, 5, 5)] : [],
        };
        var problem = Assert.Throws<LocalizerException>(() => _reader.Read(question, Size)).Problem;
        Assert.Equal([field], problem.Errors!.Keys);
    }

    [Theory]
    [InlineData("the dog", 0)]
    [InlineData("what [0] looks at", 1)]
    [InlineData(null, 1)]
    [InlineData(" ", 1)]
    public void Segment_is_asked_with_a_text_or_a_region_or_both(string? text, int regions) =>
        Assert.Equal(text?.Trim() ?? "", _reader.Read(Segment(text, regions), Size).Text);

    [Theory]
    [InlineData(null, 0, "text")]
    [InlineData(" ", 0, "text")]
    [InlineData("the dog", 2, "regions")]
    [InlineData(null, 2, "regions")]
    [InlineData("what [0] looks at", 0, "text")]
    [InlineData("what [1] looks at", 1, "text")]
    public void Segment_with_neither_or_too_much_is_refused(string? text, int regions, string field) =>
        Assert.Equal([field], Assert.Throws<LocalizerException>(() => _reader.Read(Segment(text, regions), Size)).Problem.Errors!.Keys);

    private static Question Segment(string? text, int regions) =>
        new() { Task = VisionTask.Segment, Text = text, Regions = [.. Enumerable.Repeat(Region.OfPoint(3, 4), regions)] };

    [Fact]
    public void More_words_than_the_bundle_ever_says_is_as_many_as_it_says() =>
        Assert.Equal(
            _reader.Read(new Question { Text = "x", MaxWords = 48 }, Size),
            _reader.Read(new Question { Text = "x", MaxWords = 4_096 }, Size));

    [Fact]
    public void A_task_that_is_not_offered_is_answered_with_those_that_are()
    {
        var problem = Assert.Throws<LocalizerException>(() => _reader.Read(new Question { Task = VisionTask.Narrate }, Size)).Problem;
        Assert.Contains("answer, caption, detect", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_regions_are_refused_and_so_is_what_the_model_cannot_read()
    {
        var many = new Question { Text = "x", Regions = [.. Enumerable.Repeat(Region.OfPoint(1, 1), 4)] };
        Assert.Contains("regions", Assert.Throws<LocalizerException>(() => _reader.Read(many, Size)).Problem.Errors!.Keys);
        var points = new Question { Text = "x", Regions = [new Region { Points = [.. Enumerable.Repeat(new Point(1, 1), 5)] }] };
        Assert.Contains("regions[0].points", Assert.Throws<LocalizerException>(() => _reader.Read(points, Size)).Problem.Errors!.Keys);
    }
}
