using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Greedy words until the model ends. A word is sent when the step that reads it is done, for only then its place is
/// known. What follows <c>&lt;because&gt;</c> is the rationale, which has no places. Special tokens are never chosen,
/// except the end, <c>&lt;because&gt;</c> (once) and references to regions that the question has.
/// </summary>
internal sealed class TextGeneration : SingleGeneration
{
    private readonly int[] _prompt;
    private readonly int _maxWords;
    private readonly int _regions;
    private readonly WordTokenizer _tokenizer;
    private readonly TokenRoles _roles;
    private readonly PixelGeometry _geometry;
    private readonly List<Word> _words = [];
    private List<string>? _rationale;
    private int _reading = Nothing;
    private int _read;
    private double _confidence;
    private float? _plausible;
    private Finish _finish = Loupe.Finish.Stop;

    /// <param name="prompt">Tokens to read first.</param>
    /// <param name="maxWords">Of the text; the rationale is bounded by <paramref name="maxTokens"/> alone.</param>
    /// <param name="maxTokens">To read after the prompt.</param>
    /// <param name="regions">Regions that words may refer to.</param>
    /// <param name="tokenizer">Spells words.</param>
    /// <param name="roles">Special tokens.</param>
    /// <param name="geometry">Of the image.</param>
    public TextGeneration(
        int[] prompt, int maxWords, int maxTokens, int regions, WordTokenizer tokenizer, TokenRoles roles, PixelGeometry geometry)
    {
        _prompt = prompt;
        _maxWords = maxWords;
        MaxNewTokens = maxTokens;
        _regions = regions;
        _tokenizer = tokenizer;
        _roles = roles;
        _geometry = geometry;
    }

    public override ReadOnlyMemory<int> Prompt => _prompt;

    public override int MaxNewTokens { get; }

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        Take(outputs, parts);
        var logits = outputs.Logits();
        var next = Choose(logits);
        if (next == _roles.End)
        {
            return Nothing;
        }

        var full = _rationale is null && _words.Count == _maxWords && next != _roles.Because;
        if (full || _read == MaxNewTokens)
        {
            _finish = Loupe.Finish.Length;
            return Nothing;
        }

        _reading = next;
        _confidence = TokenChoice.Probability(logits, next);
        _read++;
        return next;
    }

    public override Utterance Finish() => new()
    {
        Text = WordTokenizer.Join(_words.Select(w => w.Text)),
        Rationale = _rationale is { Count: > 0 } ? WordTokenizer.Join(_rationale) : null,
        Words = _words,
        Confidence = _plausible is { } plausible && !float.IsNaN(plausible) ? Math.Clamp(plausible, 0, 1) : null,
        Finish = _finish,
    };

    private void Take(StepOutputs outputs, IList<AnswerPart> parts)
    {
        if (_reading == Nothing)
        {
            return;
        }

        _plausible = outputs.Named(PixelOutputs.Plausible.Name) is [var plausible] ? plausible : null;
        if (_reading == _roles.Because)
        {
            _rationale = [];
        }
        else if (_rationale is not null)
        {
            _rationale.Add(_tokenizer[_reading]);
        }
        else
        {
            var box = _geometry.ToBox(outputs.Named(PixelOutputs.Place.Name));
            var word = new Word { Text = _tokenizer[_reading], Box = box, Point = box.Center, Confidence = _confidence };
            parts.Add(new WordPart(_words.Count, word));
            _words.Add(word);
        }
    }

    private int Choose(ReadOnlySpan<float> logits)
    {
        var best = _tokenizer.FirstWord + TokenChoice.Best(logits[_tokenizer.FirstWord..]);
        best = Better(logits, best, _roles.End);
        if (_rationale is null)
        {
            best = Better(logits, best, _roles.Because);
        }

        for (var k = 0; k < Math.Min(_regions, _roles.References.Count); k++)
        {
            best = Better(logits, best, _roles.References[k]);
        }

        return best;
    }

    private static int Better(ReadOnlySpan<float> logits, int best, int other) => logits[other] > logits[best] ? other : best;
}
