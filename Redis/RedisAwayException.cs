namespace Loupe.Redis;

/// <summary>Redis cannot be reached, or cannot serve now.</summary>
internal sealed class RedisAwayException(Exception? cause) : Exception("Redis is away.", cause);
