using System.CommandLine;
using System.Text.Json;
using Loupe.Client;
using Loupe.Command.Drawing;
using Loupe.Imaging;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe ask IMAGE ["text"]</c>: one question about one picture.</summary>
internal sealed class AskVerb
{
    private readonly Argument<string> _image = new("image") { Description = "A PNG, JPEG or WebP file." };
    private readonly Argument<string?> _text = new("text") { Description = "The question, or the referring expression.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _task = new("--task") { Description = "answer, caption, locate, segment, detect or narrate. Default: answer with a text, caption without." };
    private readonly Option<bool> _stream = new("--stream") { Description = "Print words as they are decoded." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as JSON." };
    private readonly Option<string?> _save = new("--save") { Description = "Draw the answer onto the picture and save it as this PNG file." };
    private readonly Option<int> _maxWords = new("--max-words") { Description = "At most so many words.", DefaultValueFactory = _ => Question.DefaultMaxWords };
    private readonly Option<int> _deadline = new("--deadline") { Description = "Milliseconds to answer in.", DefaultValueFactory = _ => Question.DefaultDeadlineMs };
    private readonly RegionArguments _regions = new();
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new AskVerb();
        var command = new System.CommandLine.Command("ask", "Ask about a picture, or about regions of it: loupe ask cat.jpg \"what is [0]?\" --box 10,20,200,220")
        {
            verb._image, verb._text, verb._task, verb._stream, verb._json, verb._save, verb._maxWords, verb._deadline,
        };
        verb._regions.AddTo(command);
        verb._connection.AddTo(command);
        command.SetAction((parsed, cancellation) => Connection.RunAsync(() => verb.RunAsync(parsed, cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var text = parsed.GetValue(_text);
        var question = new Question
        {
            Task = TaskOf(parsed.GetValue(_task), text),
            Text = text,
            Regions = _regions.Read(parsed),
            MaxWords = parsed.GetValue(_maxWords),
            DeadlineMs = parsed.GetValue(_deadline),
        };
        var file = await File.ReadAllBytesAsync(parsed.GetValue(_image)!, cancellation);
        using var client = _connection.Open(parsed);
        var image = await client.UploadAsync(file, cancellation);
        question = question with { Image = image.Id };

        var answer = parsed.GetValue(_stream)
            ? await StreamAsync(client, question, parsed.GetValue(_json), cancellation)
            : await client.AskAsync(question, cancellation);
        if (parsed.GetValue(_json))
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, LoupeJson.Default.Answer));
        }
        else
        {
            AnswerPrinter.Print(AnsiConsole.Console, answer, textPrinted: parsed.GetValue(_stream) && answer.Words.Count > 0);
        }

        if (parsed.GetValue(_save) is { } path)
        {
            await File.WriteAllBytesAsync(path, Picture.Overlay(file, AnswerDrawing.Svg(image.Width, image.Height, question.Regions, answer)), cancellation);
            await Console.Error.WriteLineAsync($"drawn into {path}");
        }

        return ExitCode.Success;
    }

    private static async Task<Answer> StreamAsync(LoupeClient client, Question question, bool quiet, CancellationToken cancellation)
    {
        Answer? answer = null;
        await foreach (var part in client.StreamAsync(question, cancellation))
        {
            switch (part)
            {
                case WordPart word when !quiet:
                    Console.Write(word.Index == 0 || AnswerPrinter.ClingsToTheLast(word.Word.Text) ? word.Word.Text : $" {word.Word.Text}");
                    break;
                case RegionPart region when !quiet:
                    Console.WriteLine(AnswerPrinter.Line(region.Region));
                    break;
                case DonePart done:
                    answer = done.Answer;
                    break;
            }
        }

        if (!quiet && answer!.Words.Count > 0)
        {
            Console.WriteLine();
        }

        return answer!;
    }

    private static VisionTask TaskOf(string? name, string? text)
    {
        if (name is null)
        {
            return string.IsNullOrWhiteSpace(text) ? VisionTask.Caption : VisionTask.Answer;
        }

        return Enum.TryParse<VisionTask>(name, ignoreCase: true, out var task) && !int.TryParse(name, out _)
            ? task
            : throw new UsageException($"--task {name}: it can be {string.Join(", ", Enum.GetNames<VisionTask>().Select(n => n.ToLowerInvariant()))}.");
    }
}
