using System.Diagnostics;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;
using Loupe.Engine.Models;

namespace Loupe.Bench.Suite.Limit;

/// <summary>
/// What the model can do on this machine without a server: everything is known beforehand and done stage by stage, with
/// the layout that a search found best; one client's questions are done one by one, with the layout that is quickest so.
/// </summary>
internal sealed class LimitTarget : Target
{
    private readonly string _bundle;
    private readonly ILocalizedModel _model;
    private readonly SceneBook _book;
    private LimitCrew _many;
    private LimitCrew _single;
    private LimitWork _work;
    private IReadOnlyList<LimitQuestion> _questions = [];

    private LimitTarget(string bundle, SceneBook book, LimitLayout many, LimitLayout single)
        : base(TargetNames.Limit)
    {
        (_bundle, _book, Many, Single) = (bundle, book, many, single);
        _model = LimitCrew.Load(bundle, single);
        _many = new LimitCrew(bundle, book, many);
        _single = new LimitCrew(bundle, book, single);
        _work = new LimitWork(_model, book);
    }

    /// <summary>The layout for many questions at once.</summary>
    public LimitLayout Many { get; private set; }

    /// <summary>The layout for one question at a time.</summary>
    public LimitLayout Single { get; private set; }

    /// <summary>Opens the graphs with a layout that is likely good; <see cref="Search"/> finds the best.</summary>
    public static LimitTarget Open(string bundle, SceneBook book) =>
        new(bundle, book, new(Environment.ProcessorCount, 1, false, 1, 1, 16), new(1, Environment.ProcessorCount, true, 1, 1, 1));

    /// <summary>Tries layouts on a plan and keeps the best: for many at once, and for one at a time.</summary>
    /// <param name="plan">Of warm and cold images.</param>
    /// <param name="isQuick">Whether to try the likeliest alone.</param>
    /// <param name="tell">Hears what was tried.</param>
    public void Search(Plan plan, bool isQuick, Action<string> tell)
    {
        foreach (var layout in LimitSearch.Candidates(Environment.ProcessorCount, isQuick))
        {
            var crew = new LimitCrew(_bundle, _book, layout);
            var isOne = layout.Rows == 1;
            var (tried, best) = (isOne ? TimeOne(crew, plan) : Time(crew, plan), isOne ? TimeOne(_single, plan) : Time(_many, plan));
            tell(FormattableString.Invariant($"limit, {(isOne ? "one by one" : "many")}: {layout}: {tried:0} ms, best so far {best:0} ms"));
            if (tried >= best)
            {
                crew.Dispose();
            }
            else if (isOne)
            {
                _single.Dispose();
                (_single, Single) = (crew, layout);
            }
            else
            {
                _many.Dispose();
                (_many, Many) = (crew, layout);
            }
        }
    }

    public override Task PrepareAsync(Plan plan, CancellationToken cancellation)
    {
        _work.Dispose();
        _work = new LimitWork(_model, _book);
        _many.Run([.. plan.WarmUp.Select(ask => _work.Read(ask.Picture, ask.Question!))], _work);
        _questions = Read(plan, _work);
        return Task.CompletedTask;
    }

    public override Task<Outcome> RunAsync(Plan plan, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        if (plan.Clients == 1)
        {
            var done = new Done[_questions.Count];
            for (var i = 0; i < done.Length; i++)
            {
                var start = Stopwatch.GetElapsedTime(began).TotalSeconds;
                _single.Run([_questions[i]], _work);
                done[i] = new Done(start, double.NaN, Stopwatch.GetElapsedTime(began).TotalSeconds, 0, true, plan.Asks[i].Kind);
            }

            return Task.FromResult(new Outcome(Stopwatch.GetElapsedTime(began).TotalSeconds, done));
        }

        _many.Run(_questions, _work);
        return Task.FromResult(new Outcome(
            Stopwatch.GetElapsedTime(began).TotalSeconds,
            [.. plan.Asks.Select(ask => new Done(double.NaN, double.NaN, double.NaN, 0, true, ask.Kind))]));
    }

    public override IReadOnlyList<string?> Said() => [.. _questions.Select(question => question.Said())];

    public override ValueTask DisposeAsync()
    {
        _many.Dispose();
        _single.Dispose();
        _work.Dispose();
        _model.Dispose();
        return ValueTask.CompletedTask;
    }

    private static IReadOnlyList<LimitQuestion> Read(Plan plan, LimitWork work) =>
        [.. plan.Asks.Select(ask => work.Read(ask.Picture, ask.Question!))];

    private double Time(LimitCrew crew, Plan plan) => TimeOf(work => crew.Run(Read(plan, work), work));

    private double TimeOne(LimitCrew crew, Plan plan) => TimeOf(work =>
    {
        foreach (var question in Read(plan, work))
        {
            crew.Run([question], work);
        }
    });

    private double TimeOf(Action<LimitWork> run)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < 2; i++)
        {
            using var work = new LimitWork(_model, _book);
            var began = Stopwatch.GetTimestamp();
            run(work);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return best;
    }
}
