namespace Loupe;

/// <summary>What an image may be at most, from whatever door it comes: the setting <c>Loupe:Limits:MaxImageBytes</c>.</summary>
/// <param name="MaxBytes">Of the file.</param>
public sealed record ImageLimits(int MaxBytes)
{
    public const int DefaultMaxBytes = 20 << 20;

    /// <summary>How a larger one is refused.</summary>
    public LocalizerException TooLarge() => LocalizerException.Of(ProblemKind.TooLarge, $"At most {MaxBytes} bytes of image are accepted.");
}
