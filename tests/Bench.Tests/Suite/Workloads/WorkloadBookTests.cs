using System.Text.Json;
using Loupe.Bench.Output;
using Loupe.Bench.Suite;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Tests.Suite.Workloads;

public sealed class WorkloadBookTests
{
    private static readonly SceneBook Scenes = SceneBook.Load(BundleFolder.Of(null));
    private static readonly WorkloadBook Book = new(Scenes, SuiteSizes.Quick, seed: 1);

    public static TheoryData<string> Closed => new(
        WorkloadNames.All.Select(workload => workload.Name).Where(name => name != WorkloadNames.OpenLoop));

    [Theory]
    [MemberData(nameof(Closed))]
    public void The_same_seed_gives_the_same_work_and_another_seed_other_work(string workload)
    {
        Assert.Equal(Text(Book.Plan(workload, 1)), Text(new WorkloadBook(Scenes, SuiteSizes.Quick, seed: 1).Plan(workload, 1)));
        if (workload != WorkloadNames.Upload)
        {
            Assert.NotEqual(Text(Book.Plan(workload, 1)), Text(new WorkloadBook(Scenes, SuiteSizes.Quick, seed: 2).Plan(workload, 1)));
        }
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void No_round_asks_about_a_picture_of_another(string workload)
    {
        if (workload == WorkloadNames.Zipf)
        {
            // Its pictures stay, its questions do not.
            Assert.Empty(Book.Plan(workload, 1).Uploads);
            Assert.Empty(Book.Plan(workload, 0).Asks.Select(Text).Intersect(Book.Plan(workload, 1).Asks.Select(Text)));
            return;
        }

        Assert.Empty(Book.Plan(workload, 0).Pictures.Intersect(Book.Plan(workload, 1).Pictures));
    }

    [Theory]
    [MemberData(nameof(Closed))]
    public void Nearly_every_question_of_a_plan_is_new_so_that_no_memo_of_answers_is_measured(string workload)
    {
        var asked = Book.Plan(workload, 0).Asks.Where(ask => ask.Question is not null).Select(Text).ToList();
        Assert.True(asked.Distinct().Count() >= 0.95 * asked.Count, $"{asked.Distinct().Count()} of {asked.Count}");
    }

    [Fact]
    public void Four_of_five_questions_are_about_an_image_seen_before()
    {
        var asks = Book.Plan(WorkloadNames.Reuse80, 0).Asks;
        HashSet<int> seen = [];
        Assert.Equal(0.2, asks.Count(ask => seen.Add(ask.Picture)) / (double)asks.Count, 2);
    }

    [Fact]
    public void Thirty_two_questions_are_about_four_places_or_eight()
    {
        Assert.All(Book.Plan(WorkloadNames.Reuse32, 0).Asks.GroupBy(ask => ask.Picture), image => Assert.Equal((32, 4), Counts(image)));
        Assert.All(Book.Plan(WorkloadNames.Regions, 0).Asks.GroupBy(ask => ask.Picture), image => Assert.Equal((32, 8), Counts(image)));

        static (int Questions, int Places) Counts(IEnumerable<Ask> asks) =>
            (asks.Select(Text).Distinct().Count(), asks.Select(ask => JsonSerializer.Serialize(ask.Question!.Regions)).Distinct().Count());
    }

    [Fact]
    public void Rates_of_the_open_loop_share_no_picture()
    {
        var (half, full) = (Book.OpenLoop(0, 50, 10), Book.OpenLoop(0, 100, 20));
        Assert.Empty(half.Pictures.Intersect(full.Pictures));
        Assert.Equal(20, half.Asks.Count);
        Assert.Equal(40, full.Asks.Count);
    }

    private static string Text(Plan plan) =>
        string.Join('\n', plan.Uploads.Select(number => $"{number}").Concat(plan.WarmUp.Concat(plan.Asks).Select(Text)));

    private static string Text(Ask ask) =>
        $"{ask.Picture} {ask.Uploads} {ask.Streams} {ask.Kind} {JsonSerializer.Serialize(ask.Question, LoupeJson.Default.Question)}";
}
