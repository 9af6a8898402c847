using System.Collections.Concurrent;
using System.Text.Json;
using Loupe.Client;

namespace Loupe.Command.Batches;

/// <summary>Asks the questions of a file, so many at a time, and writes down how each ended.</summary>
/// <param name="client">Of the server.</param>
/// <param name="folder">What names of pictures are relative to.</param>
/// <param name="answers">Takes the answers and problems.</param>
internal sealed class BatchAsker(ILoupeClient client, string folder, AnswersFile answers)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ImageDescription>>> _uploads = new(StringComparer.Ordinal);
    private int _failed;

    /// <summary>How many questions ended with a problem.</summary>
    public int Failed => _failed;

    /// <param name="lines">The questions.</param>
    /// <param name="concurrency">How many at a time.</param>
    /// <param name="ended">Called for each, with what was wrong with it or null; from any thread.</param>
    /// <param name="cancellation">Ends the run; what was answered until then is written.</param>
    /// <exception cref="LoupeException">The server is not there (any more).</exception>
    public Task RunAsync(IEnumerable<BatchLine> lines, int concurrency, Action<BatchLine, string?> ended, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            lines,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellation },
            async (line, token) => ended(line, await AskAsync(line, cancellation, token)));

    private async Task<string?> AskAsync(BatchLine line, CancellationToken run, CancellationToken cancellation)
    {
        Problem problem;
        try
        {
            var (question, file) = BatchFile.Parse(line.Text, folder);
            if (file is not null)
            {
                // Others wait for the same upload, which therefore ends with the run and not with this question.
                var image = await _uploads.GetOrAdd(
                    file, path => new(() => client.UploadFileAsync(path, run))).Value.WaitAsync(cancellation);
                question = question with { Image = image.Id };
            }

            var answer = await client.AskAsync(question with { Key = null }, cancellation);

            // An answer that is here is written, whatever happens to the run meanwhile.
            await answers.WriteAsync(BatchFile.AnswerLine(line, question.Key, answer), CancellationToken.None);
            return null;
        }
        catch (LoupeException error) when (!error.IsUnreachable)
        {
            problem = error.Problem;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            problem = new Problem { Kind = ProblemKind.Invalid, Detail = error.Message };
        }

        Interlocked.Increment(ref _failed);
        await answers.WriteAsync(BatchFile.ProblemLine(line, BatchFile.KeyOf(line.Text), problem), CancellationToken.None);
        return problem.Detail;
    }
}
