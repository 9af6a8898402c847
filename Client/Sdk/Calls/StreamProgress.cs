namespace Loupe.Client.Calls;

/// <summary>How far a caller got in an answer, over all connections that it took.</summary>
internal sealed class StreamProgress
{
    private int _words;
    private int _regions;

    /// <summary>
    /// The index that a broken stream is continued after; null from the start. Words and regions are counted apart, so
    /// in an answer with both one index would pass over parts of the other kind.
    /// </summary>
    public int? LastEventId => (_words, _regions) switch
    {
        (0, 0) => null,
        (_, 0) => _words - 1,
        (0, _) => _regions - 1,
        _ => null,
    };

    /// <summary>What of a part is new to the caller. The last part brings with it whatever did not come on its own.</summary>
    public IEnumerable<AnswerPart> Take(AnswerPart part)
    {
        switch (part)
        {
            case WordPart word when word.Index >= _words:
                _words = word.Index + 1;
                yield return word;
                break;
            case RegionPart region when region.Index >= _regions:
                _regions = region.Index + 1;
                yield return region;
                break;
            case DonePart { Answer: var answer }:
                for (; _words < answer.Words.Count; _words++)
                {
                    yield return new WordPart(_words, answer.Words[_words]);
                }

                for (; _regions < answer.Regions.Count; _regions++)
                {
                    yield return new RegionPart(_regions, answer.Regions[_regions]);
                }

                yield return part;
                break;
        }
    }
}
