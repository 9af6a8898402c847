using Loupe.Engine.Features;
using Loupe.Engine.Models;

namespace Loupe.Engine.Decoding;

/// <summary>One generation on its way through the decode loop.</summary>
internal sealed class Sequence
{
    private readonly TaskCompletionSource<SequenceOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Action<AnswerPart> _emit;

    internal Sequence(
        Generation generation, FeatureStore.Lease prefix, Action<AnswerPart> emit, long enqueued, CancellationToken cancellation)
    {
        Generation = generation;
        Prefix = prefix;
        _emit = emit;
        Enqueued = enqueued;
        Cancellation = cancellation;
        Lines = new SequenceLines(generation.Width);
    }

    /// <summary>What was said, how long it waited and how long it took.</summary>
    public Task<SequenceOutcome> Outcome => _outcome.Task;

    internal Generation Generation { get; }

    /// <summary>Held until the prefix is copied into a slot.</summary>
    internal FeatureStore.Lease Prefix { get; }

    internal long Enqueued { get; }

    internal long Joined { get; set; }

    internal CancellationToken Cancellation { get; }

    /// <summary>Ends the watch for cancellation.</summary>
    internal CancellationTokenRegistration Leaving { get; set; }

    /// <summary>Its slots, and what each reads next.</summary>
    internal SequenceLines Lines { get; }

    /// <summary>Positions filled in each of its slots.</summary>
    internal int Past { get; set; }

    /// <summary>Tokens read after the prompt.</summary>
    internal int Read { get; set; }

    /// <summary>Steps it was part of.</summary>
    internal int Steps { get; set; }

    /// <summary>Rows of those steps, its own included.</summary>
    internal int Beside { get; set; }

    internal void Emit(AnswerPart part) => _emit(part);

    internal void Complete(SequenceOutcome outcome)
    {
        Leaving.Dispose();
        _outcome.TrySetResult(outcome);
    }

    internal void Fail(Exception error)
    {
        if (error is OperationCanceledException)
        {
            _outcome.TrySetCanceled(Cancellation);
        }
        else
        {
            _outcome.TrySetException(error);
        }

        // Whoever hung up does not look at the outcome any more.
        _ = _outcome.Task.Exception;
    }
}

/// <summary>A finished sequence.</summary>
/// <param name="Utterance">What was said.</param>
/// <param name="Queued">From the start of waiting to the slot.</param>
/// <param name="Decoding">From the slot to the last token.</param>
/// <param name="MeanBatch">How many rows its steps had on average, its own included; 1 where the prompt was enough.</param>
internal sealed record SequenceOutcome(Utterance Utterance, TimeSpan Queued, TimeSpan Decoding, double MeanBatch);
