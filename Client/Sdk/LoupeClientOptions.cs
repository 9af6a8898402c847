namespace Loupe.Client;

/// <summary>How a client reaches its server. Validated when a client is made.</summary>
public sealed record LoupeClientOptions
{
    public const string DefaultServer = "http://127.0.0.1:8080";
    public const string ServerVariable = "LOUPE_SERVER";
    public const string KeyVariable = "LOUPE_KEY";

    /// <summary>The server. Default: the environment's <c>LOUPE_SERVER</c>, else <see cref="DefaultServer"/>.</summary>
    /// <exception cref="ArgumentException"><c>LOUPE_SERVER</c> is no URL.</exception>
    public Uri Server { get => field ?? ServerOfEnvironment(); init; }

    /// <summary>The key sent as <c>Authorization: Bearer</c>. Default: the environment's <c>LOUPE_KEY</c>, else none.</summary>
    public string? Key { get; init; } = Environment.GetEnvironmentVariable(KeyVariable);

    /// <summary>How long a call that is no question may take, retries included. Default: 100 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long an answer is waited for beyond its question's deadline, which the server keeps itself; for what its
    /// word on the deadline needs to arrive. Default: 5 s.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Further tries after one that may succeed later. None is begun past a deadline. Default: 4.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>Wait before the first retry where the server does not say; doubles with each. Default: 200 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Longest wait between two tries. A server that asks for a longer one is not tried again: coming back sooner than
    /// it said helps nobody. Default: 10 s.
    /// </summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads retries. One that several calls share has to be safe for them. Default: <see cref="Random.Shared"/>.</summary>
    public Random Random { get; init; } = Random.Shared;

    internal void Validate()
    {
        if (!Server.IsAbsoluteUri || Server.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The server should be an http or https URL, such as {DefaultServer}; found '{Server}'.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(Timeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Grace, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FirstRetry, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(LongestRetry, FirstRetry);
        ArgumentNullException.ThrowIfNull(Time);
        ArgumentNullException.ThrowIfNull(Random);
    }

    private static Uri ServerOfEnvironment()
    {
        var named = Environment.GetEnvironmentVariable(ServerVariable);
        var url = string.IsNullOrEmpty(named) ? DefaultServer : named;
        return Uri.TryCreate(url, UriKind.Absolute, out var server)
            ? server
            : throw new ArgumentException($"{ServerVariable} should be an http or https URL, such as {DefaultServer}; found '{url}'.");
    }
}
