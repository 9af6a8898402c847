using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// Greedy tokens until the model ends. A word is sent when the next one begins; something with a place when the last number of
/// its place is read.
/// </summary>
/// <param name="manifest">Tokens and sizes.</param>
/// <param name="tokenizer">Spells tokens.</param>
/// <param name="kind">Of the answer.</param>
/// <param name="maxWords">Of an answer that is text.</param>
/// <param name="size">Of the original image.</param>
internal sealed class FlorenceGeneration(FlorenceManifest manifest, BartTokenizer tokenizer, AnswerKind kind, int maxWords, ImageSize size)
    : SingleGeneration
{
    private readonly int[] _prompt = [.. manifest.Tokens.Start];
    private readonly RepeatGuard _guard = new(manifest.Tokens.NoRepeat, manifest.Tokens.Start);
    private readonly Transcript _said = new(tokenizer);
    private readonly List<FoundRegion> _regions = [];
    private int _read;
    private int _places;
    private Finish _finish = Loupe.Finish.Stop;

    public override ReadOnlyMemory<int> Prompt => _prompt;

    // The first token after the start is chosen by the prompt's outputs, and the end is not read.
    public override int MaxNewTokens => manifest.Decoder.MaxTokens - _prompt.Length - 1;

    /// <summary>All tokens chosen so far, the end left out.</summary>
    public IReadOnlyList<int> Tokens => _said.Tokens;

    /// <summary>All that was said, places included.</summary>
    public string Raw => _said.Text;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        var logits = outputs.Logits();
        var next = _guard.Best(logits);
        if (next == manifest.Tokens.End || _read == MaxNewTokens)
        {
            _finish = next == manifest.Tokens.End ? Loupe.Finish.Stop : Loupe.Finish.Length;
            Tell(_said.Close(), parts);
            TellRegions(parts);
            return Nothing;
        }

        var words = _said.Add(next, TokenChoice.Probability(logits, next));
        if (kind == AnswerKind.Text && _said.Words.Count >= maxWords && (_said.Words.Count > maxWords || _said.IsInWord))
        {
            _said.CutTo(maxWords);
            Tell(words.Where(word => word.Index < maxWords), parts);
            _finish = Loupe.Finish.Length;
            return Nothing;
        }

        Tell(words, parts);
        _places = IsPlace(next) ? _places + 1 : 0;
        if (_places > 0 && _places % 4 == 0 && kind is not (AnswerKind.Text or AnswerKind.Polygons))
        {
            TellRegions(parts);
        }

        _guard.Add(next);
        _read++;
        return next;
    }

    public override Utterance Finish()
    {
        _said.Close();
        TellRegions([]);
        return new Utterance
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
            Finish = _finish,
        };
    }

    private bool IsPlace(int token) => token >= manifest.Tokens.FirstLocation && token < manifest.Tokens.FirstLocation + FlorenceTokens.Locations;

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
