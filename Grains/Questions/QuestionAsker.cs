using System.Runtime.CompilerServices;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Stages;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Grains.Questions;

/// <summary>Questions: described, brought into canonical form and addressed once, then asked of their grain until it answers.</summary>
internal sealed partial class QuestionAsker(
    IGrammar grammar,
    IImageStore images,
    EngineOptions engine,
    IGrainFactory grains,
    IOptions<LoupeClusterOptions> options,
    TimeProvider time,
    ILogger<QuestionAsker> logger)
{
    private readonly ILogger _logger = logger;
    private readonly Canonicalizer _canonical = new(grammar, engine.Limits.MaxTextLength);

    /// <inheritdoc cref="ILocalizer.AnswerAsync"/>
    public async Task<Answer> AnswerAsync(string tenant, Question question, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var (address, asked) = await AddressAsync(tenant, question, cancellationToken);
        var grain = GrainOf(tenant, QuestionAddress.IdOf(address, asked.Question));
        var losses = new Losses(options.Value, time);
        while (true)
        {
            try
            {
                QuestionAddress.Announce(address);
                return await grain.AnswerAsync(asked with { Left = asked.Left - time.GetElapsedTime(started) }, cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested && losses.MayHeal(error))
            {
                LogSiloLost(error);
            }

            await losses.PauseAsync(cancellationToken);
        }
    }

    /// <inheritdoc cref="ILocalizer.AskAsync"/>
    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        (ImageAddress Address, Asked Asked)? known = null;
        return StreamAsync(
            async position =>
            {
                var (address, asked) = known ??= await AddressAsync(tenant, question, cancellationToken);
                var grain = GrainOf(tenant, QuestionAddress.IdOf(address, asked.Question));
                return (
                    grain.StreamAsync(asked with { Left = asked.Left - time.GetElapsedTime(started) }, position, cancellationToken),
                    address);
            },
            default,
            cancellationToken);
    }

    /// <inheritdoc cref="ILocalizer.RecallAsync"/>
    public Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) =>
        GrainOf(tenant, answerId).RecallAsync(cancellationToken);

    /// <inheritdoc cref="ILocalizer.ResumeAsync"/>
    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken cancellationToken)
    {
        var grain = GrainOf(tenant, answerId);
        return StreamAsync(
            position => ValueTask.FromResult<(IAsyncEnumerable<AnswerPart>, ImageAddress?)>(
                (grain.ResumeAsync(position, TimeSpan.FromMilliseconds(Question.DefaultDeadlineMs), cancellationToken), null)),
            new StreamPosition(after + 1, after + 1),
            cancellationToken);
    }

    /// <summary>A stream that outlives the silo it comes from: what was received is not asked for again.</summary>
    private async IAsyncEnumerable<AnswerPart> StreamAsync(
        Func<StreamPosition, ValueTask<(IAsyncEnumerable<AnswerPart> Parts, ImageAddress? Image)>> open,
        StreamPosition position,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var losses = new Losses(options.Value, time);
        while (true)
        {
            var (stream, image) = await open(position);
            var parts = stream.GetAsyncEnumerator(cancellation);
            try
            {
                while (true)
                {
                    try
                    {
                        // The context of a call ends with each step of this method.
                        QuestionAddress.Announce(image);
                        if (!await parts.MoveNextAsync())
                        {
                            yield break;
                        }

                        losses.Over();
                    }
                    catch (Exception error) when (!cancellation.IsCancellationRequested && losses.MayHeal(error))
                    {
                        LogSiloLost(error);
                        break;
                    }

                    position = position.After(parts.Current);
                    yield return parts.Current;
                }
            }
            finally
            {
                // Tells the grain to let go, without waiting for a silo that may be gone.
                _ = parts.DisposeAsync().AsTask();
            }

            await losses.PauseAsync(cancellation);
        }
    }

    private IQueryGrain GrainOf(string tenant, string answerId) => grains.GetGrain<IQueryGrain>(QuestionAddress.Of(tenant, answerId));

    private async Task<(ImageAddress Address, Asked Asked)> AddressAsync(string tenant, Question question, CancellationToken cancellation)
    {
        var id = question.Image?.Id ?? throw QuestionRefusals.NoImage();
        if (!ImageKey.IsId(id))
        {
            throw QuestionRefusals.NotAnImageId();
        }

        var image = new ImageKey(tenant, id);
        var description = await images.DescribeAsync(image, cancellation) ?? throw EncodeStage.NoImage(image);
        var canonical = _canonical.Read(question, new ImageSize(description.Width, description.Height));
        return (
            new ImageAddress(image, grammar.Bundle.Digest),
            new Asked(image, canonical, question.Priority, TimeSpan.FromMilliseconds(question.DeadlineMs)));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A silo was lost while it was asked")]
    private partial void LogSiloLost(Exception error);
}
