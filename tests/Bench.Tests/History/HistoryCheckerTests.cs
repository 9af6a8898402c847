using Loupe.Bench.History;

namespace Loupe.Bench.Tests.History;

public sealed class HistoryCheckerTests
{
    private const string Ann = "aaaaaaaaaa";
    private const string Bob = "bbbbbbbbbb";
    private const string What = "what?";
    private const string Why = "why?";

    private static readonly Dictionary<(string, string), string> References = new()
    {
        [(Ann, What)] = "a cat",
        [(Ann, Why)] = "it sleeps",
        [(Bob, What)] = "a dog",
    };

    [Fact]
    public void A_history_that_keeps_every_promise_has_no_violations() => Assert.Empty(Check(
        [
            Upload(Ann, 0, 1),
            Upload(Bob, 0, 1),
            Ask(Ann, What, 2, 3, "a cat", encoded: 25.1),
            // Waited for the same encoding.
            Ask(Ann, Why, 2, 3.1, "it sleeps", encoded: 25.1),
            Ask(Ann, What, 4, 4.1, "a cat"),
            Ask(Bob, What, 4, 4.5, "a dog", encoded: 25.3) with { Kind = OperationKind.Stream },
        ],
        []));

    [Fact]
    public void An_answer_that_is_not_the_reference_is_wrong()
    {
        var violation = Assert.Single(Check([Ask(Ann, What, 1, 2, "a dog")], []));
        Assert.Equal((Promise.RightAnswers, 2), (violation.Promise, violation.At));
    }

    [Fact]
    public void An_answer_about_another_image_is_wrong_even_where_its_words_are_right()
    {
        var asked = Ask(Ann, What, 1, 2, "a cat");
        Assert.Equal(Promise.RightAnswers, Assert.Single(Check([asked with { Answer = asked.Answer! with { Image = Bob } }], [])).Promise);
    }

    [Fact]
    public void An_answer_that_nobody_can_judge_is_no_right_answer() =>
        Assert.Equal(Promise.RightAnswers, Assert.Single(Check([Ask(Bob, Why, 1, 2, "a dog")], [])).Promise);

    [Fact]
    public void A_success_without_an_answer_is_wrong() =>
        Assert.Equal(Promise.RightAnswers, Assert.Single(Check([Ask(Ann, What, 1, 2, "a cat") with { Answer = null }], [])).Promise);

    [Fact]
    public void A_stream_with_a_gap_is_wrong_even_where_the_whole_is_right()
    {
        var streamed = Ask(Ann, What, 1, 2, "a cat");
        var violation = Assert.Single(
            Check([streamed with { Answer = streamed.Answer! with { Broken = "word 3 came after word 1" } }], []));
        Assert.Equal(Promise.RightAnswers, violation.Promise);
        Assert.Contains("word 3 came after word 1", violation.What, StringComparison.Ordinal);
    }

    [Fact]
    public void An_acknowledged_upload_that_cannot_be_read_back_is_lost()
    {
        var violations = Check([Upload(Ann, 0, 1), Upload(Bob, 0, 1)], [], new() { [Ann] = Ann, [Bob] = null });
        Assert.Equal(Promise.KeptUploads, Assert.Single(violations).Promise);
    }

    [Fact]
    public void An_upload_that_nobody_read_back_is_lost() =>
        Assert.Equal(Promise.KeptUploads, Assert.Single(Check([Upload(Ann, 0, 1)], [], [])).Promise);

    [Fact]
    public void An_upload_whose_bytes_are_others_is_lost() =>
        Assert.Equal(Promise.KeptUploads, Assert.Single(Check([Upload(Ann, 0, 1)], [], new() { [Ann] = Bob })).Promise);

    [Fact]
    public void An_upload_that_was_not_acknowledged_may_be_lost() => Assert.Empty(Check(
        [Upload(Ann, 10, 11) with { Error = "connection" }], [new(DisturbanceKind.Kill, "silo-1", 10.5, 13)], []));

    [Fact]
    public void Two_encodings_of_an_image_are_one_too_many()
    {
        var violation = Assert.Single(Check(
            [Ask(Ann, What, 1, 2, "a cat", encoded: 25.1), Ask(Ann, Why, 3, 4, "it sleeps", encoded: 24.9)], []));
        Assert.Equal((Promise.EncodedOnce, 4), (violation.Promise, violation.At));
    }

