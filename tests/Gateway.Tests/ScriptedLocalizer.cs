using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Loupe.Gateway.Tests;

/// <summary>
/// A localizer that does what a test says: real about images (stored by tenant and hash), scripted about answers.
/// </summary>
internal sealed class ScriptedLocalizer : ILocalizer, IClusterView
{
    private readonly ConcurrentDictionary<ImageKey, ImageContent> _images = new();

    public delegate IAsyncEnumerable<AnswerPart> Script(string tenant, Question question, CancellationToken token);

    /// <summary>What answers a question. Default: one word, "yes".</summary>
    public Script OnAsk { get; set; } = (_, question, token) => Parts(question, "yes").ToAsyncEnumerable(token);

    /// <summary>What resumes an answer.</summary>
    public Func<string, string, int, CancellationToken, IAsyncEnumerable<AnswerPart>> OnResume { get; set; } =
        (_, _, _, _) => Fails(LocalizerException.Of(ProblemKind.NotFound, "never asked"));

    /// <summary>Runs before an image is stored.</summary>
    public Action<ReadOnlyMemory<byte>> OnAdd { get; set; } = _ => { };

    public ConcurrentDictionary<(string Tenant, string Id), Answer> Answers { get; } = new();

    public ConcurrentQueue<(string Tenant, Question Question)> Asked { get; } = new();

    public string? NotReadyBecause { get; set; }

    public BundleDescription Bundle { get; } = new()
    {
        Name = "scripted <1>",
        Digest = new string('d', 64),
        Tasks = Enum.GetValues<VisionTask>(),
        MaxRegions = 8,
        MaxWords = 48,
        Device = "cpu",
    };

    public static string Id(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A whole answer of these words.</summary>
    public static Answer Answer(Question question, params string[] words) => new()
    {
        Id = Id([(byte)words.Length]),
        Image = question.Image!.Id!,
        Task = question.Task,
        Text = string.Join(' ', words),
        Words = [.. words.Select(Word)],
        Model = new ModelIdentity("scripted", "d"),
    };

    public static Word Word(string text) =>
        new() { Text = text, Point = new Point(1, 2), Box = new Box(0, 0, 2, 4), Confidence = 0.5 };

    /// <summary>The parts of that answer.</summary>
    public static IEnumerable<AnswerPart> Parts(Question question, params string[] words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            yield return new WordPart(i, Word(words[i]));
        }

        yield return new DonePart(Answer(question, words));
    }

    /// <summary>Parts that a test hands out one by one.</summary>
    public static Script Gated(Channel<AnswerPart> gate) => (_, _, token) => gate.Reader.ReadAllAsync(token);

    /// <summary>An answer that never comes; tells when it is no longer waited for.</summary>
    public static Script NeverEnding(TaskCompletionSource begun, TaskCompletionSource cancelled)
    {
        return Run;

        async IAsyncEnumerable<AnswerPart> Run(string tenant, Question question, [EnumeratorCancellation] CancellationToken token)
        {
            begun.TrySetResult();
            try
            {
                await Task.Delay(Timeout.Infinite, token);
            }
            finally
            {
                cancelled.TrySetResult();
            }

            yield break;
        }
    }

    public static async IAsyncEnumerable<AnswerPart> Fails(Exception exception, params AnswerPart[] after)
    {
        foreach (var part in after)
        {
            yield return part;
        }

        await Task.Yield();
        throw exception;
    }

    public Task<StoredImage> AddImageAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        OnAdd(bytes);
        var id = Id(bytes.Span);
        var created = _images.TryAdd(new ImageKey(tenant, id), new ImageContent("image/png", bytes.ToArray()));
        return Task.FromResult(new StoredImage(Describe(id, bytes.Length), created));
    }

    public Task<ImageDescription?> DescribeImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        Task.FromResult(_images.TryGetValue(image, out var content)
            ? Describe(image.Id, content.Bytes.Length) with { Features = FeatureState.Cold }
            : null);

    public Task<ImageContent?> ReadImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        Task.FromResult(_images.GetValueOrDefault(image));

    public Task<bool> ForgetImageAsync(ImageKey image, CancellationToken cancellationToken) =>
        Task.FromResult(_images.TryRemove(image, out _));

    public async Task<Answer> AnswerAsync(string tenant, Question question, CancellationToken cancellationToken)
    {
        await foreach (var part in AskAsync(tenant, question, cancellationToken))
        {
            if (part is DonePart done)
            {
                return done.Answer;
            }
        }

        throw new InvalidOperationException("The script ended without an answer.");
    }

    public IAsyncEnumerable<AnswerPart> AskAsync(string tenant, Question question, CancellationToken cancellationToken)
    {
        Asked.Enqueue((tenant, question));
        return OnAsk(tenant, question, cancellationToken);
    }

    public Task<Answer?> RecallAsync(string tenant, string answerId, CancellationToken cancellationToken) =>
        Task.FromResult(Answers.GetValueOrDefault((tenant, answerId)));

    public IAsyncEnumerable<AnswerPart> ResumeAsync(string tenant, string answerId, int after, CancellationToken cancellationToken) =>
        OnResume(tenant, answerId, after, cancellationToken);

    public ClusterDescription Describe() => new()
    {
        Mode = "single",
        Bundle = Bundle,
        Silos =
        [
            new SiloDescription
            {
                Name = "one",
                ProcessId = 7,
                Roles = ["gateway"],
                State = SiloState.Active,
                QueueSeconds = 0.5,
                Saturation = 0.25,
                FeatureBytes = 1,
                FeatureBytesAllowed = 2,
            },
        ],
    };

    private static ImageDescription Describe(string id, int bytes) => new()
    {
        Id = id,
        Width = 4,
        Height = 3,
        Bytes = bytes,
        CreatedAt = DateTimeOffset.UnixEpoch,
        MediaType = "image/png",
    };
}

internal static class AsyncParts
{
    public static async IAsyncEnumerable<AnswerPart> ToAsyncEnumerable(
        this IEnumerable<AnswerPart> parts, [EnumeratorCancellation] CancellationToken token)
    {
        foreach (var part in parts)
        {
            token.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return part;
        }
    }
}
