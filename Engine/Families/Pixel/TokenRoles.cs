namespace Loupe.Engine.Families.Pixel;

/// <summary>Ids of the special tokens that mean something to a generation.</summary>
internal sealed class TokenRoles
{
    public TokenRoles(WordTokenizer tokenizer, int maxRegions)
    {
        End = tokenizer.Special("<eos>");
        Because = tokenizer.Special("<because>");
        Here = tokenizer.Special("<here>");
        Absent = tokenizer.Special("<absent>");
        References = [.. Enumerable.Range(0, maxRegions).Select(k => tokenizer.Special($"[{k}]"))];
    }

    public int End { get; }

    /// <summary>What follows it is the rationale.</summary>
    public int Because { get; }

    public int Here { get; }

    public int Absent { get; }

    /// <summary>By the number of the region.</summary>
    public IReadOnlyList<int> References { get; }
}
