using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Florence;

/// <summary>Greedy tokens until the model ends.</summary>
/// <param name="manifest">Tokens and sizes.</param>
/// <param name="saying">What becomes of them.</param>
internal sealed class FlorenceGeneration(FlorenceManifest manifest, Saying saying) : SingleGeneration
{
    private readonly int[] _prompt = [.. manifest.Tokens.Start];
    private readonly RepeatGuard _guard = new(manifest.Tokens.NoRepeat, manifest.Tokens.Start);
    private int _read;
    private Finish _finish = Loupe.Finish.Stop;
    private bool _closed;

    public override ReadOnlyMemory<int> Prompt => _prompt;

    // The first token after the start is chosen by the prompt's outputs, and the end is not read.
    public override int MaxNewTokens => manifest.Decoder.MaxTokens - _prompt.Length - 1;

    public override int Advance(StepOutputs outputs, IList<AnswerPart> parts)
    {
        var logits = outputs.Logits();
        var next = _guard.Best(logits);
        if (next == manifest.Tokens.End || _read == MaxNewTokens)
        {
            return End(next == manifest.Tokens.End ? Loupe.Finish.Stop : Loupe.Finish.Length, parts);
        }

        if (!saying.Add(next, TokenChoice.Probability(logits, next), parts))
        {
            return End(Loupe.Finish.Length, parts);
        }

        _guard.Add(next);
        _read++;
        return next;
    }

    public override Utterance Finish()
    {
        if (!_closed)
        {
            End(Loupe.Finish.Length, []);
        }

        return saying.Utterance(_finish);
    }

    private int End(Finish finish, IList<AnswerPart> parts)
    {
        (_finish, _closed) = (finish, true);
        saying.Close(parts);
        return Nothing;
    }
}
