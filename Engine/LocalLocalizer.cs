using System.Runtime.CompilerServices;
using Loupe.Engine.Features;
using Loupe.Engine.Hosting;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine;

/// <summary>
/// <see cref="ILocalizer"/> in one process: the three memoized stages over one model, with no cluster around them.
/// </summary>
public sealed partial class LocalLocalizer : ILocalizer
{
    private readonly EngineParts _engine;
    private readonly QuestionReader _reader;
    private readonly AnswerMemo _answers;
    private readonly QuestionLog _questions;
    private readonly Admission _admission;
    private readonly EngineOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RunningAnswer> _running = [];

    public LocalLocalizer(EngineParts engine, Admission admission, EngineOptions options, TimeProvider time, ILogger<LocalLocalizer> logger)
    {
        (_engine, _admission, _options, _time, _logger) = (engine, admission, options, time, logger);
        _reader = new QuestionReader(engine.Model, options.Limits.MaxTextLength);
        _answers = new AnswerMemo(options.Answers.Bytes);
        _questions = new QuestionLog(options.Answers.QuestionsRemembered);
    }

    public BundleDescription Bundle => _engine.Model.Bundle;

    private bool RemembersAnswers => _options.Reuse is ReuseMode.Full or ReuseMode.Answer;

    public async Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (bytes.Length > _options.Limits.MaxImageBytes)
        {
            throw ImageDesk.TooLarge(bytes.Length, _options.Limits.MaxImageBytes);
        }

        return await _engine.Images.AddAsync(tenant, bytes, cancellationToken);
    }

    public async Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        await _engine.Images.DescribeAsync(image, cancellationToken) is { } description
            ? description with { Features = _engine.Encode.IsWarm(image) ? FeatureState.Warm : FeatureState.Cold }
            : null;

    public Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        _engine.Images.ReadAsync(image, cancellationToken);

    public async Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken)
    {
        // Bytes first: whatever is computed from them meanwhile finds them gone and does not stay.
        try
        {
            return await _engine.Images.RemoveAsync(image, cancellationToken);
        }
        finally
        {
            // Though the store may be out of reach: another process may have removed the bytes already.
            _engine.Store.Forget(image);
            _answers.Forget(image);
            _questions.Forget(image);
            if (_engine.Tier is not null)
            {
                await _engine.Tier.ForgetAsync(image, cancellationToken);
            }
        }
    }

    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken) =>
        EngineSpans.IsHeard ? TraceAsync(tenant, question, cancellationToken) : AnswerAsync(tenant, question, cancellationToken);

    private async IAsyncEnumerable<AnswerPart> AnswerAsync(
        string tenant, Question question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var asked = _time.GetTimestamp();
        var image = new ImageKey(tenant, question.Image?.Id ?? throw LocalizerException.Invalid("image", "is required: the id of an uploaded image, or its bytes"));
        if (!ImageKey.IsId(image.Id))
        {
            throw LocalizerException.Invalid("image", "an image's id is 64 lower-case hexadecimal digits");
        }

        var description = await _engine.Images.DescribeAsync(image, cancellationToken)
            ?? throw LocalizerException.Of(ProblemKind.NotFound, $"There is no image {image.Id}. Upload it with POST /v1/images.");
        var canonical = _reader.Read(question, new ImageSize(description.Width, description.Height));
        var id = IdOf(image, canonical);
        _questions.Add(id, image, question);
        if (RemembersAnswers && _answers.Find(id) is { } memo)
        {
            _engine.Metrics.Reuse(Stage.Decode, "hit");
            foreach (var part in Recite(memo, _time.GetElapsedTime(asked)))
            {
                yield return part;
            }

            yield break;
        }

        await foreach (var part in DecodeAsync(id, image, canonical, question, asked, cancellationToken))
        {
            yield return part;
        }
    }

    public Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) =>
        Task.FromResult(_answers.Find(answerId) is { } memo && memo.Image.Tenant == tenant
            ? ((DonePart)Recite(memo, TimeSpan.Zero).Last()).Answer
            : null);

    /// <summary>The question behind an answer's id, or null when this process was never asked it, or long ago.</summary>
    public Question? FindQuestion(string tenant, string answerId) => _questions.Find(tenant, answerId);

    public async IAsyncEnumerable<AnswerPart> ResumeAsync(
        string tenant, string answerId, int after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var question = FindQuestion(tenant, answerId)
            ?? throw LocalizerException.Of(ProblemKind.NotFound, "That question was never asked, or long ago. Ask it again.");
        await foreach (var part in AskAsync(tenant, question, cancellationToken))
        {
            if (part is not (WordPart or RegionPart) || IndexOf(part) > after)
            {
                yield return part;
            }
        }
    }

    private static int IndexOf(AnswerPart part) => part is WordPart word ? word.Index : ((RegionPart)part).Index;

    private string IdOf(ImageKey image, CanonicalQuestion question) => ContentKey.Of(
        "answer", image.Tenant, Bundle.Digest, image.Id, question.Prompt.Canonical, question.Task.ToString(), question.Text,
        question.MaxWords.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private Answer Compose(string id, ImageKey image, VisionTask task, Utterance said, Reuse reuse, Timing timing) => new()
    {
        Id = id,
        Image = image.Id,
        Task = task,
        Text = said.Text,
        Rationale = said.Rationale,
        Words = said.Words,
        Regions = said.Regions,
        Reuse = reuse,
        Timing = timing,
        Model = new ModelIdentity(Bundle.Name, Bundle.Digest),
        Finish = said.Finish,
        Confidence = said.Confidence,
    };

    private IEnumerable<AnswerPart> Recite(AnswerMemo.Entry memo, TimeSpan total)
    {
        for (var i = 0; i < memo.Said.Words.Count; i++)
        {
            yield return new WordPart(i, memo.Said.Words[i]);
        }

        for (var i = 0; i < memo.Said.Regions.Count; i++)
        {
            yield return new RegionPart(i, memo.Said.Regions[i]);
        }

        var reuse = new Reuse { Features = FeatureReuse.Hit, Prefix = MemoReuse.Hit, Answer = MemoReuse.Hit };
        yield return new DonePart(Compose(memo.Id, memo.Image, memo.Task, memo.Said, reuse, new Timing { TotalMs = total.TotalMilliseconds }));
    }
}
