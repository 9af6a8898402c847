using Loupe.Engine.Models.Questions;

namespace Loupe.Engine.Models.Plans;

/// <summary>
/// Dense captioning by proposals: each is a question of its own, whose sequences share the queues with everybody else's.
/// </summary>
/// <param name="asked">The task that is asked about every proposal.</param>
public sealed class ProposedDetectPlan(VisionTask asked) : DetectPlan
{
    public override async Task<Answered> AnswerAsync(
        IQuestionStages stages, CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        Timed<IReadOnlyList<Proposal>> found;
        var features = await stages.FeaturesAsync(cancellation);
        using (features)
        {
            found = await stages.ProposeAsync(features, question.Prompt.Size, cancellation);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var describing = found.Value
            .Select(proposal => stages.SayAsync(QuestionAbout(proposal, question), static _ => { }, stop.Token)).ToList();
        var parts = new List<Answered>(describing.Count);
        var regions = new List<FoundRegion>(describing.Count);
        try
        {
            foreach (var (proposal, description) in found.Value.Zip(describing))
            {
                var described = await description;
                var region = new FoundRegion { Box = proposal.Box, Score = proposal.Score, Text = described.Said.Text };
                emit(new RegionPart(regions.Count, region));
                regions.Add(region);
                parts.Add(described);
            }
        }
        catch
        {
            await stop.CancelAsync();
            foreach (var description in describing)
            {
                await ((Task)description).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            throw;
        }

        // The descriptions run side by side, so the longest counts.
        double Longest(Func<Timing, double> of) => parts.Select(part => of(part.Timing)).DefaultIfEmpty().Max();

        return new Answered(
            new Utterance { Text = string.Join(", ", regions.Select(region => region.Text)), Regions = regions },
            features.Found,
            parts.Count > 0 && parts.All(part => part.Prefix == MemoReuse.Hit) ? MemoReuse.Hit : MemoReuse.Miss,
            new Timing
            {
                QueueMs = (features.Queued + found.Queued).TotalMilliseconds + Longest(timing => timing.QueueMs),
                EncodeMs = features.Device.TotalMilliseconds,
                RegionMs = found.Device.TotalMilliseconds + Longest(timing => timing.RegionMs),
                DecodeMs = Longest(timing => timing.DecodeMs),
            });
    }

    /// <summary>What is asked about a proposal.</summary>
    /// <param name="proposal">Pixels of the original image.</param>
    /// <param name="question">For detection.</param>
    public CanonicalQuestion QuestionAbout(Proposal proposal, CanonicalQuestion question)
    {
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize([new Region { Box = proposal.Box }], question.Prompt.Size, errors);
        errors.ThrowIfAny();
        return new CanonicalQuestion(asked, prompt, string.Empty, question.MaxWords);
    }
}
