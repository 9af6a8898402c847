namespace Loupe.Bundler.Hub;

/// <summary>A model that cannot be had. The message says what happened and what to do.</summary>
internal sealed class PullException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    private const int NoSpace = 28;
    private const int DiskFull = unchecked((int)0x80070070);

    /// <summary>What happened to a file, and what to do.</summary>
    public static string Explain(Exception error) =>
        error.HResult is NoSpace or DiskFull
            ? $"there is no space left ({error.Message}). Free some and pull again: it goes on where it stopped; --models DIR keeps "
                + "models elsewhere."
            : error.Message;
}
