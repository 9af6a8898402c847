using System.Globalization;

namespace Loupe.Engine.Families.Florence.Text;

/// <summary>What Florence-2 is asked with, word for word as it was trained, and how its answer is to be read.</summary>
/// <param name="Text">The prompt.</param>
/// <param name="Kind">Of the answer.</param>
internal readonly record struct FlorencePrompt(string Text, AnswerKind Kind)
{
    /// <summary>The prompt of a question that is about one region at most.</summary>
    public static FlorencePrompt Of(CanonicalQuestion question)
    {
        var region = question.Prompt.Regions is [var first, ..] ? Places(first.Bounds, question.Prompt.Size) : null;
        return (question.Task, region) switch
        {
            (VisionTask.Caption, null) => new(question.Detail switch
            {
                Detail.Detailed => "Describe in detail what is shown in the image.",
                Detail.Paragraph => "Describe with a paragraph what is shown in the image.",
                _ => "What does the image describe?",
            }, AnswerKind.Text),
            (VisionTask.Caption, _) when question.Detail == Detail.Brief => new($"What is the region {region}?", AnswerKind.Text),
            (VisionTask.Caption, _) => new($"What does the region {region} describe?", AnswerKind.Text),
            (VisionTask.Narrate, _) => new("Describe with a paragraph what is shown in the image.", AnswerKind.Text),
            (VisionTask.Locate, _) => new($"Locate the phrases in the caption: {question.Text}", AnswerKind.Grounding),
            (VisionTask.Segment, _) when question.Text.Length > 0 => new(
                $"Locate {question.Text} in the image with mask", AnswerKind.Polygons),
            (VisionTask.Segment, _) => new($"What is the polygon mask of region {region}", AnswerKind.Polygons),
            (VisionTask.Detect, _) => question.Detail switch
            {
                Detail.Brief => new("Locate the region proposals in the image.", AnswerKind.Proposals),
                Detail.Detailed => new("Locate the objects in the image, with their descriptions.", AnswerKind.Boxes),
                _ => new("Locate the objects with category name in the image.", AnswerKind.Boxes),
            },
            (VisionTask.Read, null) => new("What is the text in the image, with regions?", AnswerKind.Quads),
            (VisionTask.Read, _) => new($"What text is in the region {region}?", AnswerKind.Text),
            _ => throw LocalizerException.Invalid("task", "this bundle does not offer it"),
        };
    }

    /// <summary>A box as the model reads it.</summary>
    public static string Places(Box box, ImageSize size)
    {
        return $"{Place(box.X0, size.Width)}{Place(box.Y0, size.Height)}{Place(box.X1, size.Width)}{Place(box.Y1, size.Height)}";

        static string Place(double at, int length)
        {
            var place = Math.Clamp(Math.Floor(at / ((double)length / FlorenceTokens.Locations)), 0, FlorenceTokens.Locations - 1);
            return string.Create(CultureInfo.InvariantCulture, $"<loc_{place}>");
        }
    }
}
