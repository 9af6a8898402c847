using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Loupe.Client.Calls;

namespace Loupe.Client.Batches;

/// <summary>
/// Cuts a batch into groups, some under way at once. One request for all would not do: over HTTP/1.1 a client reads no
/// answer before it has sent its whole request, while a server reads no further question before answers are taken.
/// </summary>
internal sealed class BatchRun
{
    /// <summary>Few enough that all their answers fit between server and client while nobody reads.</summary>
    internal const int GroupSize = 32;

    // Images may lie in their questions, and a group lies in memory.
    private const int GroupImageBytes = 4 << 20;

    private const int GroupsAtOnce = 4;
    private const int QuestionsAhead = 2 * GroupSize * GroupsAtOnce;

    private readonly ServerCalls _calls;

    // Asked and not yet taken by the caller: a caller that pauses stops the source, and keeps no group waiting.
    private readonly SemaphoreSlim _room = new(QuestionsAhead);
    private readonly SemaphoreSlim _places = new(GroupsAtOnce);
    private readonly Channel<BatchAnswer> _answers = Channel.CreateUnbounded<BatchAnswer>(new() { SingleReader = true });

    private BatchRun(ServerCalls calls) => _calls = calls;

    /// <summary>Answers every question of a source.</summary>
    public static async IAsyncEnumerable<BatchAnswer> AnswerAsync(
        ServerCalls calls, IAsyncEnumerable<Question> questions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var run = new BatchRun(calls);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = run.RunAsync(questions, stop);
        try
        {
            await foreach (var answer in run._answers.Reader.ReadAllAsync(cancellationToken))
            {
                run._room.Release();
                yield return answer;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }

    /// <summary>Never throws: what goes wrong completes the channel.</summary>
    private async Task RunAsync(IAsyncEnumerable<Question> questions, CancellationTokenSource stop)
    {
        List<Task> running = [];
        Exception? failure = null;
        try
        {
            await foreach (var group in GroupsAsync(questions, stop.Token))
            {
                await _places.WaitAsync(stop.Token);
                running.RemoveAll(task => task.IsCompletedSuccessfully);
                running.Add(RunGroupAsync(group, stop));
            }
        }
        catch (Exception error)
        {
            failure = error;
            await stop.CancelAsync();
        }

        try
        {
            await Task.WhenAll(running);
        }
        catch (Exception error)
        {
            // The group that failed has stopped the source and the others, which then say that they were stopped.
            failure = running.Select(task => task.Exception?.InnerException).OfType<LoupeException>().FirstOrDefault() ?? failure ?? error;
        }

        _answers.Writer.Complete(failure);
    }

    private async Task RunGroupAsync(IReadOnlyList<(int, Question)> group, CancellationTokenSource stop)
    {
        try
        {
            await new BatchGroup(_calls, group).RunAsync(answer => _answers.Writer.TryWrite(answer), stop.Token);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>What is there is sent: a source that pauses ends a group.</summary>
    private async IAsyncEnumerable<IReadOnlyList<(int Line, Question Question)>> GroupsAsync(
        IAsyncEnumerable<Question> questions, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var source = questions.GetAsyncEnumerator(cancellationToken);
        List<(int, Question)> group = [];
        var bytes = 0L;
        for (var line = 1; ; line++)
        {
            var room = _room.WaitAsync(cancellationToken);
            if (group.Count > 0 && !room.IsCompleted)
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            await room;
            var next = source.MoveNextAsync();
            if (group.Count == GroupSize || bytes >= GroupImageBytes || (group.Count > 0 && !next.IsCompleted))
            {
                yield return group;
                (group, bytes) = ([], 0);
            }

            if (!await next)
            {
                break;
            }

            group.Add((line, source.Current));
            bytes += source.Current.Image?.Data?.Length ?? 0;
        }

        if (group.Count > 0)
        {
            yield return group;
        }
    }
}
