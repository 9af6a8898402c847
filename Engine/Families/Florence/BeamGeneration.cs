using Loupe.Engine.Families.Arenas;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// The likeliest of so many answers that are followed side by side (beam search): each step goes on from the likeliest
/// continuations of all, and is over when as many answers have ended. What it says is known, and told, at the end.
/// </summary>
/// <param name="manifest">Tokens, sizes, and how many answers.</param>
/// <param name="saying">What becomes of the tokens of the likeliest.</param>
internal sealed class BeamGeneration(FlorenceManifest manifest, Saying saying) : Generation
{
    private readonly int[] _prompt = [.. manifest.Tokens.Start];
    private readonly List<(Path Path, double Score)> _ended = [];
    private Path[] _rows = [Path.Empty];
    private int _read;
    private Finish _finish = Loupe.Finish.Stop;
    private bool _closed;

    public override ReadOnlyMemory<int> Prompt => _prompt;

    public override int MaxNewTokens => manifest.Decoder.MaxTokens - _prompt.Length - 1;

    public override int Width => manifest.Tokens.Beams;

    /// <summary>Tokens of the likeliest answer, the end left out.</summary>
    public IReadOnlyList<int> Best => _ended.Count == 0 ? _rows[0].Tokens : _ended.MaxBy(ended => ended.Score).Path.Tokens;

    public override int Advance(StepOutputs outputs, Span<NextToken> next, IList<AnswerPart> parts)
    {
        if (_read == MaxNewTokens)
        {
            foreach (var row in _rows)
            {
                _ended.Add((row, row.Score / (row.Length + 1)));
            }

            return End(Loupe.Finish.Length, parts);
        }

        var likeliest = Likeliest(outputs, 2 * Width);
        var rows = new List<Path>(Width);
        for (var rank = 0; rank < likeliest.Count && rows.Count < Width; rank++)
        {
            var (from, token, score, probability) = likeliest[rank];
            if (token != manifest.Tokens.End)
            {
                next[rows.Count] = new NextToken(from, token);
                rows.Add(_rows[from].With(token, score, probability));
            }
            else if (rank < Width)
            {
                _ended.Add((_rows[from], score / (_rows[from].Length + 1)));
            }
        }

        if (_ended.Count >= Width || rows.Count == 0)
        {
            return End(Loupe.Finish.Stop, parts);
        }

        _rows = [.. rows];
        _read++;
        return rows.Count;
    }

    public override Utterance Finish()
    {
        if (!_closed)
        {
            End(Loupe.Finish.Length, []);
        }

        return saying.Utterance(_finish);
    }

    private List<(int From, int Token, double Score, double Probability)> Likeliest(StepOutputs outputs, int count)
    {
        var best = new PriorityQueue<(int From, int Token, double Score, double Probability), double>();
        for (var from = 0; from < outputs.Count; from++)
        {
            var logits = outputs.Logits(from);
            var guard = new RepeatGuard(manifest.Tokens.NoRepeat, [.. _prompt, .. _rows[from].Tokens]);
            var likeliest = TokenChoice.Best(logits);
            var most = TokenChoice.Probability(logits, likeliest);
            foreach (var token in guard.Best(logits, count))
            {
                var probability = most * Math.Exp(logits[token] - logits[likeliest]);
                var score = _rows[from].Score + Math.Log(Math.Max(probability, double.Epsilon));
                best.Enqueue((from, token, score, probability), -score);
            }
        }

        var found = new List<(int, int, double, double)>(count);
        while (found.Count < count && best.TryDequeue(out var one, out _))
        {
            found.Add(one);
        }

        return found;
    }

    private int End(Finish finish, IList<AnswerPart> parts)
    {
        (_finish, _closed) = (finish, true);
        var path = _ended.Count == 0 ? _rows[0] : _ended.MaxBy(ended => ended.Score).Path;
        for (var i = 0; i < path.Length; i++)
        {
            if (!saying.Add(path.Tokens[i], path.Probabilities[i], parts))
            {
                _finish = Loupe.Finish.Length;
                break;
            }
        }

        saying.Close(parts);
        return 0;
    }

    private sealed record Path(int[] Tokens, double[] Probabilities, double Score)
    {
        public static Path Empty { get; } = new([], [], 0);

        public int Length => Tokens.Length;

        public Path With(int token, double score, double probability) => new([.. Tokens, token], [.. Probabilities, probability], score);
    }
}
