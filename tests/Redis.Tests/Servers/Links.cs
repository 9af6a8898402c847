using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Redis.Tests.Servers;

/// <summary>A server, and connections to it that end with the test.</summary>
public abstract class Links : IAsyncLifetime
{
    private readonly List<RedisLink> _links = [];

    internal RedisServer Server { get; private set; } = null!;

    /// <summary>Short rests, so that tests wait little; patience for a machine that has other work.</summary>
    protected static RedisOptions Options => new()
    {
        Prefix = "tests",
        RestSeconds = 0.5,
        TimeoutMilliseconds = 2_000,
        FeatureMilliseconds = 2_000,
    };

    protected virtual string[] Settings => [];

    public async ValueTask InitializeAsync() => Server = await RedisServer.StartAsync(Settings);

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var link in _links)
        {
            await link.DisposeAsync();
        }

        if (Server is not null)
        {
            await Server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    protected static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    protected RedisLink Link(RedisOptions? options = null)
    {
        var link = new RedisLink(
            RedisAddress.Parse(Server.Address), "test", "It is away.", options
                ?? Options, TimeProvider.System, NullLogger<RedisLink>.Instance);
        _links.Add(link);
        return link;
    }
}
