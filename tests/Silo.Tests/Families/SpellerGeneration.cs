using Loupe.Engine.Models;

namespace Loupe.Silo.Tests.Families;

/// <summary>A beam search of two rows; what it says is known when it is over.</summary>
internal sealed class SpellerGeneration(CanonicalQuestion question, string[] words) : Generation
{
    private List<(int[] Tokens, double Score)> _rows = [([], 0)];
    private (int[] Tokens, double Score)? _best;

    public override ReadOnlyMemory<int> Prompt { get; } = new[] { SpellerModel.End };

    public override int MaxNewTokens => 12;

    public override int Width => 2;

    public override int Advance(StepOutputs outputs, Span<NextToken> next, IList<AnswerPart> parts)
    {
        List<(int From, int Token, double Score)> all = [];
        for (var row = 0; row < outputs.Count; row++)
        {
            var logits = outputs.Logits(row).ToArray();
            var sum = Math.Log(logits.Sum(logit => Math.Exp(logit)));
            var from = row;
            all.AddRange(logits.Select((logit, token) => (from, token, _rows[from].Score + logit - sum)));
        }

        var kept = all.OrderByDescending(one => one.Score).Take(Width).ToList();
        foreach (var (from, _, score)
            in kept.Where(one => one.Token == SpellerModel.End && (_best is null || one.Score > _best.Value.Score)))
        {
            _best = (_rows[from].Tokens, score);
        }

        kept.RemoveAll(one => one.Token == SpellerModel.End || one.Score <= _best?.Score);
        if (kept.Count == 0 || _rows[0].Tokens.Length == MaxNewTokens)
        {
            Tell(parts);
            return 0;
        }

        for (var row = 0; row < kept.Count; row++)
        {
            next[row] = new NextToken(kept[row].From, kept[row].Token);
        }

        _rows = [.. kept.Select(one => ((int[])[.. _rows[one.From].Tokens, one.Token], one.Score))];
        return kept.Count;
    }

    public override Utterance Finish()
    {
        var said = (_best ?? _rows[0]).Tokens.Select(token => words[token]).ToList();
        var finds = question.Task is VisionTask.Locate or VisionTask.Detect or VisionTask.Segment;
        return new Utterance
        {
            Text = string.Join(' ', finds && question.Task != VisionTask.Detect ? [] : said),
            Words = finds ? [] : [.. said.Select(word => new Word { Text = word, Confidence = 0.5 })],
            Regions = finds ? [.. said.Select(Region)] : [],
        };
    }

    private void Tell(IList<AnswerPart> parts)
    {
        var said = Finish();
        foreach (var (i, word) in said.Words.Index())
        {
            parts.Add(new WordPart(i, word));
        }

        foreach (var (i, region) in said.Regions.Index())
        {
            parts.Add(new RegionPart(i, region));
        }
    }

    private static Mask MaskOf(Box box, int height, int width)
    {
        var inside = Enumerable.Range(0, height * width).Select(pixel => pixel % width >= box.X0 && pixel % width < box.X1).ToArray();
        return new Mask([height, width], RunLengths.Compress(RunLengths.Encode(inside, height, width)));
    }

    private FoundRegion Region(string side)
    {
        var (width, height) = (question.Prompt.Size.Width, question.Prompt.Size.Height);
        var box = side == "right" ? new Box(width / 2, 0, width, height) : new Box(0, 0, width / 2, height);
        return new FoundRegion
        {
            Box = box,
            Score = 1,
            Text = question.Task == VisionTask.Detect ? side : null,
            Mask = question.Task == VisionTask.Segment ? MaskOf(box, height, width) : null,
        };
    }
}
