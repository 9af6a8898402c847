using Loupe.Engine.Images;
using Loupe.Engine.Tests.Images;
using Loupe.Redis.Images;
using Loupe.Redis.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Redis.Tests.Images;

/// <summary>The store in Redis does what every image store does.</summary>
public sealed class RedisImageStoreContractTests : ImageStoreContract, IAsyncLifetime
{
    private readonly Connected _redis = new();

    public ValueTask InitializeAsync() => _redis.InitializeAsync();

    public ValueTask DisposeAsync() => _redis.DisposeAsync();

    protected override IImageStore OpenStore() => _redis.Open();

    protected override async Task<bool> IsEmptyAsync() => await _redis.Server.SayAsync("DBSIZE") == ":0";

    private sealed class Connected : Links
    {
        public RedisImageStore Open() => new(
            Link(), Link(), Options, new Engine.Tests.Toys.ToyInspector(), TimeProvider.System, NullLogger<RedisImageStore>.Instance);
    }
}
