using System.Globalization;
using System.Text;
using Loupe.Engine.Questions;

namespace Loupe.Grains.Keys;

/// <summary>
/// The last part of region and query keys: SHA-256 over what was asked, as it was asked. Two spellings of one question
/// are two grains with one home, where the engine, which knows what its model tells apart, joins them.
/// </summary>
public static class QuestionHash
{
    /// <summary>64 hexadecimal digits; deadline, priority and streaming are no part of a question's identity.</summary>
    public static string Of(Question question) => ContentKey.Of(
        "question", question.Task.ToString(), Describe(question.Regions), question.Text ?? string.Empty,
        question.MaxWords.ToString(CultureInfo.InvariantCulture));

    /// <summary>64 hexadecimal digits of a region prompt.</summary>
    public static string Of(IReadOnlyList<Region> regions) => ContentKey.Of("regions", Describe(regions));

    private static string Describe(IReadOnlyList<Region> regions)
    {
        var text = new StringBuilder();
        foreach (var region in regions)
        {
            text.Append('|');
            if (region?.Box is { } box)
            {
                text.Append(CultureInfo.InvariantCulture, $"b{box.X0:R},{box.Y0:R},{box.X1:R},{box.Y1:R}");
            }

            Append(text, 'p', region?.Points);
            Append(text, 'g', region?.Polygon);
            if (region?.Labels is { } labels)
            {
                text.Append('l').AppendJoin(',', labels);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, char kind, IReadOnlyList<Point>? points)
    {
        if (points is not null)
        {
            text.Append(kind);
            foreach (var (x, y) in points)
            {
                text.Append(CultureInfo.InvariantCulture, $"{x:R},{y:R};");
            }
        }
    }
}
