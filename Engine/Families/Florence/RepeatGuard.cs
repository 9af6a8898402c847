using Loupe.Engine.Families.Arenas;

namespace Loupe.Engine.Families.Florence;

/// <summary>Chooses the likeliest tokens that do not say the last n tokens a second time.</summary>
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
        return Banned().Contains(best) ? Best(logits, 1)[0] : best;
    }

    /// <summary>The likeliest tokens that may come next, likeliest first.</summary>
    public IReadOnlyList<int> Best(ReadOnlySpan<float> logits, int count)
    {
        var banned = Banned();
        var best = new List<int>(count + 1);
        for (var token = 0; token < logits.Length; token++)
        {
            if (banned.Contains(token) || (best.Count == count && !(logits[token] > logits[best[^1]])))
            {
                continue;
            }

            var place = best.Count;
            while (place > 0 && !(logits[token] <= logits[best[place - 1]]))
            {
                place--;
            }

            best.Insert(place, token);
            if (best.Count > count)
            {
                best.RemoveAt(count);
            }
        }

        return best.Count > 0 ? best : [0];
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
