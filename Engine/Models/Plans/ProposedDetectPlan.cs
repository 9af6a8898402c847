namespace Loupe.Engine.Models.Plans;

/// <summary>Dense captioning by proposals.</summary>
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

        var regions = new List<FoundRegion>(found.Value.Count);
        var described = await stages.SayAllAsync(
            found.Value.Select(proposal => QuestionAbout(proposal, question)),
            (k, description) =>
            {
                var region = new FoundRegion { Box = found.Value[k].Box, Score = found.Value[k].Score, Text = description.Said.Text };
                emit(new RegionPart(k, region));
                regions.Add(region);
            },
            cancellation);
        var timing = described.Longest();
        return new Answered(
            new Utterance { Text = string.Join(", ", regions.Select(region => region.Text)), Regions = regions },
            features.Found,
            described.Prefixes(),
            timing with
            {
                QueueMs = timing.QueueMs + (features.Queued + found.Queued).TotalMilliseconds,
                EncodeMs = features.Device.TotalMilliseconds,
                RegionMs = timing.RegionMs + found.Device.TotalMilliseconds,
            });
    }

    /// <summary>What is asked about a proposal.</summary>
    /// <param name="proposal">Pixels of the original image.</param>
    /// <param name="question">For detection.</param>
    public CanonicalQuestion QuestionAbout(Proposal proposal, CanonicalQuestion question) =>
        new(asked, Several.PromptOf(new Region { Box = proposal.Box }, question.Prompt.Size), string.Empty, question.MaxWords);
}
