using Loupe.Engine.Families.Arenas;

namespace Loupe.Engine.Families.Florence;

/// <summary>Chooses the likeliest token that does not say the last n tokens a second time.</summary>
/// <param name="length">n; 0 for any choice.</param>
/// <param name="start">What was read before.</param>
internal sealed class RepeatGuard(int length, IReadOnlyList<int> start)
{
    private readonly List<int> _tokens = [.. start];

    public void Add(int token) => _tokens.Add(token);

    /// <summary>The first of the likeliest tokens that may come next.</summary>
    public int Best(ReadOnlySpan<float> logits)
    {
        var best = TokenChoice.Best(logits);
        var banned = Banned();
        if (!banned.Contains(best))
        {
            return best;
        }

        best = -1;
        for (var token = 0; token < logits.Length; token++)
        {
            if (!banned.Contains(token) && (best < 0 || logits[token] > logits[best] || float.IsNaN(logits[best])))
            {
                best = token;
            }
        }

        return Math.Max(best, 0);
    }

    private HashSet<int> Banned()
    {
        HashSet<int> banned = [];
        var said = _tokens.Count - (length - 1);
        for (var at = 0; length > 0 && at < said; at++)
        {
            var isSame = true;
            for (var k = 0; k < length - 1 && isSame; k++)
            {
                isSame = _tokens[at + k] == _tokens[said + k];
            }

            if (isSame && at + length - 1 < _tokens.Count)
            {
                banned.Add(_tokens[at + length - 1]);
            }
        }

        return banned;
    }
}
