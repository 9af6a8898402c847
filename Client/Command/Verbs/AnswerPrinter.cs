using System.Globalization;
using Spectre.Console;

namespace Loupe.Command.Verbs;

/// <summary>An answer for a person.</summary>
internal static class AnswerPrinter
{
    public static void Print(IAnsiConsole console, Answer answer, bool textPrinted)
    {
        if (!textPrinted && answer.Regions.Count == 0)
        {
            console.WriteLine(answer.Text.Length > 0 ? answer.Text : "(nothing found)");
        }

        if (answer.Regions.Count > 0 && !textPrinted)
        {
            var table = new Table { Border = TableBorder.Minimal }.AddColumns("score", "box", "text");
            foreach (var region in answer.Regions)
            {
                table.AddRow($"{region.Score:0.00}", Markup.Escape(Numbers(region.Box)), Markup.Escape(region.Text ?? answer.Text));
            }

            console.Write(table);
        }

        if (answer.Rationale is { } rationale)
        {
            console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]because {rationale}[/]");
        }

        console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[grey]{Cost(answer)}[/]");
    }

    public static string Line(FoundRegion region) => string.Create(CultureInfo.InvariantCulture, $"{region.Score:0.00}  {Numbers(region.Box)}  {region.Text}");

    /// <summary>Whether a word is written without a space before it.</summary>
    public static bool ClingsToTheLast(string word) => word is "." or "," or "!" or "?" or ";" or ":";

    private static string Numbers(Box box) => string.Create(CultureInfo.InvariantCulture, $"[{box.X0:0},{box.Y0:0},{box.X1:0},{box.Y1:0}]");

    private static string Cost(Answer answer)
    {
        var (reuse, timing) = (answer.Reuse, answer.Timing);
        if (reuse.Answer == MemoReuse.Hit)
        {
            return string.Create(CultureInfo.InvariantCulture, $"answer reused, {timing.TotalMs:0.0} ms");
        }

        var encode = reuse.Features == FeatureReuse.Miss ? $"encode {timing.EncodeMs:0.0} ms" : $"features {reuse.Features.ToString().ToLowerInvariant()}";
        var region = reuse.Prefix == MemoReuse.Miss ? $"region {timing.RegionMs:0.0} ms" : "prefix hit";
        return string.Create(CultureInfo.InvariantCulture, $"{encode}, {region}, decode {timing.DecodeMs:0.0} ms, {timing.TotalMs:0.0} ms in all");
    }
}