    [Fact]
    public void A_silo_that_died_in_between_excuses_one_encoding_and_no_more()
    {
        Operation[] operations =
        [
            Ask(Ann, What, 1, 2, "a cat", encoded: 25.1),
            Ask(Ann, Why, 12, 13, "it sleeps", encoded: 24.9),
            Ask(Ann, What, 14, 15, "a cat", encoded: 24.7),
        ];
        Disturbance died = new(DisturbanceKind.Kill, "silo-1", 10, 13);

        Assert.Empty(Check(operations[..2], [died]));
        Assert.Equal(
            (Promise.EncodedOnce, 15), Assert.Single(Check(operations, [died]).Select(violation => (violation.Promise, violation.At))));
    }

    [Fact]
    public void A_silo_that_died_long_before_or_only_afterwards_excuses_nothing()
    {
        Operation[] operations = [Ask(Ann, What, 30, 31, "a cat", encoded: 25.1), Ask(Ann, Why, 32, 33, "it sleeps", encoded: 24.9)];

        Assert.Equal(Promise.EncodedOnce, Assert.Single(Check(operations, [new(DisturbanceKind.Kill, "silo-1", 10, 13)])).Promise);
        Assert.Equal(Promise.EncodedOnce, Assert.Single(Check(operations, [new(DisturbanceKind.Kill, "silo-1", 40, 43)])).Promise);
    }

    [Fact]
    public void An_error_while_every_silo_was_there_is_not_explained()
    {
        var failed = Ask(Ann, What, 50, 51, "a cat") with { Error = "503", Answer = null };
        Disturbance[] disturbances = [new(DisturbanceKind.Kill, "silo-1", 10, 13), new(DisturbanceKind.Kill, "silo-2", 60, 63)];

        Assert.Equal(Promise.ExplainedErrors, Assert.Single(Check([failed], disturbances)).Promise);
    }

    [Theory]
    // In flight when the silo died.
    [InlineData(9, 11)]
    // While it was away.
    [InlineData(11, 12)]
    // Shortly after it was back.
    [InlineData(16, 17)]
    public void An_error_around_a_death_is_explained_by_it(double start, double end)
    {
        var failed = Ask(Ann, What, start, end, "a cat") with { Error = "503", Answer = null };
        var history = Of([failed], [new(DisturbanceKind.Kill, "silo-1", 10, 13)]);

        Assert.Empty(HistoryChecker.Check(history));
        Assert.Equal("silo-1", HistoryChecker.Explain(history, start, end)?.Silo);
    }

    [Fact]
    public void A_silo_that_never_came_back_explains_all_that_follows() => Assert.Empty(Check(
        [Ask(Ann, What, 500, 501, "a cat") with { Error = "503", Answer = null }], [new(DisturbanceKind.Kill, "silo-1", 10, null)]));

    [Fact]
    public void An_operation_that_never_returns_is_a_violation_of_its_own() =>
        Assert.Equal(
            Promise.EveryoneReturns, Assert.Single(Check([Ask(Ann, What, 1, 2, "a cat") with { End = null, Answer = null }], [])).Promise);

    private static IReadOnlyList<Violation> Check(
        Operation[] operations, Disturbance[] disturbances, Dictionary<string, string?>? readBack = null) =>
        HistoryChecker.Check(Of(operations, disturbances, readBack));

    private static RunHistory Of(Operation[] operations, Disturbance[] disturbances, Dictionary<string, string?>? readBack = null) => new()
    {
        Operations = operations,
        Disturbances = disturbances,
        References = References,
        ReadBack = readBack ?? new() { [Ann] = Ann, [Bob] = Bob },
    };

    private static Operation Upload(string image, double start, double end) =>
        new() { Kind = OperationKind.Upload, Client = 1, Start = start, End = end, Image = image };

    private static Operation Ask(string image, string question, double start, double end, string answer, double? encoded = null) => new()
    {
        Kind = OperationKind.Ask,
        Client = 1,
        Start = start,
        End = end,
        Image = image,
        Question = question,
        Answer = new Heard(image, answer, encoded),
    };
}
