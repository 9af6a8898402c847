using System.CommandLine;
using System.Text.Json;
using Loupe.Command.Drawing;
using Loupe.Imaging;

namespace Loupe.Command.Verbs;

/// <summary><c>loupe ask IMAGE ["text"]</c>: one question about one picture.</summary>
internal sealed class AskVerb
{
    private readonly Argument<string> _image = new("IMAGE") { Description = "A PNG, JPEG or WebP file." };
    private readonly Argument<string?> _text = new("text")
    {
        Description = "The question, or for locate and segment what to look for. [0], [1] … are the regions.",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly Option<string?> _task = new("--task")
    {
        Description = "answer, caption, locate, segment, detect, narrate or read, as far as the bundle offers them. Default: answer with "
            + "a text, caption without.",
        HelpName = "TASK",
    };
    private readonly Option<string?> _detail = new("--detail")
    {
        Description = "How much is said, where the bundle offers a choice: brief, detailed or paragraph.",
        HelpName = "DETAIL",
    };
    private readonly Option<bool> _stream = new("--stream") { Description = "Print words as they are decoded." };
    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as JSON." };
    private readonly Option<string?> _save = new("--save")
    {
        Description = "Draw the answer onto the picture and save it as this PNG file.",
        HelpName = "OUT.png",
    };
    private readonly Option<int> _maxWords = new("--max-words")
    {
        Description = "At most so many words.",
        DefaultValueFactory = _ => Question.DefaultMaxWords,
        HelpName = "N",
    };
    private readonly Option<int> _deadline = new("--deadline")
    {
        Description = "Milliseconds after which an answer is of no use.",
        DefaultValueFactory = _ => Question.DefaultDeadlineMs,
        HelpName = "MS",
    };
    private readonly RegionArguments _regions = new();
    private readonly Connection _connection = new();

    public static System.CommandLine.Command Create()
    {
        var verb = new AskVerb();
        var command = new System.CommandLine.Command("ask", """
            Ask about a picture, or about regions of it.

            Examples:
              loupe ask street.jpg                                              what is in it?
              loupe ask street.jpg "what is [0] doing to [1]?" --box 10,20,200,220 --point 300,40
              loupe ask street.jpg --task caption --polygon 10,10 90,15 50,80
              loupe ask sign.jpg --task read                                    the text in it, line by line
              loupe ask street.jpg --task narrate --stream --save narrated.png
            """)
        {
            verb._image, verb._text, verb._task, verb._detail, verb._stream, verb._json, verb._save, verb._maxWords, verb._deadline,
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
            Regions = RegionArguments.Read(parsed),
            MaxWords = parsed.GetValue(_maxWords),
            DeadlineMs = parsed.GetValue(_deadline),
            Detail = parsed.GetValue(_detail) is { } detail ? Named<Detail>("--detail", detail) : null,
        };
        var file = await ReadAsync(parsed.GetValue(_image)!, cancellation);
        using var client = _connection.Open(parsed);
        var image = await client.UploadAsync(file, cancellation);
        question = question with { Image = image.Id };

        var json = parsed.GetValue(_json);
        var streams = parsed.GetValue(_stream) && !json;
        var answer = streams
            ? await AnswerPrinter.StreamAsync(client.StreamAsync(question, cancellation))
            : await client.AskAsync(question, cancellation);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(answer, LoupeJson.Default.Answer));
        }
        else
        {
            AnswerPrinter.Print(Terminal.Out, answer, alreadySaid: streams);
        }

        if (parsed.GetValue(_save) is { } path)
        {
            await SaveAsync(
                path, Picture.Overlay(file, AnswerDrawing.Svg(image.Width, image.Height, question.Regions, answer)), cancellation);
            await Console.Error.WriteLineAsync($"drawn into {path}");
        }

        return ExitCode.Success;
    }

    private static async Task<byte[]> ReadAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return await File.ReadAllBytesAsync(path, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{path} cannot be read: {error.Message}");
        }
    }

    private static async Task SaveAsync(string path, byte[] picture, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllBytesAsync(path, picture, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--save {path} cannot be written: {error.Message}");
        }
    }

    private static VisionTask TaskOf(string? name, string? text)
    {
        if (name is null)
        {
            return string.IsNullOrWhiteSpace(text) ? VisionTask.Caption : VisionTask.Answer;
        }

        return Named<VisionTask>("--task", name);
    }

    private static T Named<T>(string option, string name)
        where T : struct, Enum =>
        Enum.TryParse<T>(name, ignoreCase: true, out var value) && Enum.IsDefined(value) && !int.TryParse(name, out _)
            ? value
            : throw new UsageException(
                $"{option} {name}: it can be {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
}
