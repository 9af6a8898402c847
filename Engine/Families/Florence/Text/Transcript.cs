using System.Text;

namespace Loupe.Engine.Families.Florence.Text;

/// <summary>What tokens said so far: the text, its words, and how probable each part was.</summary>
internal sealed class Transcript(BartTokenizer tokenizer)
{
    private readonly Decoder _utf8 = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _word = new();
    private readonly List<int> _tokens = [];
    private readonly List<(int End, double Probability)> _spans = [];
    private readonly List<Word> _words = [];
    private readonly List<int> _ends = [];
    private double _probability = 1;

    public string Text => _text.ToString();

    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Whole words.</summary>
    public IReadOnlyList<Word> Words => _words;

    /// <summary>Whether a further word has begun.</summary>
    public bool IsInWord => _word.Length > 0;

    /// <summary>Adds a token; gives the words that are whole since.</summary>
    public IReadOnlyList<WordPart> Add(int token, double probability)
    {
        _tokens.Add(token);
        var bytes = tokenizer.AddedText(token) is { } added ? Encoding.UTF8.GetBytes(added) : tokenizer.Bytes(token);
        return Take(bytes, flush: false, probability);
    }

    /// <summary>The end: the last word is whole.</summary>
    public IReadOnlyList<WordPart> Close()
    {
        List<WordPart> whole = [.. Take([], flush: true, 1)];
        EndWord(whole, _text.Length);
        return whole;
    }

    /// <summary>Forgets all but the first words.</summary>
    public void CutTo(int words)
    {
        _word.Clear();
        if (words < _words.Count)
        {
            _words.RemoveRange(words, _words.Count - words);
            _ends.RemoveRange(words, _ends.Count - words);
        }

        _text.Length = _ends.Count > 0 ? _ends[^1] : 0;
    }

    /// <summary>How probable a part of the text was: the geometric mean over its tokens, 0 to 1.</summary>
    public double Sureness(int start, int end)
    {
        var (from, sum, count) = (0, 0.0, 0);
        foreach (var (to, probability) in _spans)
        {
            if (from < end && to > start)
            {
                sum += Math.Log(Math.Max(probability, double.Epsilon));
                count++;
            }

            from = to;
        }

        return count == 0 ? 0 : Math.Exp(sum / count);
    }

    private List<WordPart> Take(ReadOnlySpan<byte> bytes, bool flush, double probability)
    {
        Span<char> characters = stackalloc char[Encoding.UTF8.GetMaxCharCount(bytes.Length + 4)];
        var length = _utf8.GetChars(bytes, characters, flush);
        var whole = new List<WordPart>();
        var isCounted = false;
        foreach (var character in characters[..length])
        {
            if (char.IsWhiteSpace(character))
            {
                EndWord(whole, _text.Length);
            }
            else
            {
                _word.Append(character);
                _probability *= isCounted ? 1 : probability;
                isCounted = true;
            }

            _text.Append(character);
        }

        _spans.Add((_text.Length, probability));
        return whole;
    }

    private void EndWord(List<WordPart> whole, int end)
    {
        if (_word.Length > 0)
        {
            whole.Add(new WordPart(_words.Count, new Word { Text = _word.ToString(), Confidence = _probability }));
            _words.Add(whole[^1].Word);
            _ends.Add(end);
            _word.Clear();
        }

        _probability = 1;
    }
}
