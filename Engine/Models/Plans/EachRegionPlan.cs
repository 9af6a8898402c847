namespace Loupe.Engine.Models.Plans;

/// <summary>
/// A task of a model that reads one region at a time: several are asked about side by side, and every one comes back with its text.
/// </summary>
public abstract class EachRegionPlan : TaskPlan
{
    /// <summary>Regions that the model takes in one reading.</summary>
    protected abstract int Together { get; }

    public override async Task<Answered> AnswerAsync(
        IQuestionStages stages, CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var asked = question.Prompt.Regions;
        if (asked.Count <= Together)
        {
            return await stages.SayAsync(question, emit, cancellation);
        }

        var words = new List<Word>();
        var regions = new List<FoundRegion>(asked.Count);
        var said = await stages.SayAllAsync(
            asked.Select(region => question with { Prompt = Several.PromptOf(region, question.Prompt.Size) }),
            (k, answer) =>
            {
                foreach (var word in answer.Said.Words)
                {
                    emit(new WordPart(words.Count, word));
                    words.Add(word);
                }

                var found = new FoundRegion { Box = asked[k].Bounds, Score = Sureness(answer.Said.Words), Text = answer.Said.Text };
                emit(new RegionPart(k, found));
                regions.Add(found);
            },
            cancellation);
        return new Answered(
            new Utterance
            {
                Text = string.Join('\n', said.Select(answer => answer.Said.Text)),
                Words = words,
                Regions = regions,
                Finish = said.Any(answer => answer.Said.Finish == Finish.Length) ? Finish.Length : Finish.Stop,
            },
            said.Select(answer => answer.Features).Max(),
            said.Prefixes(),
            said.Longest());
    }

    // The geometric mean, so that a long text is not taken for a doubtful one.
    private static double Sureness(IReadOnlyList<Word> words) =>
        words.Count == 0 ? 0 : Math.Exp(words.Average(word => Math.Log(Math.Max(word.Confidence, double.Epsilon))));
}
