namespace Loupe.Command.Verbs;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A question was refused or failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense, or names a file that cannot be read.</summary>
    public const int BadUsage = 2;
}

/// <summary>The command line makes no sense.</summary>
internal sealed class UsageException(string message) : Exception(message);
