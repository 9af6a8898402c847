namespace Loupe;

/// <summary>What a question may say at most, whatever the bundle; a server's settings can only be stricter.</summary>
public static class QuestionLimits
{
    /// <summary>The largest number of words that may be asked for; a bundle that says less at once says so with finish "length".</summary>
    public const int MaxWords = 4_096;

    /// <summary>Milliseconds.</summary>
    public const int MinDeadlineMs = 1;

    /// <summary>Milliseconds: ten minutes.</summary>
    public const int MaxDeadlineMs = 600_000;

    public const int MinPolygonCorners = 3;

    public const int MaxPolygonCorners = 1_000;
}
