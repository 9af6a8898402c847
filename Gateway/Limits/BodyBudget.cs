using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Limits;

/// <summary>
/// Bytes of request bodies in memory. A body reserves what has arrived of it and not what it announces, so a caller that
/// sends little holds little.
/// </summary>
internal sealed class BodyBudget(IOptions<LimitsOptions> options)
{
    private readonly long _limit = options.Value.MaxBodyBytesInFlight;
    private long _reserved;

    public long Reserved => Interlocked.Read(ref _reserved);

    public void Reserve(int bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) > _limit)
        {
            Interlocked.Add(ref _reserved, -bytes);
            throw LocalizerException.Of(
                ProblemKind.Unavailable, "Too many uploads run at once on this server.", TimeSpan.FromSeconds(1));
        }
    }

    public void Release(int bytes) => Interlocked.Add(ref _reserved, -bytes);
}
