using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Loupe.Client.Batches;
using Loupe.Client.Calls;

namespace Loupe.Client;

/// <summary>Questions: asked, streamed, asked by the thousand, recalled.</summary>
public sealed partial class LoupeClient
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    public Task<Answer> AskAsync(Question question, CancellationToken cancellationToken = default) => _calls.AskAsync(
        DeadlineOf(question),
        async (left, token) =>
        {
            using var response = await _calls.SendAsync(Ask(question with { Stream = false }, left), token);
            return await Read(LoupeJson.Default.Answer)(response, token);
        },
        cancellationToken);

    public async IAsyncEnumerable<AnswerPart> StreamAsync(
        Question question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Read apart from the caller, who may take longer over the words than the server had for them.
        var parts = Channel.CreateUnbounded<AnswerPart>(new() { SingleReader = true, SingleWriter = true });
        using var hangUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var reading = ReadStreamAsync(question, parts.Writer, hangUp.Token);
        try
        {
            await foreach (var part in parts.Reader.ReadAllAsync(cancellationToken))
            {
                yield return part;
            }
        }
        finally
        {
            await hangUp.CancelAsync();
            await reading;
        }
    }

    public IAsyncEnumerable<BatchAnswer> BatchAsync(IAsyncEnumerable<Question> questions, CancellationToken cancellationToken = default) =>
        BatchRun.AnswerAsync(_calls, questions, cancellationToken);

    public Task<Answer?> RecallAsync(string answerId, CancellationToken cancellationToken = default) =>
        FindAsync($"v1/questions/{Escape(answerId)}", LoupeJson.Default.Answer, cancellationToken);

    private static TimeSpan DeadlineOf(Question question) => TimeSpan.FromMilliseconds(Math.Max(1, question.DeadlineMs));

    /// <summary>Every try tells the server what is left of the deadline; one that makes no sense is the server's to refuse.</summary>
    private static HttpRequestMessage Ask(Question question, TimeSpan left)
    {
        var asked = question.DeadlineMs > 0 ? question with { DeadlineMs = (int)Math.Ceiling(left.TotalMilliseconds) } : question;
        return Request(HttpMethod.Post, "v1/questions", JsonContent.Create(asked, LoupeJson.Default.Question, Json));
    }

    /// <summary>Never throws: what goes wrong completes the channel.</summary>
    private async Task ReadStreamAsync(Question question, ChannelWriter<AnswerPart> parts, CancellationToken hangUp)
    {
        var progress = new StreamProgress();
        try
        {
            await _calls.AskAsync(DeadlineOf(question), (left, token) => ReadOnAsync(question, left, progress, parts, token), hangUp);
            parts.Complete();
        }
        catch (Exception failure)
        {
            parts.Complete(failure);
        }
    }

    /// <summary>The answer's id is known from its last part only, so a broken stream is asked again: the same words come.</summary>
    private async Task<bool> ReadOnAsync(
        Question question, TimeSpan left, StreamProgress progress, ChannelWriter<AnswerPart> parts, CancellationToken cancellationToken)
    {
        var request = Ask(question with { Stream = true }, left);
        request.Headers.Accept.ParseAdd(EventStream.MediaType);
        if (progress.LastEventId is { } last)
        {
            request.Headers.Add("Last-Event-ID", last.ToString(CultureInfo.InvariantCulture));
        }

        using var response = await _calls.SendAsync(request, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await foreach (var part in EventStream.ReadAsync(body, cancellationToken))
        {
            foreach (var next in progress.Take(part))
            {
                parts.TryWrite(next);
            }
        }

        await ReadToEndAsync(body, cancellationToken);
        return true;
    }

    /// <summary>Only a connection that was read to its end is used again.</summary>
    private static async Task ReadToEndAsync(Stream body, CancellationToken cancellationToken)
    {
        try
        {
            await body.CopyToAsync(Stream.Null, cancellationToken);
        }
        catch (IOException)
        {
            // The answer is whole; what becomes of its connection is nobody's loss.
        }
    }
}
