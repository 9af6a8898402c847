using System.Globalization;
using System.Text;

namespace Loupe.Gateway.OpenAi;

/// <summary>
/// Writes an answer as the text of a chat, piece by piece or whole: what is sent of the pieces is the beginning of the
/// whole.
/// </summary>
internal sealed class ChatWriter
{
    private readonly StringBuilder _sent = new();
    private bool _hasWords;

    /// <summary>What a part adds to the text; empty for one that adds nothing.</summary>
    public string Next(AnswerPart part)
    {
        var piece = part switch
        {
            WordPart { Word.Text: var word } => _sent.Length > 0 && !Clings(word) ? $" {word}" : word,
            RegionPart { Region: var region } when !_hasWords => _sent.Length > 0 ? $"\n{Line(region)}" : Line(region),
            DonePart { Answer: var answer } => Rest(Whole(answer)),
            _ => "",
        };
        _hasWords |= part is WordPart;
        _sent.Append(piece);
        return piece;
    }

    /// <summary>The text of a whole answer.</summary>
    public static string Whole(Answer answer) =>
        IsOfRegions(answer) ? string.Join('\n', answer.Regions.Select(Line)) : answer.Text;

    /// <summary>What was read and said, in words.</summary>
    public static ChatUsage Usage(Question question, Answer answer) => new()
    {
        PromptTokens = Words(question.Text) + question.Regions.Count,
        CompletionTokens = IsOfRegions(answer)
            ? answer.Regions.Sum(region => 1 + Words(region.Text))
            : Math.Max(answer.Words.Count, Words(answer.Text)),
    };

    // Where words come with regions, the words say what is in them.
    private static bool IsOfRegions(Answer answer) => answer.Words.Count == 0 && answer.Regions.Count > 0;

    private static string Line(FoundRegion region) =>
        string.IsNullOrEmpty(region.Text) ? RegionTags.Write(region.Box) : $"{RegionTags.Write(region.Box)} {region.Text}";

    private static bool Clings(string word) => word is [',' or '.' or '!' or '?' or ';' or ':'];

    private static int Words(string? text) =>
        text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length ?? 0;

    // A bundle may join its words in another way; then the words that were sent stand.
    private string Rest(string whole) =>
        CultureInfo.InvariantCulture.CompareInfo.IsPrefix(whole, _sent.ToString(), CompareOptions.Ordinal) ? whole[_sent.Length..] : "";
}
