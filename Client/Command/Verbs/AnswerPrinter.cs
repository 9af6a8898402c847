using System.Globalization;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary>An answer for a person.</summary>
internal static class AnswerPrinter
{
    private const string Nothing = "(nothing found)";

    /// <param name="console">Where to.</param>
    /// <param name="answer">What is said.</param>
    /// <param name="alreadySaid">Whether <see cref="StreamAsync"/> has printed words and regions before.</param>
    public static void Print(IAnsiConsole console, Answer answer, bool alreadySaid)
    {
        if (!alreadySaid && answer.Regions.Count == 0)
        {
            // Not through the console, which would fold it.
            Console.WriteLine(answer.Text.Length > 0 ? answer.Text : Nothing);
        }

        if (!alreadySaid && answer.Regions.Count > 0)
        {
            var table = new Table { Border = TableBorder.Minimal }.AddColumns("score", "box", "text");
            foreach (var region in answer.Regions)
            {
                table.AddRow(Score(region), Markup.Escape(Numbers(region.Box)), Markup.Escape(region.Text ?? answer.Text));
            }

            console.Write(table);
        }

        if (!string.IsNullOrEmpty(answer.Rationale))
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]because {answer.Rationale}[/]");
        }

        if (answer.Confidence is { } confidence)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]confidence {confidence:0.00}[/]");
        }

        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Cost(answer)}[/]");
    }

    /// <summary>Prints words and regions as they come; returns the whole answer.</summary>
    public static async Task<Answer> StreamAsync(IAsyncEnumerable<AnswerPart> parts)
    {
        var midLine = false;
        await foreach (var part in parts)
        {
            switch (part)
            {
                case WordPart { Word.Text: var word }:
                    Console.Write(midLine && !ClingsToTheLast(word) ? $" {word}" : word);
                    midLine = true;
                    break;
                case RegionPart { Region: var region }:
                    Console.WriteLine(
                        $"{(midLine ? Console.Out.NewLine : string.Empty)}{Score(region)}  {Numbers(region.Box)}  {region.Text}".TrimEnd());
                    midLine = false;
                    break;
                case DonePart { Answer: var answer }:
                    Console.Write(midLine ? Console.Out.NewLine : string.Empty);
                    if (answer is { Words.Count: 0, Regions.Count: 0 })
                    {
                        Console.WriteLine(answer.Text.Length > 0 ? answer.Text : Nothing);
                    }

                    return answer;
            }
        }

        throw new InvalidOperationException("The answer ended without its last part.");
    }

    /// <summary>Whether a word is written without a space before it.</summary>
    private static bool ClingsToTheLast(string word) => word is "." or "," or "!" or "?" or ";" or ":";

    private static string Score(FoundRegion region) => region.Score.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Numbers(Box box) => string.Create(CultureInfo.InvariantCulture, $"[{box.X0:0},{box.Y0:0},{box.X1:0},{box.Y1:0}]");

    private static string Cost(Answer answer)
    {
        var (reuse, timing) = (answer.Reuse, answer.Timing);
        if (reuse.Answer == MemoReuse.Hit)
        {
            return string.Create(CultureInfo.InvariantCulture, $"answer reused, {timing.TotalMs:0.0} ms");
        }

        var encode = reuse.Features == FeatureReuse.Miss
            ? $"encode {timing.EncodeMs:0.0} ms"
            : $"features {reuse.Features.ToString().ToLowerInvariant()}";
        var region = reuse.Prefix == MemoReuse.Miss ? $"region {timing.RegionMs:0.0} ms" : "prefix hit";
        return string.Create(
            CultureInfo.InvariantCulture, $"{encode}, {region}, decode {timing.DecodeMs:0.0} ms, {timing.TotalMs:0.0} ms in all");
    }
}
