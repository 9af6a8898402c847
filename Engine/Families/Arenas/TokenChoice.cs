using System.Numerics;

namespace Loupe.Engine.Families.Arenas;

/// <summary>Greedy choice of the next token, and how probable it was.</summary>
internal static class TokenChoice
{
    /// <summary>The index of the largest number; the first of equals, and 0 where none is a number.</summary>
    public static int Best(ReadOnlySpan<float> logits)
    {
        var best = 0;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best] || float.IsNaN(logits[best]))
            {
                best = i;
            }
        }

        return best;
    }

    /// <summary>Softmax of one index among all, 0 to 1.</summary>
    public static double Probability(ReadOnlySpan<float> logits, int index)
    {
        var chosen = logits[index];
        var sum = Vector<float>.Zero;
        var at = 0;
        for (; at <= logits.Length - Vector<float>.Count; at += Vector<float>.Count)
        {
            sum += Vector.Exp(new Vector<float>(logits[at..]) - new Vector<float>(chosen));
        }

        var total = (double)Vector.Sum(sum);
        for (; at < logits.Length; at++)
        {
            total += MathF.Exp(logits[at] - chosen);
        }

        // Where a forbidden token outweighs the chosen one beyond all bounds, the sum is infinite and this 0.
        return double.IsNaN(total) ? 0 : 1 / total;
    }
}
