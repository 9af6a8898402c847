using System.Collections.Frozen;
using System.Text;
using Loupe.Engine.Families.Bundles;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Turns text into the ids of a word list and back. Immutable.</summary>
internal sealed class WordTokenizer
{
    private readonly string[] _tokens;
    private readonly FrozenDictionary<string, int> _ids;
    private readonly string _path;

    public WordTokenizer(TokenizerFile file, string path)
    {
        _path = path;
        if (file.Type != "words")
        {
            throw new BundleException($"{path}: $.type should be 'words', found '{file.Type}'. See docs/bundle.md.");
        }

        _tokens = [.. file.Special, .. file.Words];
        if (_tokens.GroupBy(t => t, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new BundleException($"{path}: every token should be there once, found '{twice.Key}' {twice.Count()} times.");
        }

        FirstWord = file.Special.Count;
        _ids = _tokens.Select((token, id) => (token, id)).ToFrozenDictionary(t => t.token, t => t.id, StringComparer.Ordinal);
        Unknown = Special(WordSplitter.Unknown);
    }

    /// <summary>Ids in all.</summary>
    public int Count => _tokens.Length;

    /// <summary>Id of the first word; special tokens come before.</summary>
    public int FirstWord { get; }

    public int Unknown { get; }

    public string this[int id] => _tokens[id];

    public static WordTokenizer Load(string path) =>
        new(JsonFile.Parse(path, File.ReadAllBytes(path), PixelJson.Default.TokenizerFile), path);

    /// <summary>Id of a special token.</summary>
    /// <exception cref="BundleException">There is none of that name.</exception>
    public int Special(string token) => _ids.TryGetValue(token, out var id) && id < FirstWord
        ? id
        : throw new BundleException($"{_path}: $.special should contain '{token}', found none. See docs/bundle.md.");

    /// <summary>
    /// Ids of a question's text, without the marks that end it. Never throws; what is not in the list is
    /// <see cref="Unknown"/>. Special tokens cannot be written in text, except references and the unknown word.
    /// </summary>
    public List<int> Encode(string text)
    {
        var pieces = WordSplitter.Split(text);
        while (pieces is [.., "?" or "!" or "."])
        {
            pieces.RemoveAt(pieces.Count - 1);
        }

        List<int> ids = [];
        foreach (var piece in pieces)
        {
            if (!_ids.ContainsKey(piece) && piece.Length > 1 && piece.Contains('-'))
            {
                ids.AddRange(piece.Split('-').Select(Id));
            }
            else
            {
                ids.Add(Id(piece));
            }
        }

        return ids;
    }

    /// <summary>Text that <see cref="Encode"/> turns into the same ids, for ids that it gave.</summary>
    public string Spell(IEnumerable<int> ids) => string.Join(' ', ids.Select(id => _tokens[id]));

    /// <summary>Text for people: a space between words, none before punctuation.</summary>
    public static string Join(IEnumerable<string> words)
    {
        var text = new StringBuilder();
        foreach (var word in words)
        {
            if (text.Length > 0 && word is not ("," or "." or "!" or "?" or ";" or ":"))
            {
                text.Append(' ');
            }

            text.Append(word);
        }

        return text.ToString();
    }

    private int Id(string piece) => _ids.GetValueOrDefault(piece, Unknown);
}
