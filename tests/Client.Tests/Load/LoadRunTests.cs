using System.Runtime.CompilerServices;
using System.Text.Json;
using Loupe.Command.Evaluation.Dataset;
using Loupe.Command.Load;

namespace Loupe.Client.Tests.Load;

public sealed class LoadRunTests
{
    private static readonly QuestionMix Mix = new([("id", new() { File = "a.png", Width = 10, Height = 10 })], 0);

    private static Task<LoadSample?> AskAsync(ILoadTarget target, int? hangsUpAfter, CancellationToken cancellationToken = default) =>
        new LoadClient(target, Mix, new(), TimeProvider.System, 0).AskAsync(new("id"), hangsUpAfter, cancellationToken);

    [Fact]
    public async Task A_whole_answer_counts_its_words()
    {
        var sample = await AskAsync(new FakeTarget(3), null);
        Assert.Equal((LoadEnd.Answered, 3), (sample!.End, sample.Words));
        Assert.NotNull(sample.FirstWord);
    }

    [Fact]
    public async Task Hanging_up_closes_the_stream_before_its_end()
    {
        var target = new FakeTarget(3);
        var sample = await AskAsync(target, 1);
        Assert.Equal((LoadEnd.HungUp, 2), (sample!.End, sample.Words));
        Assert.Equal((2, 1), (target.Given, target.Closed));
    }

    [Fact]
    public async Task An_answer_that_is_over_sooner_was_not_hung_up_on() =>
        Assert.Equal(LoadEnd.Answered, (await AskAsync(new FakeTarget(1), 2))!.End);

    [Fact]
    public async Task A_stream_that_ends_without_the_answer_is_a_failure()
    {
        var sample = await AskAsync(new FakeTarget(2) { Ends = false }, null);
        Assert.Equal((LoadEnd.Failed, "cut short"), (sample!.End, sample.Failure));
    }

    [Fact]
    public async Task A_failure_is_counted_by_its_kind()
    {
        var sample = await AskAsync(new FakeTarget(2) { Fails = true }, null);
        Assert.Equal((LoadEnd.Failed, "InvalidOperationException"), (sample!.End, sample.Failure));
    }

    [Fact]
    public async Task What_the_end_of_the_load_breaks_off_counts_for_nothing() =>
        Assert.Null(await AskAsync(new FakeTarget(2), null, new CancellationToken(canceled: true)));

    [Fact]
    public async Task Every_question_of_every_client_ends_in_one_of_three_ways()
    {
        var target = new FakeTarget(4);
        var options = new LoadOptions { Clients = 8, Duration = TimeSpan.FromMilliseconds(100), HangUp = 0.5 };
        var report = await new LoadRun(target, Mix, options, TimeProvider.System).RunAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(target.Asked, report.Answered + report.HungUp + report.Failed);
        Assert.Equal(target.Given, report.Words);
        Assert.True(report is { Answered: > 0, HungUp: > 0, Failed: 0 });
    }

    // 1 to 100: nearest rank ⌈0.5 · 100⌉ = 50, ⌈0.95 · 100⌉ = 95, 99. Of three values: ranks 2, 3, 3.
    [Fact]
    public void Quantiles_are_by_nearest_rank()
    {
        Assert.Equal(new Quantiles(50, 95, 99), Quantiles.Of([.. Enumerable.Range(1, 100).Reverse().Select(i => (double)i)]));
        Assert.Equal(new Quantiles(7, 9, 9), Quantiles.Of([9, 5, 7]));
        Assert.True(double.IsNaN(Quantiles.Of([]).P50));
    }

    // Two answers of 10 and 30 words and one hung up on after 4, in two seconds: 44 / 2 words and 3 / 2 questions a second.
    [Fact]
    public void The_report_tells_rates_errors_and_quantiles()
    {
        var totals = new LoadTotals();
        totals.Add(new(LoadEnd.Answered, 10, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(20), null));
        totals.Add(new(LoadEnd.Answered, 30, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(40), null));
        totals.Add(new(LoadEnd.HungUp, 4, TimeSpan.FromMilliseconds(1), null, null));
        totals.Add(new(LoadEnd.Failed, 0, TimeSpan.FromMilliseconds(1), null, "overloaded"));
        using var json = JsonDocument.Parse(LoadJson.Write(totals.Report(TimeSpan.FromSeconds(2)), new LoadOptions()));
        var root = json.RootElement;
        Assert.Equal(22, root.GetProperty("wordsPerSecond").GetDouble());
        Assert.Equal(1.5, root.GetProperty("questionsPerSecond").GetDouble());
        Assert.Equal(1, root.GetProperty("hungUp").GetInt64());
        Assert.Equal("""{"overloaded":1}""", JsonSerializer.Serialize(root.GetProperty("errors")));
        Assert.Equal("""{"p50":100,"p95":300,"p99":300}""", JsonSerializer.Serialize(root.GetProperty("latencyMs")));
        Assert.Equal("""{"p50":20,"p95":40,"p99":40}""", JsonSerializer.Serialize(root.GetProperty("firstWordMs")));
    }

    private sealed class FakeTarget(int words) : ILoadTarget
    {
        private long _asked;
        private long _given;
        private long _closed;

        public bool Ends { get; init; } = true;

        public bool Fails { get; init; }

        public long Asked => _asked;

        public long Given => _given;

        public long Closed => _closed;

        public string KindOf(Exception failure) => failure.GetType().Name;

        public async IAsyncEnumerable<AnswerPart> StreamAsync(
            Question question, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                for (var i = 0; i < words; i++)
                {
                    await Task.Yield();
                    Interlocked.Increment(ref _given);
                    yield return new WordPart(i, new() { Text = "word", Point = default, Box = default, Confidence = 1 });
                }

                if (Fails)
                {
                    throw new InvalidOperationException();
                }

                if (Ends)
                {
                    yield return new DonePart(new() { Id = "", Image = "id", Task = question.Task, Text = "", Model = new("fake", "0") });
                }
            }
            finally
            {
                Interlocked.Increment(ref _closed);
            }
        }
    }
}
