using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// What becomes of chosen tokens: words, each told when the next one begins, and what is somewhere, told when the last number of
/// its place is there.
/// </summary>
/// <param name="manifest">Tokens.</param>
/// <param name="tokenizer">Spells tokens.</param>
/// <param name="kind">Of the answer.</param>
/// <param name="maxWords">Of an answer that is text.</param>
/// <param name="size">Of the original image.</param>
internal sealed class Saying(FlorenceManifest manifest, BartTokenizer tokenizer, AnswerKind kind, int maxWords, ImageSize size)
{
    private readonly Transcript _said = new(tokenizer);
    private readonly List<FoundRegion> _regions = [];
    private int _places;

    /// <summary>Adds a token.</summary>
    /// <returns>Whether there is room for more words; where not, the token that began one too many is forgotten.</returns>
    public bool Add(int token, double probability, IList<AnswerPart> parts)
    {
        var words = _said.Add(token, probability);
        if (kind == AnswerKind.Text && _said.Words.Count >= maxWords && (_said.Words.Count > maxWords || _said.IsInWord))
        {
            _said.CutTo(maxWords);
            Tell(words.Where(word => word.Index < maxWords), parts);
            return false;
        }

        Tell(words, parts);
        _places = IsPlace(token) ? _places + 1 : 0;
        if (_places > 0 && _places % 4 == 0 && kind is not (AnswerKind.Text or AnswerKind.Polygons))
        {
            TellRegions(parts);
        }

        return true;
    }

    /// <summary>The end: what is left is told.</summary>
    public void Close(IList<AnswerPart> parts)
    {
        Tell(_said.Close(), parts);
        TellRegions(parts);
    }

    /// <summary>All of it.</summary>
    public Utterance Utterance(Finish finish) => new()
    {
        Text = kind switch
        {
            AnswerKind.Text => _said.Text.Trim(),
            AnswerKind.Quads => string.Join('\n', _regions.Select(line => line.Text)),
            AnswerKind.Boxes => string.Join(", ", _regions.Select(region => region.Text)),
            _ => "",
        },
        Words = kind == AnswerKind.Text ? _said.Words : [],
        Regions = _regions,
        Finish = finish,
    };

    private bool IsPlace(int token) =>
        token >= manifest.Tokens.FirstLocation && token < manifest.Tokens.FirstLocation + FlorenceTokens.Locations;

    private void Tell(IEnumerable<WordPart> words, IList<AnswerPart> parts)
    {
        foreach (var word in kind == AnswerKind.Text ? words : [])
        {
            parts.Add(word);
        }
    }

    // What was found once stays: text that is added behind it can only add to it.
    private void TellRegions(IList<AnswerPart> parts)
    {
        var found = PlaceParser.Parse(kind, _said.Text, size)
            .SelectMany(placed => FlorenceRegions.Of(kind, placed, _said.Sureness(placed.Start, placed.End), size)).ToList();
        foreach (var region in found.Skip(_regions.Count).ToList())
        {
            parts.Add(new RegionPart(_regions.Count, region));
            _regions.Add(region);
        }
    }
}
