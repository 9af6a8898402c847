using Loupe.Bench.Chaos;
using Loupe.Client;

namespace Loupe.Bench.Autoscale;

/// <summary>
/// Who comes: at the times of the curve, however busy the cluster is, somebody uploads a picture that nobody has seen
/// and asks two questions about it.
/// </summary>
internal sealed class Visits
{
    private const int QuestionsEach = 2;

    private readonly AutoscaleOptions _options;
    private readonly IReadOnlyList<(double At, Picture Picture, IReadOnlyList<(string Name, Question Question)> Questions)> _all;

    public Visits(AutoscaleOptions options, LoadCurve curve)
    {
        _options = options;
        _all = [.. curve.Arrivals(new Random(options.Seed)).Select((at, i) =>
        {
            var file = Pictures.Png(unchecked((options.Seed * 1_000_000) + i));
            return (at, new Picture(Pictures.IdOf(file), file), Questions(i));
        })];
    }

    public int Count => _all.Count;

    /// <summary>Every picture with what will be asked about it.</summary>
    public IEnumerable<(Picture Picture, IReadOnlyList<(string Name, Question Question)> Questions)> Asked =>
        _all.Select(visit => (visit.Picture, visit.Questions));

    /// <summary>Lets everybody come, and returns once all have gone.</summary>
    public async Task RunAsync(LoupeClient client, Recorder recorder, double start, CancellationToken cancellation)
    {
        List<Task> visits = [];
        foreach (var (number, visit) in _all.Index())
        {
            var wait = start + visit.At - recorder.Now;
            if (wait > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), cancellation);
            }

            var caller = new PatientCaller(number, _options.Patience, () => client, recorder);
            visits.Add(Task.Run(() => VisitAsync(caller, visit.Picture, visit.Questions, cancellation), cancellation));
        }

        await Task.WhenAll(visits);
    }

    private static async Task VisitAsync(
        PatientCaller caller, Picture picture, IReadOnlyList<(string Name, Question Question)> questions, CancellationToken cancellation)
    {
        if (await caller.UploadAsync(picture, cancellation))
        {
            foreach (var (name, question) in questions)
            {
                await caller.AskAsync(picture.Id, name, question, cancellation);
            }
        }
    }

    private static IReadOnlyList<(string Name, Question Question)> Questions(int visit) =>
        [.. Enumerable.Range(0, QuestionsEach).Select(i => QuestionList.All[((visit * QuestionsEach) + i) % QuestionList.All.Count])];
}
