using Loupe.Engine.Batching;
using Loupe.Engine.Decoding;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;

namespace Loupe.Engine.Stages;

/// <summary>
/// One question through region and decode; <c>segment</c> then draws the mask of what was found. <c>detect</c> is such a question for every proposal: their prefixes and
/// sequences share the queues with everybody else's.
/// </summary>
public sealed class AnswerStage(
    ILocalizedModel model,
    EncodeStage encode,
    RegionStage region,
    BatchQueue<ProposalRequest, IReadOnlyList<Proposal>>? proposals,
    MaskStage? masks,
    DecodeLoop decode,
    EngineMetrics metrics)
{
    /// <summary>Answers a question; parts go to <paramref name="emit"/> as they become known.</summary>
    public async Task<Answered> AnswerAsync(
        ImageKey image, CanonicalQuestion question, Priority priority, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        try
        {
            var answered = await (question.Task switch
            {
                VisionTask.Detect => DetectAsync(image, question, priority, emit, cancellation),
                VisionTask.Segment => SegmentAsync(image, question, priority, emit, cancellation),
                _ => SayAsync(image, question, priority, emit, cancellation),
            });
            metrics.Request(Features.Stage.Decode, "ok");
            return answered;
        }
        catch (OperationCanceledException)
        {
            metrics.Request(Features.Stage.Decode, "cancelled");
            throw;
        }
        catch
        {
            metrics.Request(Features.Stage.Decode, "failed");
            throw;
        }
    }

    private async Task<Answered> SayAsync(
        ImageKey image, CanonicalQuestion question, Priority priority, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var read = await region.GetAsync(image, question.Prompt, priority, cancellation);
        using var span = EngineSpans.Start("decode");
        Sequence sequence;
        try
        {
            sequence = decode.Start(model.Generations.Create(question), read.Prefix.Lease, priority, cancellation);
        }
        catch
        {
            read.Prefix.Lease.Dispose();
            throw;
        }

        await foreach (var part in sequence.Parts.ReadAllAsync(CancellationToken.None))
        {
            emit(part);
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
            read.Prefix.Found == FeatureReuse.Hit ? MemoReuse.Hit : MemoReuse.Miss,
            new Timing
            {
                QueueMs = ((features?.Queued ?? TimeSpan.Zero) + read.Prefix.Queued + outcome.Queued).TotalMilliseconds,
                EncodeMs = features?.Device.TotalMilliseconds ?? 0,
                RegionMs = read.Prefix.Device.TotalMilliseconds,
                DecodeMs = outcome.Decoding.TotalMilliseconds,
            });
    }

    private async Task<Answered> DetectAsync(
        ImageKey image, CanonicalQuestion question, Priority priority, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        var features = await encode.GetAsync(image, priority, cancellation);
        BatchResult<IReadOnlyList<Proposal>> found;
        using (features.Lease)
        using (var span = EngineSpans.Start("detect"))
        {
            found = await proposals!.EnqueueAsync(new ProposalRequest(features.Lease.Value, question.Prompt.Size), priority, cancellation);
            span.TagDevice(found.Queued, found.Device, found.BatchSize);
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asked = found.Value.Select(proposal => DescribeAsync(image, question, proposal, priority, stop.Token)).ToList();
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
            features.Found,
            parts.Count > 0 && parts.All(part => part.Prefix == MemoReuse.Hit) ? MemoReuse.Hit : MemoReuse.Miss,
            // The descriptions run side by side, so the longest counts.
            new Timing
            {
                QueueMs = (features.Queued + found.Queued).TotalMilliseconds + parts.Select(part => part.Timing.QueueMs).DefaultIfEmpty().Max(),
                EncodeMs = features.Device.TotalMilliseconds,
                RegionMs = found.Device.TotalMilliseconds + parts.Select(part => part.Timing.RegionMs).DefaultIfEmpty().Max(),
                DecodeMs = parts.Select(part => part.Timing.DecodeMs).DefaultIfEmpty().Max(),
            });
    }

    private async Task<Answered> SegmentAsync(
        ImageKey image, CanonicalQuestion question, Priority priority, Action<AnswerPart> emit, CancellationToken cancellation)
    {
        // Held from the beginning, so that what the region stage reads is still there for the mask.
        var features = await encode.GetAsync(image, priority, cancellation);
        using var held = features.Lease;
        var located = await SayAsync(image, question, priority, static _ => { }, cancellation);
        var timing = located.Timing;
        var regions = new List<FoundRegion>(located.Said.Regions.Count);
        foreach (var found in located.Said.Regions)
        {
            var masked = await masks!.DrawAsync(found, held.Value, question.Prompt.Size, priority, cancellation);
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
            features.Found,
            located.Prefix,
            timing with
            {
                QueueMs = timing.QueueMs + features.Queued.TotalMilliseconds,
                EncodeMs = timing.EncodeMs + features.Device.TotalMilliseconds,
            });
    }

    private Task<Answered> DescribeAsync(
        ImageKey image, CanonicalQuestion question, Proposal proposal, Priority priority, CancellationToken cancellation)
    {
        var errors = new Questions.FieldErrors();
        var prompt = Questions.RegionCanonicalizer.Canonicalize([new Region { Box = proposal.Box }], question.Prompt.Size, errors);
        errors.ThrowIfAny();
        var description = new CanonicalQuestion(model.Proposer!.Task, prompt, string.Empty, question.MaxWords);
        return SayAsync(image, description, priority, static _ => { }, cancellation);
    }
}

/// <summary>An element of a proposal batch.</summary>
public sealed record ProposalRequest(StageValue Features, ImageSize Size);

/// <summary>What was said, and what it took. <see cref="Loupe.Timing"/>'s total is the caller's to fill.</summary>
public sealed record Answered(Utterance Said, FeatureReuse Features, MemoReuse Prefix, Timing Timing);
