using System.Text;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Loupe.Engine.Families.Bundles;
using Microsoft.ML.Tokenizers;

namespace Loupe.Engine.Families.Florence.Text;

/// <summary>The pieces of a byte-level BPE, as a bundle keeps them.</summary>
/// <param name="Vocabulary">Piece → id, bytes as the characters that stand for them.</param>
/// <param name="Merges">Pairs of pieces, first come first.</param>
/// <param name="Added">Text of a token that is cut out before BPE → id.</param>
internal sealed record BartPieces(
    IReadOnlyDictionary<string, int> Vocabulary, IReadOnlyList<string> Merges, IReadOnlyDictionary<string, int> Added);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BartPieces))]
internal sealed partial class BartJson : JsonSerializerContext;

/// <summary>
/// BART's tokenizer: byte-level BPE with the pre-split of GPT-2, and added tokens that are cut out of the text before it. Any thread.
/// </summary>
internal sealed partial class BartTokenizer
{
    private readonly BpeTokenizer _bpe;
    private readonly IReadOnlyDictionary<string, int> _added;
    private readonly Dictionary<int, string> _addedById;
    private readonly byte[]?[] _bytes;

    public BartTokenizer(BartPieces pieces)
    {
        _bpe = BpeTokenizer.Create(new BpeOptions(pieces.Vocabulary)
        {
            Merges = pieces.Merges,
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(PreSplit(), null),
        });
        _added = pieces.Added;
        _addedById = pieces.Added.ToDictionary(added => added.Value, added => added.Key);
        _bytes = new byte[]?[1 + Math.Max(pieces.Vocabulary.Values.Max(), pieces.Added.Values.DefaultIfEmpty().Max())];
        var bytes = ByteOfCharacter();
        foreach (var (piece, id) in pieces.Vocabulary)
        {
            _bytes[id] = piece.All(bytes.ContainsKey) ? [.. piece.Select(character => bytes[character])] : Encoding.UTF8.GetBytes(piece);
        }

    }

    /// <summary>Reads a bundle's tokenizer.</summary>
    /// <exception cref="BundleException">It is not one.</exception>
    public static BartTokenizer Load(string path)
    {
        var pieces = JsonFile.Parse(path, File.ReadAllBytes(path), BartJson.Default.BartPieces);
        return pieces.Vocabulary.Count > 0 && pieces.Vocabulary.Values.Concat(pieces.Added.Values).All(id => id is >= 0 and < 1 << 20)
            ? new BartTokenizer(pieces)
            : throw new BundleException($"{path}: vocabulary should have pieces whose ids are 0 to {(1 << 20) - 1}.");
    }

    /// <summary>The ids of a text, without begin and end.</summary>
    public IReadOnlyList<int> Encode(string text)
    {
        var ids = new List<int>();
        var from = 0;
        foreach (Match tag in Tag().Matches(text))
        {
            if (_added.TryGetValue(tag.Value, out var id))
            {
                ids.AddRange(_bpe.EncodeToIds(text[from..tag.Index]));
                ids.Add(id);
                from = tag.Index + tag.Length;
            }
        }

        ids.AddRange(_bpe.EncodeToIds(text[from..]));
        return ids;
    }

    /// <summary>The text of an added token, or null for a piece.</summary>
    public string? AddedText(int id) => _addedById.GetValueOrDefault(id);

    /// <summary>The bytes of a piece; together with its neighbours', UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes(int id) => (uint)id < (uint)_bytes.Length ? _bytes[id] : default;

    // GPT-2's: printable characters stand for themselves, other bytes for characters from 256 on, in their order.
    private static Dictionary<char, byte> ByteOfCharacter()
    {
        var next = 256;
        return Enumerable.Range(0, 256).ToDictionary(
            value => value is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)value : (char)next++, value => (byte)value);
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex PreSplit();

    [GeneratedRegex("<[^<>\\s]+>")]
    private static partial Regex Tag();
}
