using System.CommandLine;
using Loupe.Client;
using Loupe.Command.Batches;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe batch QUESTIONS.jsonl</c>: many questions, resumable.</summary>
internal sealed class BatchVerb
{
    private const int DefaultConcurrency = 16;

    // A server may be started anew meanwhile, and nobody waits for each question.
    private const int MaxRetries = 10;

    private readonly Argument<string> _questions = new("QUESTIONS.jsonl")
    {
        Description = "A question a line, as POST /v1/questions takes it, with a \"key\" of your own if you like; \"image\" may also be "
            + "{\"file\": \"path\"}, relative to this file.",
    };
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Where answers and problems go, a line each. Default: QUESTIONS.answers.jsonl.",
        HelpName = "ANSWERS.jsonl",
    };
    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "Questions under way at once.",
        DefaultValueFactory = _ => DefaultConcurrency,
        HelpName = "N",
    };
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new BatchVerb();
        verb._concurrency.Validators.Add(MeasurementOptions.AtLeastOne<int>(value => value));
        var command = new System.CommandLine.Command("batch", $$"""
            Ask every question of a file. Run again, it goes on where it stopped, and asks what had a problem once more.

            Questions that say nothing else have a deadline of {{BatchFile.DefaultDeadlineMs / 1000}} s and the priority "bulk".

            Example of a line:
              {"key": "7", "image": {"file": "cat.jpg"}, "text": "what is [0]?", "regions": [{"box": [10, 20, 200, 220]}]}
            """)
        {
            verb._questions, verb._output, verb._concurrency,
        };
        verb._connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var path = parsed.GetValue(_questions)!;
        var output = parsed.GetValue(_output) ?? Path.ChangeExtension(path, ".answers.jsonl");
        if (Path.GetFullPath(output) == Path.GetFullPath(path))
        {
            throw new UsageException($"{output} is the file of questions; answers go into another.");
        }

        var lines = BatchFile.Questions(path).ToList();
        using var client = _connection.Open(parsed, options => options with { MaxRetries = MaxRetries });
        await using var answers = AnswersFile.Open(output, lines.ToDictionary(line => line.Number, line => line.Fingerprint));
        var left = lines.Where(line => !answers.Answered.Contains(line.Number)).ToList();
        if (left.Count > 0)
        {
            // A server that is not there at the start will not come back either, as one may that goes away later.
            using var first = _connection.Open(parsed);
            await first.ClusterAsync(cancellation);
        }

        var asker = new BatchAsker(client, Path.GetDirectoryName(Path.GetFullPath(path))!, answers);
        try
        {
            await Terminal.ProgressAsync("questions", lines.Count, async advance =>
            {
                advance(lines.Count - left.Count);
                await asker.RunAsync(
                    left,
                    parsed.GetValue(_concurrency),
                    (line, problem) =>
                    {
                        if (problem is not null)
                        {
                            Terminal.Say($"loupe: line {line.Number}: {problem}");
                        }

                        advance(1);
                    },
                    cancellation);
            });
        }
        catch (Exception error) when (error is OperationCanceledException or LoupeException)
        {
            await Console.Error.WriteLineAsync("loupe: the same command goes on from here.");
            throw;
        }

        var before = lines.Count - left.Count;
        var resumed = before > 0 ? $" ({before} of them before)" : string.Empty;
        Console.WriteLine($"{lines.Count - asker.Failed} answered{resumed}, {asker.Failed} failed: {output}");
        return asker.Failed == 0 ? ExitCode.Success : ExitCode.Failed;
    }
}
