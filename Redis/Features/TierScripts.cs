namespace Loupe.Redis.Features;

/// <summary>
/// What happens to the tier in one step, so that silos that write, read and forget at the same time agree on the
/// bytes. All keys share one slot.
/// </summary>
internal static class TierScripts
{
    /// <summary>
    /// KEYS: image, value, uses, sizes, bytes. ARGV: frame, member, budget, milliseconds to live, start of the names of
    /// values, start of the names of sets. Gives the bytes of all values and how many were evicted; -1 where the image
    /// is not there (any more).
    /// </summary>
    public const string Write = """
        if redis.call('EXISTS', KEYS[1]) == 0 then return {-1, 0} end
        local now = redis.call('TIME')
        now = now[1] * 1000 + math.floor(now[2] / 1000)
        local budget, life, bytes, evicted = tonumber(ARGV[3]), tonumber(ARGV[4]), #ARGV[1], 0
        local function drop(member)
          local size = tonumber(redis.call('HGET', KEYS[4], member) or '0')
          redis.call('UNLINK', ARGV[5] .. member)
          redis.call('HDEL', KEYS[4], member)
          redis.call('ZREM', KEYS[3], member)
          redis.call('SREM', ARGV[6] .. string.sub(member, 1, 64), member)
          redis.call('DECRBY', KEYS[5], size)
        end
        for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now - life, 'LIMIT', 0, 1000)) do drop(member) end
        if redis.call('ZSCORE', KEYS[3], ARGV[2]) then drop(ARGV[2]) end
        local total = tonumber(redis.call('GET', KEYS[5]) or '0')
        if bytes > budget then return {total, 0} end
        while total + bytes > budget do
          local oldest = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
          if not oldest then break end
          drop(oldest)
          evicted = evicted + 1
          total = tonumber(redis.call('GET', KEYS[5]))
        end
        redis.call('SET', KEYS[2], ARGV[1], 'PX', life)
        redis.call('HSET', KEYS[4], ARGV[2], bytes)
        redis.call('ZADD', KEYS[3], now, ARGV[2])
        redis.call('SADD', ARGV[6] .. string.sub(ARGV[2], 1, 64), ARGV[2])
        return {redis.call('INCRBY', KEYS[5], bytes), evicted}
        """;

    /// <summary>KEYS: value, uses. ARGV: member, milliseconds to live. Makes a value that is there the latest used.</summary>
    public const string Touch = """
        if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 0 then return 0 end
        local now = redis.call('TIME')
        return redis.call('ZADD', KEYS[2], 'XX', 'CH', now[1] * 1000 + math.floor(now[2] / 1000), ARGV[1])
        """;

    /// <summary>
    /// KEYS: set, uses, sizes, bytes. ARGV: start of the names of values, and a member, or none for all of the image.
    /// Gives the bytes of all values that are left.
    /// </summary>
    public const string Forget = """
        local members = ARGV[2] and {ARGV[2]} or redis.call('SMEMBERS', KEYS[1])
        for _, member in ipairs(members) do
          redis.call('UNLINK', ARGV[1] .. member)
          redis.call('SREM', KEYS[1], member)
          redis.call('ZREM', KEYS[2], member)
          local size = redis.call('HGET', KEYS[3], member)
          if size then
            redis.call('HDEL', KEYS[3], member)
            redis.call('DECRBY', KEYS[4], size)
          end
        end
        return tonumber(redis.call('GET', KEYS[4]) or '0')
        """;
}
