namespace Loupe.Command;

/// <summary>The command line makes no sense, or names a file that cannot be used; the message says what and why.</summary>
internal sealed class UsageException(string message) : Exception(message);
