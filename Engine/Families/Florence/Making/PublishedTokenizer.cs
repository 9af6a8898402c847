using System.Globalization;
using System.Text.Json;
using Loupe.Engine.Families.Bundles;
using Loupe.Engine.Families.Florence.Text;

namespace Loupe.Engine.Families.Florence.Making;

/// <summary>
/// A tokenizer in the files that it was published in: <c>vocab.json</c> with <c>merges.txt</c>, or <c>tokenizer.json</c>, which has
/// both; added tokens in <c>tokenizer.json</c> or <c>tokenizer_config.json</c>, or in neither, for the publisher's own code adds them
/// when it starts.
/// </summary>
internal static class PublishedTokenizer
{
    /// <exception cref="BundleException">A file is missing or wrong.</exception>
    public static BartPieces Read(string folder)
    {
        var (vocabulary, merges) = ReadPieces(folder);
        var added = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (text, id) in AddedOf(folder))
        {
            added[text] = id;
        }

        if (!added.ContainsKey("<loc_0>"))
        {
            var next = Math.Max(vocabulary.Values.Max(), added.Values.DefaultIfEmpty().Max()) + 1;
            foreach (var text in PublishersOwn())
            {
                added.TryAdd(text, next++);
            }
        }

        foreach (var special in (string[])["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
        {
            if (vocabulary.TryGetValue(special, out var id))
            {
                added.TryAdd(special, id);
            }
        }

        return new BartPieces(vocabulary, merges, added);
    }

    private static (Dictionary<string, int> Vocabulary, List<string> Merges) ReadPieces(string folder)
    {
        var (vocab, merges, whole) = (
            Path.Combine(folder, "vocab.json"), Path.Combine(folder, "merges.txt"), Path.Combine(folder, "tokenizer.json"));
        if (File.Exists(vocab) && File.Exists(merges))
        {
            return PublishedFile.Read(vocab, root => (Numbers(root),
                (List<string>)[
                    .. File.ReadLines(merges).Where(line => line.Length > 0 && !line.StartsWith("#version", StringComparison.Ordinal)),
                ]));
        }

        if (!File.Exists(whole))
        {
            throw new BundleException($"{folder}: a tokenizer needs vocab.json and merges.txt, or tokenizer.json; there is neither.");
        }

        return PublishedFile.Read(whole, root =>
        {
            var model = root.GetProperty("model");
            return (Numbers(model.GetProperty("vocab")), (List<string>)[.. model.GetProperty("merges").EnumerateArray().Select(Pair)]);
        });

        static Dictionary<string, int> Numbers(JsonElement pieces) =>
            pieces.EnumerateObject().ToDictionary(piece => piece.Name, piece => piece.Value.GetInt32(), StringComparer.Ordinal);

        static string Pair(JsonElement merge) =>
            merge.ValueKind == JsonValueKind.Array ? $"{merge[0].GetString()} {merge[1].GetString()}" : merge.GetString()!;
    }

    private static List<KeyValuePair<string, int>> AddedOf(string folder)
    {
        var found = new List<KeyValuePair<string, int>>();
        var config = Path.Combine(folder, "tokenizer_config.json");
        if (File.Exists(config))
        {
            PublishedFile.Read(config, root =>
            {
                found.AddRange(root.TryGetProperty("added_tokens_decoder", out var tokens)
                    ? tokens.EnumerateObject().Select(token => KeyValuePair.Create(
                        token.Value.GetProperty("content").GetString()!,
                        int.Parse(token.Name, NumberStyles.None, CultureInfo.InvariantCulture)))
                    : []);
                return true;
            });
        }

        var whole = Path.Combine(folder, "tokenizer.json");
        if (File.Exists(whole))
        {
            PublishedFile.Read(whole, root =>
            {
                found.AddRange(root.GetProperty("added_tokens").EnumerateArray().Select(token =>
                    KeyValuePair.Create(token.GetProperty("content").GetString()!, token.GetProperty("id").GetInt32())));
                return true;
            });
        }

        return found;
    }

    // In the order in which the publisher's processor adds them behind BART's vocabulary.
    private static IEnumerable<string> PublishersOwn() =>
    [
        "<od>", "</od>", "<ocr>", "</ocr>",
        .. Enumerable.Range(0, FlorenceTokens.Locations).Select(place => string.Create(CultureInfo.InvariantCulture, $"<loc_{place}>")),
        "<cap>", "</cap>", "<ncap>", "</ncap>", "<dcap>", "</dcap>", "<grounding>", "</grounding>", "<seg>", "</seg>", "<sep>",
        "<region_cap>",
        "</region_cap>", "<region_to_desciption>", "</region_to_desciption>", "<proposal>", "</proposal>", "<poly>", "</poly>", "<and>",
    ];
}
