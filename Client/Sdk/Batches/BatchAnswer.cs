namespace Loupe.Client;

/// <summary>One answer of a batch: an answer or a problem.</summary>
public sealed record BatchAnswer
{
    /// <summary>The question's own key, where it had one.</summary>
    public string? Key { get; init; }

    /// <summary>The question's place among those asked, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Null where there is a problem.</summary>
    public Answer? Answer { get; init; }

    /// <summary>Null where there is an answer.</summary>
    public Problem? Problem { get; init; }
}
