using StackExchange.Redis;

namespace Loupe.Redis;

/// <summary>
/// Where Redis is, as StackExchange.Redis writes it (<c>host:port,password=…,ssl=true</c>), with what Loupe needs of a
/// connection: it is made in the background, made again when it is lost, and what cannot be sent fails at once.
/// </summary>
public sealed class RedisAddress
{
    private const int KeepAliveSeconds = 5;
    private const int ConnectMilliseconds = 2_000;
    private const int MaxReconnectMilliseconds = 2_000;
    private readonly string _text;

    private RedisAddress(string text) => _text = text;

    /// <exception cref="FormatException">It is no such text. The message does not repeat it, since it may hold a password.</exception>
    public static RedisAddress Parse(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0
                ? new RedisAddress(text)
                : throw new FormatException("Cluster:Redis: names no server; it looks like host:6379,password=…,ssl=true.");
        }
        catch (ArgumentException)
        {
            throw new FormatException("Cluster:Redis: is no address of a Redis; it looks like host:6379,password=…,ssl=true.");
        }
    }

    /// <summary>The servers alone.</summary>
    public override string ToString() =>
        string.Join(
            ", ",
            ConfigurationOptions.Parse(_text).EndPoints.Select(
                server => server is System.Net.DnsEndPoint name ? $"{name.Host}:{name.Port}" : $"{server}"));

    /// <summary>Fresh options for one connection.</summary>
    /// <param name="name">What the connection is called in <c>CLIENT LIST</c>.</param>
    public ConfigurationOptions Options(string name)
    {
        var options = ConfigurationOptions.Parse(_text);
        options.ClientName = $"loupe-{name}";
        options.AbortOnConnectFail = false;

        // INFO, which tells at the start whether images would be lost, counts among an administrator's commands.
        options.AllowAdmin = true;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ConnectTimeout = ConnectMilliseconds;
        options.ReconnectRetryPolicy = new ExponentialRetry(100, MaxReconnectMilliseconds);
        // Loupe says what it waits for each command; these end what it no longer waits for.
        options.KeepAlive = KeepAliveSeconds;
        options.AsyncTimeout = options.SyncTimeout = KeepAliveSeconds * 1_000;
        return options;
    }
}
