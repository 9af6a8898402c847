using System.Text;

namespace Loupe.Engine.Families.Pixel;

/// <summary>
/// Cuts lower-cased text into pieces: words (letters and digits, with apostrophes and hyphens inside), references
/// <c>[k]</c>, and single other characters. Space separates and is dropped.
/// </summary>
internal static class WordSplitter
{
    /// <summary>Stands for every word that is not known, also where a text spells it out.</summary>
    public const string Unknown = "<unk>";

    public static List<string> Split(string text)
    {
        // Word processors curl the apostrophe.
        var lower = text.ToLowerInvariant().Replace('’', '\'');
        List<string> pieces = [];
        for (var at = 0; at < lower.Length;)
        {
            var length = Piece(lower.AsSpan(at));
            if (!char.IsWhiteSpace(lower[at]))
            {
                pieces.Add(lower.Substring(at, length));
            }

            at += length;
        }

        return pieces;
    }

    /// <summary>Whether a text is a reference to a region.</summary>
    public static bool IsReference(ReadOnlySpan<char> text) =>
        text.Length == 3 && text[0] == '[' && char.IsAsciiDigit(text[1]) && text[2] == ']';

    private static int Piece(ReadOnlySpan<char> rest)
    {
        if (rest.Length >= 3 && IsReference(rest[..3]))
        {
            return 3;
        }

        if (rest.StartsWith(Unknown))
        {
            return Unknown.Length;
        }

        var word = 0;
        while (word < rest.Length && (IsWord(rest, word) || (word > 0 && rest[word] is '\'' or '-' && IsWord(rest, word + 1))))
        {
            word++;
        }

        if (word > 0)
        {
            return word;
        }

        // A character outside the basic plane is two chars and one piece.
        return Rune.DecodeFromUtf16(rest, out _, out var consumed) == System.Buffers.OperationStatus.Done ? consumed : 1;
    }

    private static bool IsWord(ReadOnlySpan<char> text, int at) => at < text.Length && char.IsLetterOrDigit(text[at]);
}
