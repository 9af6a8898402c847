using Loupe.Bench.Autoscale;
using Loupe.Bench.History;

namespace Loupe.Bench.Tests.Autoscale;

public sealed class AutoscaleReportTests
{
    private static readonly AutoscaleOptions Options = new() { Duration = TimeSpan.FromSeconds(20) };

    [Fact]
    public void A_run_that_kept_its_promises_is_good()
    {
        var report = Report([Upload(), Answer("right")]);
        Assert.True(report.IsGood);
        Assert.Contains("| RightAnswers | 0 |", report.ToMarkdown());
        Assert.Contains("| 10 | ", report.ToMarkdown());
        Assert.Equal(1, (int)report.ToJson()["answers"]!);
        Assert.Contains("silos ready", report.ToChart().ToSvg());
        Assert.Contains("target 0.5", report.ToMetricsChart().ToSvg());
        Assert.Contains("p99", report.ToLatencyChart().ToSvg());
    }

    [Fact]
    public void A_wrong_answer_is_not() => Assert.False(Report([Upload(), Answer("wrong")]).IsGood);

    [Fact]
    public void A_lost_upload_is_not() => Assert.False(Report([Upload(), Answer("right")], found: null).IsGood);

    [Fact]
    public void A_question_that_failed_long_after_a_drain_is_not() => Assert.False(Report([Upload(), Answer("right") with { Start = 12, End = 13, Error = "503 Unavailable", Answer = null }]).IsGood);

    [Fact]
    public void A_silo_that_ended_badly_is_not() => Assert.False(Report([Upload(), Answer("right")], failures: ["silo-1 ended with 137"]).IsGood);

    [Fact]
    public void An_image_that_was_encoded_again_is_told_and_breaks_nothing()
    {
        var report = Report([Upload(), Answer("right", encoded: 200.1), Answer("right", encoded: 200.7) with { Start = 12, End = 13 }]);
        Assert.True(report.IsGood);
        Assert.Single(report.Violations);
        Assert.Contains("1 of 1 images were encoded again", report.ToMarkdown());
    }

    private static Operation Upload() => new() { Kind = OperationKind.Upload, Client = 0, Start = 1, End = 1.1, Image = "image" };

    private static Operation Answer(string fingerprint, double? encoded = null) => new()
    {
        Kind = OperationKind.Ask,
        Client = 0,
        Start = 9,
        End = 10,
        Image = "image",
        Question = "caption",
        Answer = new Heard("image", fingerprint, encoded),
    };

    private static AutoscaleReport Report(IReadOnlyList<Operation> operations, string? found = "image", IReadOnlyList<string>? failures = null) => new(Options, new AutoscaleOutcome(
        new RunHistory
        {
            Operations = operations,
            Disturbances = [new Disturbance(DisturbanceKind.Drain, "silo-1", 2, 3)],
            References = new Dictionary<(string, string), string> { [("image", "caption")] = "right" },
            ReadBack = new Dictionary<string, string?> { ["image"] = found },
        },
        Start: 0,
        [new Sample(0.02, 2, 2, 2, 2, 0, double.NaN, double.NaN), new Sample(10.1, 5, 3, 3, 2, 1, 0.4, 0.3)],
        [5.0],
        failures ?? []));
}
