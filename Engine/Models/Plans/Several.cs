using Loupe.Engine.Models.Questions;

namespace Loupe.Engine.Models.Plans;

/// <summary>Questions that are parts of one: each has its own sequence, whose rows share the queues with everybody else's.</summary>
public static class Several
{
    /// <summary>Asks all at once; tells of them in their order, each as soon as it and those before it are answered.</summary>
    /// <returns>All answers, in order.</returns>
    public static async Task<IReadOnlyList<Answered>> SayAllAsync(
        this IQuestionStages stages, IEnumerable<CanonicalQuestion> questions, Action<int, Answered> tell, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = questions.Select(question => stages.SayAsync(question, static _ => { }, stop.Token)).ToList();
        var answers = new List<Answered>(asked.Count);
        try
        {
            foreach (var answer in asked)
            {
                answers.Add(await answer);
                tell(answers.Count - 1, answers[^1]);
            }
        }
        catch
        {
            await stop.CancelAsync();
            foreach (var answer in asked)
            {
                await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw;
        }

        return answers;
    }

    /// <summary>What answers that ran side by side took: the longest counts.</summary>
    public static Timing Longest(this IReadOnlyList<Answered> answers)
    {
        double Of(Func<Timing, double> part) => answers.Select(answer => part(answer.Timing)).DefaultIfEmpty().Max();

        return new Timing
        {
            QueueMs = Of(timing => timing.QueueMs),
            EncodeMs = Of(timing => timing.EncodeMs),
            RegionMs = Of(timing => timing.RegionMs),
            DecodeMs = Of(timing => timing.DecodeMs),
        };
    }

    /// <summary>Whether all prefixes were there already.</summary>
    public static MemoReuse Prefixes(this IReadOnlyList<Answered> answers) =>
        answers.Count > 0 && answers.All(answer => answer.Prefix == MemoReuse.Hit) ? MemoReuse.Hit : MemoReuse.Miss;

    /// <summary>The prompt of one region.</summary>
    public static RegionPrompt PromptOf(Region region, ImageSize size)
    {
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize([region], size, errors);
        errors.ThrowIfAny();
        return prompt;
    }
}
