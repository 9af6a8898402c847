using System.Diagnostics;
using Loupe.Bench.History;
using Loupe.Client;

namespace Loupe.Bench.Chaos;

/// <summary>
/// One client: uploads, asks and streams, one after the other, and tries a failed operation again on whatever silo the
/// rota gives, as long as its patience lasts. Everything it does is written down.
/// </summary>
/// <param name="number">Which client, from 0.</param>
/// <param name="options">Its pauses and patience.</param>
/// <param name="rota">Gives it silos.</param>
/// <param name="gallery">Gives it pictures.</param>
/// <param name="recorder">Writes the history.</param>
/// <param name="start">When the load begins, in the recorder's seconds.</param>
internal sealed class ChaosClient(int number, ChaosOptions options, Rota rota, Gallery gallery, Recorder recorder, double start)
{
    private const double Streams = 0.4;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(unchecked((options.Seed * 1_000_003) + number));

    /// <param name="until">No operation begins after that, in the recorder's seconds.</param>
    /// <param name="cancellation">Breaks off; the operation in hand stays without an end.</param>
    public async Task RunAsync(double until, CancellationToken cancellation)
    {
        while (recorder.Now < until)
        {
            await ActAsync(cancellation);
            await Task.Delay(options.Think * -Math.Log(1 - _random.NextDouble()), cancellation);
        }
    }

    private Task ActAsync(CancellationToken cancellation)
    {
        if (gallery.Next(recorder.Now - start) is { } picture)
        {
            return UploadAsync(picture, cancellation);
        }

        var image = gallery.Any(_random);
        if (image is null)
        {
            return Task.CompletedTask;
        }

        var (name, question) = QuestionList.All[_random.Next(QuestionList.All.Count)];
        question = question with { Image = image, DeadlineMs = (int)options.Patience.TotalMilliseconds };
        return _random.NextDouble() < Streams
            ? OperateAsync(OperationKind.Stream, image, name, client => StreamAsync(client, question, cancellation), cancellation)
            : OperateAsync(OperationKind.Ask, image, name, async client => Hear(await client.AskAsync(question, cancellation), null), cancellation);
    }

    private async Task UploadAsync(Picture picture, CancellationToken cancellation)
    {
        var uploaded = await OperateAsync(
            OperationKind.Upload,
            picture.Id,
            null,
            async client =>
            {
                var description = await client.UploadAsync(picture.File, cancellation);
                return new Heard(description.Id, string.Empty);
            },
            cancellation);
        if (uploaded)
        {
            gallery.Hang(picture);
        }
        else
        {
            gallery.PutBack(picture);
        }
    }

    /// <returns>Whether it succeeded.</returns>
    private async Task<bool> OperateAsync(
        OperationKind kind, string image, string? question, Func<LoupeClient, Task<Heard>> attempt, CancellationToken cancellation)
    {
        var operation = recorder.Begin(kind, number, image, question);
        var begun = Stopwatch.StartNew();
        List<string> failed = [];
        while (true)
        {
            try
            {
                var heard = await attempt(rota.Pick(_random));
                recorder.End(operation, null, failed, heard);
                return true;
            }
            catch (LoupeException error)
            {
                failed.Add(KindOf(error));
                if (!error.IsTransient || begun.Elapsed > options.Patience)
                {
                    recorder.End(operation, KindOf(error), failed, null);
                    return false;
                }
            }

            await Task.Delay(BetweenTries, cancellation);
        }
    }

    private static async Task<Heard> StreamAsync(LoupeClient client, Question question, CancellationToken cancellation)
    {
        List<Word> words = [];
        string? broken = null;
        await foreach (var part in client.StreamAsync(question with { Stream = true }, cancellation))
        {
            switch (part)
            {
                case WordPart word:
                    broken ??= word.Index == words.Count ? null : $"word {word.Index} came after {words.Count} words";
                    words.Add(word.Word);
                    break;
                case DonePart done:
                    broken ??= words.SequenceEqual(done.Answer.Words) ? null : "its words are not those of the whole";
                    return Hear(done.Answer, broken);
            }
        }

        throw new LoupeException(new Problem { Kind = ProblemKind.Unavailable, Detail = "The stream ended without an answer." });
    }

    private static Heard Hear(Answer answer, string? broken) => new(
        answer.Image,
        Fingerprint.Of(answer),
        answer.Reuse is { Features: FeatureReuse.Miss, Answer: MemoReuse.Miss } && answer.Timing.EncodeMs > 0 ? answer.Timing.EncodeMs : null,
        broken);

    private static string KindOf(LoupeException error) => error switch
    {
        { IsUnreachable: true, InnerException: HttpRequestException { HttpRequestError: var cause } } => $"connection: {cause}",
        { IsUnreachable: true } => "connection: broken",
        { Problem.Kind: var kind } => Enum.IsDefined(kind) ? $"{(int)kind} {kind}" : $"{(int)kind}",
    };
}
