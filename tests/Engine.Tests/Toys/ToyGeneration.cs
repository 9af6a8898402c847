using Loupe.Engine.Models;

namespace Loupe.Engine.Tests.Toys;

internal sealed class ToyGenerations(int vocabulary) : IGenerationFactory
{
    public int Vocabulary => vocabulary;

    public Generation Create(CanonicalQuestion question)
    {
        int[] prompt = [.. $"{question.Task}{question.Text}".Select(c => c % vocabulary)];
        return question.Task == VisionTask.Segment ? new ToyLocateGeneration(prompt) : new ToyGeneration(prompt, question.MaxWords);
    }

    /// <summary>What a sequence must say, computed without any loop, slot or batch.</summary>
    public string Expected(ulong prefix, ToyGeneration generation)
    {
        var state = prefix;
        foreach (var token in generation.Prompt.Span)
        {
            state = ToyModel.Mix(state, (ulong)token + 1);
        }

        List<string> words = [];
        while (words.Count < generation.MaxNewTokens)
        {
            var next = (int)(state % (ulong)vocabulary);
            if (next == 0)
            {
                break;
            }

            state = ToyModel.Mix(state, (ulong)next + 1);
            words.Add($"w{next}@{(state >> 8) % 100}");
        }

        return string.Join(' ', words);
    }
}

/// <summary>Says a word for every token it reads after its prompt; token 0 ends it.</summary>
internal sealed class ToyGeneration(int[] prompt, int maxWords) : SingleGeneration
{
    private readonly List<Word> _words = [];
    private int _reading = -1;
    private double? _confidence;

    public override ReadOnlyMemory<int> Prompt => prompt;

    public override int MaxNewTokens => maxWords;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        if (_reading >= 0)
        {
            var word = new Word { Text = $"w{_reading}@{outputs.Named("place")[0]}", Point = default, Box = default, Confidence = 1 };
            parts.Add(new WordPart(_words.Count, word));
            _words.Add(word);
            var plausible = outputs.Named("plausible")[0];
            _confidence = float.IsNaN(plausible) ? null : plausible;
        }

        _reading = outputs.Logits().IndexOf(1f);
        return _reading == 0 || _words.Count >= maxWords ? Nothing : _reading;
    }

    public override Utterance Finish() => new()
    {
        Text = string.Join(' ', _words.Select(word => word.Text)),
        Words = _words,
        Confidence = _confidence,
        Finish = _reading == 0 ? Loupe.Finish.Stop : Loupe.Finish.Length,
    };
}

/// <summary>Finds a box of 20 × 20 pixels at the place of its prompt's last token, and says nothing.</summary>
internal sealed class ToyLocateGeneration(int[] prompt) : SingleGeneration
{
    private FoundRegion? _found;

    public override ReadOnlyMemory<int> Prompt => prompt;

    public override int MaxNewTokens => 0;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        var at = outputs.Named("place")[0] / 2;
        _found = new FoundRegion { Box = new Box(at, at, at + 20, at + 20), Score = 0.3 };
        parts.Add(new RegionPart(0, _found));
        return Nothing;
    }

    public override Utterance Finish() => new() { Text = "", Regions = [_found!] };
}
