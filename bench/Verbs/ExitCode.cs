namespace Loupe.Bench.Verbs;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A promise was broken, or the measurement failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int BadUsage = 2;

    /// <summary>Ctrl-C, as shells count it: 128 + SIGINT.</summary>
    public const int Stopped = 130;
}
