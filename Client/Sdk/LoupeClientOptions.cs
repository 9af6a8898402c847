namespace Loupe.Client;

/// <summary>How a client reaches its server.</summary>
public sealed record LoupeClientOptions
{
    public const string DefaultServer = "http://127.0.0.1:8080";

    /// <summary>The server. Default: the environment's <c>LOUPE_SERVER</c>, else <see cref="DefaultServer"/>.</summary>
    public Uri Server { get; init; } = new(Environment.GetEnvironmentVariable("LOUPE_SERVER") is { Length: > 0 } url ? url : DefaultServer);

    /// <summary>The key sent as <c>Authorization: Bearer</c>. Default: the environment's <c>LOUPE_KEY</c>, else none.</summary>
    public string? Key { get; init; } = Environment.GetEnvironmentVariable("LOUPE_KEY");

    /// <summary>Further tries after one that may succeed later. Default: 4.</summary>
    public int MaxRetries { get; init; } = 4;

    /// <summary>Wait before the first retry where the server does not say; doubles with each. Default: 200 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two tries, whatever the server says. Default: 10 s.</summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Spreads retries. Default: shared.</summary>
    public Random Random { get; init; } = Random.Shared;

    internal void Validate()
    {
        if (!Server.IsAbsoluteUri || Server.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"The server should be an http or https URL, such as {DefaultServer}; found '{Server}'.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(MaxRetries);
    }
}
