using System.Text;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Simulated;

/// <summary>Questions as tokens, and tokens as words that are only numbers.</summary>
internal sealed class SimulatedGenerations(int maxWords) : IGenerationFactory
{
    /// <summary>Tokens there are; a few of them end an answer, so that answers are some ten words long.</summary>
    public const int Tokens = 1024;

    /// <summary>Of the word that was read: four numbers from 0 to 1, in no order.</summary>
    public const string Place = "place";

    public int Vocabulary => Tokens;

    public Generation Create(CanonicalQuestion question)
    {
        var asked = SimulatedValue.Mix((ulong)question.Task, Encoding.UTF8.GetBytes(question.Text));
        int[] prompt = [.. Enumerable.Range(0, 4).Select(i => (int)((asked >> (16 * i)) % Tokens))];
        return new SimulatedGeneration(
            prompt, Math.Clamp(question.MaxWords, 1, maxWords), question.Task == VisionTask.Locate, question.Prompt.Size);
    }
}

/// <summary>Greedy words until a token that ends; where a region is asked for, the place of the prompt alone.</summary>
internal sealed class SimulatedGeneration(int[] prompt, int maxWords, bool locates, ImageSize size) : SingleGeneration
{
    private const int Ends = SimulatedGenerations.Tokens / 12;

    private readonly List<Word> _words = [];
    private FoundRegion? _found;
    private Finish _finish = Loupe.Finish.Stop;
    private int _reading = Nothing;

    public override ReadOnlyMemory<int> Prompt => prompt;

    public override int MaxNewTokens => locates ? 0 : maxWords;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        var logits = outputs.Logits();
        var place = outputs.Named(SimulatedGenerations.Place);
        var box = BoxOf(place);
        if (locates)
        {
            _found = new FoundRegion { Box = box, Score = place[0] };
            parts.Add(new RegionPart(0, _found));
            return Nothing;
        }

        if (_reading != Nothing)
        {
            var word = new Word { Text = $"w{_reading}", Box = box, Point = box.Center, Confidence = 1 };
            parts.Add(new WordPart(_words.Count, word));
            _words.Add(word);
        }

        var next = logits.IndexOf(SimulatedDecoder.Sure);
        if (next < Ends && _words.Count > 0)
        {
            return Nothing;
        }

        if (_words.Count == maxWords)
        {
            _finish = Loupe.Finish.Length;
            return Nothing;
        }

        return _reading = next;
    }

    public override Utterance Finish() => new()
    {
        Text = string.Join(' ', _words.Select(word => word.Text)),
        Words = _words,
        Regions = _found is { } found ? [found] : [],
        Finish = _finish,
    };

    private Box BoxOf(ReadOnlySpan<float> place)
    {
        var (x0, x1) = (place[0] * size.Width, place[2] * size.Width);
        var (y0, y1) = (place[1] * size.Height, place[3] * size.Height);
        return new(Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1));
    }
}
