using System.Collections.Concurrent;
using System.CommandLine;
using System.Text.Json;
using Loupe.Client;
using Loupe.Command.Batches;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe batch QUESTIONS.jsonl</c>: many questions, resumable.</summary>
internal sealed class BatchVerb
{
    private readonly Argument<string> _questions = new("questions") { Description = "A file with a question a line, as POST /v1/questions takes it; \"image\" may be {\"file\": \"path\"}." };
    private readonly Option<string?> _output = new("-o", "--output") { Description = "Where the answers go. Default: QUESTIONS.answers.jsonl." };
    private readonly Option<int> _concurrency = new("--concurrency") { Description = "Questions under way at once.", DefaultValueFactory = _ => 16 };
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new BatchVerb();
        var command = new System.CommandLine.Command("batch", "Ask every question of a file; goes on where it stopped.") { verb._questions, verb._output, verb._concurrency };
        verb._connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetValue(_questions)!;
        var output = parsed.GetValue(_output) ?? Path.ChangeExtension(path, ".answers.jsonl");
        var lines = BatchFile.Questions(path).ToList();
        var answered = BatchFile.Answered(output);
        var left = lines.Where(line => !answered.Contains(line.Number)).ToList();
        using var client = _connection.Open(parsed);
        await using var answers = new AnswersFile(output);
        var uploads = new ConcurrentDictionary<string, Lazy<Task<ImageDescription>>>();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var failed = 0;

        await Progress(AnsiConsole.Console).StartAsync(async progress =>
        {
            var bar = progress.AddTask("questions", maxValue: Math.Max(1, lines.Count));
            bar.Increment(lines.Count - left.Count);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, parsed.GetValue(_concurrency)), CancellationToken = cancellation };
            await Parallel.ForEachAsync(left, parallel, async (line, token) =>
            {
                if (!await AskAsync(client, line.Number, line.Text, folder, uploads, answers, token))
                {
                    Interlocked.Increment(ref failed);
                }

                bar.Increment(1);
            });
        });

        var resumed = answered.Count > 0 ? $", {answered.Count} of them before" : string.Empty;
        AnsiConsole.WriteLine($"{lines.Count - failed} answered{resumed}, {failed} failed: {output}");
        return failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }

    private static async Task<bool> AskAsync(
        LoupeClient client, int number, string text, string folder, ConcurrentDictionary<string, Lazy<Task<ImageDescription>>> uploads, AnswersFile answers, CancellationToken cancellation)
    {
        string? key = null;
        Problem problem;
        try
        {
            var (question, file) = BatchFile.Parse(text, folder);
            key = question.Key;
            if (file is not null)
            {
                var image = await uploads.GetOrAdd(file, path => new(() => client.UploadFileAsync(path, cancellation))).Value;
                question = question with { Image = image.Id };
            }

            await answers.WriteAsync(BatchFile.AnswerLine(number, key, await client.AskAsync(question with { Key = null }, cancellation)), cancellation);
            return true;
        }
        catch (LoupeException error)
        {
            problem = error.Problem;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            problem = new Problem { Kind = ProblemKind.Invalid, Detail = error.Message };
        }

        await Console.Error.WriteLineAsync($"loupe: line {number}: {problem.Detail}");
        await answers.WriteAsync(BatchFile.ProblemLine(number, key, problem), cancellation);
        return false;
    }

    private static Progress Progress(IAnsiConsole console) => console.Progress().Columns(
        new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn());
}
