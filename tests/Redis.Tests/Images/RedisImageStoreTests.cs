using Loupe.Engine.Images;
using Loupe.Redis.Images;
using Loupe.Redis.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Redis.Tests.Images;

public sealed class RedisImageStoreTests : Links
{
    private static readonly ImageKey Nowhere = new("t", new string('a', 64));

    protected override string[] Settings => ["--appendonly", "yes", "--appendfsync", "always"];

    [Fact]
    public async Task An_acknowledged_upload_is_there_when_redis_was_killed_and_started_again()
    {
        var store = Open();
        var key = await AddAsync(store, "picture");
        await Server.KillAsync();
        await Server.StartAgainAsync();
        await UntilAsync(
            async () =>
                await TryAsync(() => store.ReadAsync(key, default)) is { } content && content.Bytes.Span.SequenceEqual("picture"u8));
    }

    [Fact]
    public async Task While_redis_is_gone_what_was_described_before_still_is_and_all_else_is_refused_until_it_is_back()
    {
        var store = Open();
        var known = await AddAsync(store, "known");
        await Server.KillAsync();

        Assert.Equal(known.Id, (await store.DescribeAsync(known, default))!.Id);
        await RefusesAllButDescriptionsAsync(store, known);

        await Server.StartAgainAsync();
        await UntilAsync(async () => await TryAsync(() => store.AddAsync("t", "new"u8.ToArray(), default)) is not null);
        Assert.Null(await store.DescribeAsync(Nowhere, default));
        Assert.NotNull(await store.ReadAsync(known, default));
    }

    [Fact]
    public async Task A_redis_that_does_not_answer_is_given_up_and_then_left_alone()
    {
        var options = Options;
        options.TimeoutMilliseconds = options.TransferMilliseconds = 300;
        var (link, uploads) = (Link(options), Link(options));
        var store = Open(link, uploads, options);
        var known = await AddAsync(store, "known");
        await Server.PauseAsync();

        await UntilAsync(async () =>
        {
            Assert.NotNull(await store.DescribeAsync(known, default));
            return link.Trouble is not null;
        });
        await RefusesAllButDescriptionsAsync(store, known);

        await Server.ResumeAsync();
        await UntilAsync(() => Task.FromResult(link.Trouble is null && uploads.Trouble is null));
        Assert.NotNull(await store.ReadAsync(known, default));
        Assert.Null(await store.DescribeAsync(Nowhere, default));
        Assert.True((await store.AddAsync("t", "new"u8.ToArray(), default)).Created);
    }

    [Fact]
    public async Task What_was_forgotten_is_not_described_from_memory()
    {
        var store = Open();
        var key = await AddAsync(store, "picture");
        Assert.True(await store.RemoveAsync(key, default));
        await Server.KillAsync();
        await RefusesAsync(() => store.DescribeAsync(key, default));
    }

    [Fact]
    public async Task What_another_process_removed_is_not_described_from_memory_once_that_was_seen()
    {
        var (store, other) = (Open(), Open());
        var key = await AddAsync(store, "picture");
        Assert.True(await other.RemoveAsync(key, default));
        Assert.Null(await store.DescribeAsync(key, default));
        await Server.KillAsync();
        await RefusesAsync(() => store.DescribeAsync(key, default));
    }

    [Fact]
    public async Task Damaged_bytes_are_reported_and_an_upload_heals_them()
    {
        var store = Open();
        var key = await AddAsync(store, "picture");
        Assert.Equal(":0", await Server.SayAsync($"HSET {new RedisKeys("tests").ImageOf(key)} bytes pictura"));

        Assert.Equal(
            ProblemKind.Unprocessable, (await Assert.ThrowsAsync<LocalizerException>(() => store.ReadAsync(key, default))).Problem.Kind);
        Assert.Equal(key, await AddAsync(store, "picture"));
        Assert.Equal("picture"u8.ToArray(), (await store.ReadAsync(key, default))!.Bytes.ToArray());
    }

    [Fact]
    public async Task A_redis_without_room_refuses_the_upload_and_keeps_what_it_has()
    {
        var store = Open();
        var key = await AddAsync(store, "picture");
        Assert.Equal("+OK", await Server.SayAsync("CONFIG SET maxmemory 1mb"));
        await RefusesAsync(() => store.AddAsync("t", new byte[2_000_000], default));
        Assert.NotNull(await store.ReadAsync(key, default));
    }

    [Fact]
    public async Task A_redis_that_takes_no_writes_refuses_them_and_is_read_from()
    {
        var store = Open();
        var key = await AddAsync(store, "picture");
        Assert.Equal("+OK", await Server.SayAsync("CONFIG SET min-replicas-to-write 1"));
        await RefusesAsync(() => store.AddAsync("t", "more"u8.ToArray(), default));
        await RefusesAsync(() => store.RemoveAsync(key, default));
        Assert.NotNull(await store.ReadAsync(key, default));
        Assert.Null(await store.DescribeAsync(Nowhere, default));
    }

    [Fact]
    public async Task An_upload_without_the_replicas_asked_for_is_not_acknowledged_the_second_time_either()
    {
        var options = Options;
        (options.Replicas, options.TransferMilliseconds) = (1, 1_000);
        var store = Open(Link(options), Link(options), options);
        await RefusesAsync(() => store.AddAsync("t", "picture"u8.ToArray(), default));
        await RefusesAsync(() => store.AddAsync("t", "picture"u8.ToArray(), default));
    }

    [Fact]
    public async Task An_acknowledged_upload_is_on_the_replica_asked_for()
    {
        await using var replica = await RedisServer.StartAsync("--replicaof", "127.0.0.1", $"{Server.Port}");
        await UntilAsync(
            async () => (await replica.SayAsync("INFO replication")).Contains("master_link_status:up", StringComparison.Ordinal));
        var options = Options;
        options.Replicas = 1;
        var store = Open(Link(options), Link(options), options);
        var key = await AddAsync(store, "picture");
        Assert.Equal(":1", await replica.SayAsync($"EXISTS {new RedisKeys("tests").ImageOf(key)}"));
        Assert.False((await store.AddAsync("t", "picture"u8.ToArray(), default)).Created);
    }

    private static async Task<ImageKey> AddAsync(RedisImageStore store, string text) =>
        new("t", (await store.AddAsync("t", System.Text.Encoding.UTF8.GetBytes(text), default)).Image.Id);

    private static async Task RefusesAllButDescriptionsAsync(RedisImageStore store, ImageKey known)
    {
        await RefusesAsync(() => store.DescribeAsync(Nowhere, default));
        await RefusesAsync(() => store.ReadAsync(known, default));
        await RefusesAsync(() => store.AddAsync("t", "more"u8.ToArray(), default));
        await RefusesAsync(() => store.AddAsync("t", "known"u8.ToArray(), default));
        await RefusesAsync(() => store.RemoveAsync(Nowhere, default));
    }

    private static async Task RefusesAsync(Func<Task> attempt)
    {
        var problem = (await Assert.ThrowsAsync<LocalizerException>(attempt)).Problem;
        Assert.Equal(ProblemKind.Unavailable, problem.Kind);
        Assert.True(problem.RetryAfter > TimeSpan.Zero);
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (LocalizerException refusal) when (refusal.Problem.Kind == ProblemKind.Unavailable)
        {
            return default;
        }
    }

    private static RedisImageStore Open(RedisLink link, RedisLink uploads, RedisOptions options) =>
        new(link, uploads, options, new Engine.Tests.Toys.ToyInspector(), TimeProvider.System, NullLogger<RedisImageStore>.Instance);

    private RedisImageStore Open() => Open(Link(), Link(), Options);
}
