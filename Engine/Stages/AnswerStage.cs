using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Plans;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>A question by its task's plan, over readings of its image.</summary>
internal sealed class AnswerStage(
    ILocalizedModel model,
    BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? proposals,
    MaskStage? masks,
    DecodeLoop decode,
    EngineMetrics metrics)
{
    private readonly BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? _proposals = proposals;
    private readonly MaskStage? _masks = masks;

    /// <summary>Answers a question; parts go to <paramref name="emit"/> as they become known, on any thread.</summary>
    public Task<Answered> AnswerAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var plan = model.Grammar.PlanOf(question.Task)
            ?? throw LocalizerException.Invalid("task", $"the bundle {model.Bundle.Name} does not offer {question.Task.Name}");
        return metrics.CountAsync(
            Features.StageName.Decode, () => plan.AnswerAsync(new QuestionStages(this, readings, urgency), question, emit, cancellation));
    }

    private async Task<Answered> SayAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var read = await readings.PrefixAsync(model.Grammar.PromptOf(question), cancellation);
        using var span = EngineSpans.Start("decode");
        Sequence sequence;
        try
        {
            sequence = decode.Start(model.Generations.Create(question), read.Lease, urgency, emit, cancellation);
        }
        catch
        {
            read.Lease.Dispose();
            throw;
        }

        var outcome = await sequence.Outcome;
        metrics.Took(Features.StageName.Decode, outcome.Decoding);
        metrics.Words(outcome.Utterance.Words.Count);
        span?.SetTag(EngineSpans.Words, outcome.Utterance.Words.Count);
        span.TagDevice(outcome.Queued, outcome.Decoding, outcome.MeanBatch);
        var features = read.Features;
        return new Answered(
            outcome.Utterance,
            features?.Found ?? FeatureReuse.Hit,
            read.Took.Found == FeatureReuse.Hit ? MemoReuse.Hit : MemoReuse.Miss,
            new Timing
            {
                QueueMs = ((features?.Queued ?? TimeSpan.Zero) + read.Took.Queued + outcome.Queued).TotalMilliseconds,
                EncodeMs = features?.Device.TotalMilliseconds ?? 0,
                RegionMs = read.Took.Device.TotalMilliseconds,
                DecodeMs = outcome.Decoding.TotalMilliseconds,
            });
    }

    private sealed class QuestionStages(AnswerStage stage, IReadings readings, Urgency urgency) : IQuestionStages
    {
        public Task<Answered> SayAsync(CanonicalQuestion question, Action<AnswerPart> emit, CancellationToken cancellation) =>
            stage.SayAsync(readings, question, urgency, emit, cancellation);

        public async Task<IFeatures> FeaturesAsync(CancellationToken cancellation) => new Held(await readings.FeaturesAsync(cancellation));

        public async Task<Timed<IReadOnlyList<Proposal>>> ProposeAsync(IFeatures features, ImageSize size, CancellationToken cancellation)
        {
            using var span = EngineSpans.Start("detect");
            var queue = stage._proposals ?? throw new InvalidOperationException("The model proposes nothing.");
            var found = await queue.EnqueueAsync(new ProposalRequest(features.Value, size), urgency, cancellation);
            span.TagDevice(found.Queued, found.Device, found.BatchSize);
            return new(found.Value, found.Queued, found.Device);
        }

        public Task<Timed<FoundRegion>> DrawAsync(FoundRegion region, IFeatures features, ImageSize size, CancellationToken cancellation) =>
            (stage._masks ?? throw new InvalidOperationException("The model draws no masks."))
                .DrawAsync(region, features.Value, size, urgency, cancellation);
    }

    private sealed class Held(LeasedFeatures features) : IFeatures
    {
        public StageValue Value => features.Lease.Value;

        public FeatureReuse Found => features.Took.Found;

        public TimeSpan Queued => features.Took.Queued;

        public TimeSpan Device => features.Took.Device;

        public void Dispose() => features.Lease.Dispose();
    }
}

/// <summary>An element of a proposal batch.</summary>
internal sealed record ProposalRequest(StageValue Features, ImageSize Size);
