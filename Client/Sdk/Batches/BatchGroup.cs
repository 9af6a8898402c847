using System.Text.Json;
using Loupe.Client.Calls;

namespace Loupe.Client.Batches;

/// <summary>
/// Questions that are sent in one request, until each has its answer: after a broken connection those left are sent
/// again, and so is a line that was refused because there was too much to do.
/// </summary>
internal sealed class BatchGroup(ServerCalls calls, IReadOnlyList<(int Line, Question Question)> questions)
{
    private readonly Dictionary<int, Problem> _refused = [];
    private readonly HashSet<int> _left = [.. Enumerable.Range(0, questions.Count)];

    /// <param name="answered">Takes each answer, in any order.</param>
    /// <param name="cancellationToken">Ends the batch.</param>
    public async Task RunAsync(Action<BatchAnswer> answered, CancellationToken cancellationToken)
    {
        // A server may well run them one after the other; each line's own deadline is the server's to keep.
        var limit = TimeSpan.FromMilliseconds(Math.Min(int.MaxValue, questions.Sum(asked => (long)Math.Max(1, asked.Question.DeadlineMs))));
        try
        {
            await calls.AskAsync(limit, (_, token) => SendAsync(answered, token), cancellationToken);
        }
        catch (LoupeException) when (_left.Count > 0 && _left.All(_refused.ContainsKey))
        {
            foreach (var index in _left)
            {
                var (line, question) = questions[index];
                answered(new() { Key = question.Key, Line = line, Problem = _refused[index] });
            }
        }
    }

    private async Task<int> SendAsync(Action<BatchAnswer> answered, CancellationToken cancellationToken)
    {
        int[] sent = [.. _left.Order()];
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/questions/batch", UriKind.Relative))
        {
            Content = BatchLines.Write(sent.Select(index => questions[index].Question)),
        };
        using var response = await calls.SendAsync(request, cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } text)
        {
            if (text.Length > 0)
            {
                Take(BatchLines.Read(text), sent, answered);
            }
        }

        return _left.Count == 0 ? 0 : throw Unfinished();
    }

    private void Take(BatchAnswer answer, int[] sent, Action<BatchAnswer> answered)
    {
        if (answer.Line < 1 || answer.Line > sent.Length)
        {
            throw new JsonException($"an answer to line {answer.Line} of {sent.Length}");
        }

        var index = sent[answer.Line - 1];
        if (answer.Problem is { } problem && LoupeException.IsTransientKind(problem.Kind))
        {
            _refused[index] = problem;
        }
        else if (_left.Remove(index))
        {
            answered(answer with { Line = questions[index].Line });
        }
    }

    private Exception Unfinished() => _left.All(_refused.ContainsKey)
        ? new LoupeException(_refused[_left.First()])
        : new IOException("The batch ended before all of its questions were answered.");
}
