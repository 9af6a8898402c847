using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>
/// One question through decode, over readings of its image; <c>segment</c> then draws the mask of what was found.
/// <c>detect</c> is such a question for every proposal: their sequences share the queues with everybody else's.
/// </summary>
public sealed class AnswerStage(
    ILocalizedModel model,
    BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? proposals,
    MaskStage? masks,
    DecodeLoop decode,
    EngineMetrics metrics)
{
    /// <summary>Answers a question; parts go to <paramref name="emit"/> as they become known, on any thread.</summary>
    public Task<Answered> AnswerAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation) =>
        metrics.CountAsync(Features.Stage.Decode, () => question.Task switch
        {
            VisionTask.Detect => DetectAsync(readings, question, urgency, emit, cancellation),
            VisionTask.Segment => SegmentAsync(readings, question, urgency, emit, cancellation),
            _ => SayAsync(readings, question, urgency, emit, cancellation),
        });

    private async Task<Answered> SayAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var read = await readings.PrefixAsync(question.Prompt, cancellation);
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
        metrics.Took(Features.Stage.Decode, outcome.Decoding);
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

    private async Task<Answered> DetectAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var features = await readings.FeaturesAsync(cancellation);
        BatchResult<IReadOnlyList<Proposal>> found;
        using (features.Lease)
        using (var span = EngineSpans.Start("detect"))
        {
            found = await proposals!.EnqueueAsync(new ProposalRequest(features.Lease.Value, question.Prompt.Size), urgency, cancellation);
            span.TagDevice(found.Queued, found.Device, found.BatchSize);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = found.Value.Select(proposal => DescribeAsync(readings, question, proposal, urgency, stop.Token)).ToList();
        var parts = new List<Answered>(asked.Count);
        var regions = new List<FoundRegion>(asked.Count);
        try
        {
            foreach (var (proposal, describing) in found.Value.Zip(asked))
            {
                var described = await describing;
                var region = new FoundRegion { Box = proposal.Box, Score = proposal.Score, Text = described.Said.Text };
                emit(new RegionPart(regions.Count, region));
                regions.Add(region);
                parts.Add(described);
            }
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(asked).ContinueWith(_ => { }, TaskScheduler.Default);
            throw;
        }

        return new Answered(
            new Utterance { Text = string.Join(", ", regions.Select(region => region.Text)), Regions = regions },
            features.Took.Found,
            parts.Count > 0 && parts.All(part => part.Prefix == MemoReuse.Hit) ? MemoReuse.Hit : MemoReuse.Miss,
            // The descriptions run side by side, so the longest counts.
            new Timing
            {
                QueueMs = (features.Took.Queued + found.Queued).TotalMilliseconds + parts.Select(part => part.Timing.QueueMs).DefaultIfEmpty().Max(),
                EncodeMs = features.Took.Device.TotalMilliseconds,
                RegionMs = found.Device.TotalMilliseconds + parts.Select(part => part.Timing.RegionMs).DefaultIfEmpty().Max(),
                DecodeMs = parts.Select(part => part.Timing.DecodeMs).DefaultIfEmpty().Max(),
            });
    }

    private async Task<Answered> SegmentAsync(
        IReadings readings, CanonicalQuestion question, Urgency urgency, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        // Held from the beginning, so that what the region stage reads is still there for the mask.
        var features = await readings.FeaturesAsync(cancellation);
        using var held = features.Lease;
        var located = await SayAsync(readings, question, urgency, static _ => { }, cancellation);
        var timing = located.Timing;
        var regions = new List<FoundRegion>(located.Said.Regions.Count);
        foreach (var found in located.Said.Regions)
        {
            var masked = await masks!.DrawAsync(found, held.Value, question.Prompt.Size, urgency, cancellation);
            emit(new RegionPart(regions.Count, masked.Region));
            regions.Add(masked.Region);
            timing = timing with
            {
                QueueMs = timing.QueueMs + masked.Queued.TotalMilliseconds,
                DecodeMs = timing.DecodeMs + masked.Device.TotalMilliseconds,
            };
        }

        return new Answered(
            located.Said with { Regions = regions },
            features.Took.Found,
            located.Prefix,
            timing with
            {
                QueueMs = timing.QueueMs + features.Took.Queued.TotalMilliseconds,
                EncodeMs = timing.EncodeMs + features.Took.Device.TotalMilliseconds,
            });
    }

    private Task<Answered> DescribeAsync(
        IReadings readings, CanonicalQuestion question, Proposal proposal, Urgency urgency, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize([new Region { Box = proposal.Box }], question.Prompt.Size, errors);
        errors.ThrowIfAny();
        var description = new CanonicalQuestion(model.Proposer!.Task, prompt, string.Empty, question.MaxWords);
        return SayAsync(readings, description, urgency, static _ => { }, cancellation);
    }
}

/// <summary>An element of a proposal batch.</summary>
public sealed record ProposalRequest(StageValue Features, ImageSize Size);

/// <summary>What was said, and what it took. <see cref="Loupe.Timing"/>'s total is the caller's to fill.</summary>
public sealed record Answered(Utterance Said, FeatureReuse Features, MemoReuse Prefix, Timing Timing);
