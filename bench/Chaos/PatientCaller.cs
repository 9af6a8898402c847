using System.Diagnostics;
using Loupe.Bench.History;
using Loupe.Client;

namespace Loupe.Bench.Chaos;

/// <summary>
/// Does one operation after the other for one client: tries a failed one again, wherever it is sent then, as long as its
/// patience lasts, and writes down what came of it.
/// </summary>
/// <param name="number">Which client, from 0.</param>
/// <param name="patience">How long it tries.</param>
/// <param name="pick">Whom to ask now.</param>
/// <param name="recorder">Writes the history.</param>
internal sealed class PatientCaller(int number, TimeSpan patience, Func<LoupeClient> pick, Recorder recorder)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    /// <returns>Whether it was uploaded.</returns>
    public Task<bool> UploadAsync(Picture picture, CancellationToken cancellation) => OperateAsync(
        OperationKind.Upload,
        picture.Id,
        null,
        async client => new Heard((await client.UploadAsync(picture.File, cancellation)).Id, string.Empty),
        cancellation);

    /// <returns>Whether it was answered.</returns>
    public Task<bool> AskAsync(string image, string name, Question question, CancellationToken cancellation) => OperateAsync(
        OperationKind.Ask, image, name, async client =>
            Hear(await client.AskAsync(Complete(image, question), cancellation), null), cancellation);

    /// <returns>Whether it was answered.</returns>
    public Task<bool> StreamAsync(string image, string name, Question question, CancellationToken cancellation) => OperateAsync(
        OperationKind.Stream, image, name, client => StreamAsync(client, Complete(image, question), cancellation), cancellation);

    private Question Complete(string image, Question question) =>
        question with { Image = image, DeadlineMs = (int)patience.TotalMilliseconds };

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
                var heard = await attempt(pick());
                recorder.End(operation, null, failed, heard);
                return true;
            }
            catch (LoupeException error)
            {
                failed.Add(KindOf(error));
                if (!error.IsTransient || begun.Elapsed > patience)
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
        answer.Reuse is { Features: FeatureReuse.Miss, Answer: MemoReuse.Miss } && answer.Timing.EncodeMs > 0
            ? answer.Timing.EncodeMs
            : null,
        broken);

    private static string KindOf(LoupeException error) => error switch
    {
        { IsUnreachable: true, InnerException: HttpRequestException { HttpRequestError: var cause } } => $"connection: {cause}",
        { IsUnreachable: true } => "connection: broken",
        { Problem.Kind: var kind } => Enum.IsDefined(kind) ? $"{(int)kind} {kind}" : $"{(int)kind}",
    };
}
