using Loupe.Command.Evaluation.Dataset;

namespace Loupe.Command.Evaluation;

/// <summary>Uploads scenes and asks everything about them, so many at a time; a failure ends one question, not the run.</summary>
internal sealed class Evaluator(IAsker asker, int concurrency)
{
    /// <param name="folder">Where the pictures are.</param>
    /// <param name="scenes">The scenes.</param>
    /// <param name="answered">Called after every question, from any thread.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>One outcome for each inquiry, in the order of <see cref="Inquiry.Of"/>.</returns>
    public async Task<IReadOnlyList<Outcome>> RunAsync(
        string folder, IReadOnlyList<EvaluationScene> scenes, Action<Outcome>? answered, CancellationToken cancellationToken)
    {
        var inquiries = Inquiry.Of(scenes);
        var outcomes = new Outcome[inquiries.Count];
        var images = scenes
            .Select(scene => new Lazy<Task<string>>(() => asker.UploadAsync(Path.Combine(folder, scene.File), cancellationToken)))
            .ToArray();
        var options = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, inquiries.Count), options, async (i, token) =>
        {
            outcomes[i] = await AskAsync(inquiries[i], images, token);
            answered?.Invoke(outcomes[i]);
        });
        return outcomes;
    }

    private async Task<Outcome> AskAsync(Inquiry inquiry, Lazy<Task<string>>[] images, CancellationToken cancellationToken)
    {
        try
        {
            var image = await images[inquiry.Scene].Value;
            return new(inquiry, await asker.AskAsync(inquiry.ToQuestion(image), cancellationToken), null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return new(inquiry, null, e.Message);
        }
    }
}
