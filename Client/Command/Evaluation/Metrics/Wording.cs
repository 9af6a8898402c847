namespace Loupe.Command.Evaluation.Metrics;

/// <summary>How texts are made comparable before they are compared.</summary>
internal static class Wording
{
    private static readonly char[] Spaces = [' ', '\t', '\r', '\n'];

    /// <summary>Lower case, single spaces, nothing around it, no final full stop, question or exclamation mark.</summary>
    public static string Normalize(string text) => string.Join(' ', Split(text)).TrimEnd('.', '!', '?', ' ');

    /// <summary>The words of a text in lower case; punctuation at either end of a word is no part of it.</summary>
    /// <remarks>Brackets stay: <c>[1]</c> is the name of a region.</remarks>
    public static string[] Words(string text) =>
        [.. Split(text).Select(word => word.Trim('.', ',', ';', ':', '!', '?', '"', '(', ')')).Where(word => word.Length > 0)];

    /// <summary>The words of a text without articles, which tell things apart no better than nothing does.</summary>
    public static string[] ContentWords(string text) => [.. Words(text).Where(word => word is not ("a" or "an" or "the"))];

    /// <summary>
    /// Where the words of a phrase first stand in a row among <paramref name="words"/>, from <paramref name="start"/>; −1 if
    /// nowhere.
    /// </summary>
    public static int IndexOf(IReadOnlyList<string> words, IReadOnlyList<string> phrase, int start = 0)
    {
        for (var at = start; phrase.Count > 0 && at + phrase.Count <= words.Count; at++)
        {
            var same = 0;
            while (same < phrase.Count && words[at + same] == phrase[same])
            {
                same++;
            }

            if (same == phrase.Count)
            {
                return at;
            }
        }

        return -1;
    }

    private static string[] Split(string text) =>
        text.ToLowerInvariant().Split(Spaces, StringSplitOptions.RemoveEmptyEntries);
}
