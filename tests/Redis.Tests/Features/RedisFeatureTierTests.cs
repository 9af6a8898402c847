using System.Globalization;
using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Models.Questions;
using Loupe.Engine.Telemetry;
using Loupe.Redis.Features;
using Loupe.Redis.Tests.Servers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Redis.Tests.Features;

public sealed class RedisFeatureTierTests : Links
{
    private static readonly EngineMetrics Metrics = new();
    private static readonly RedisKeys Keys = new("tests");

    [Fact]
    public async Task A_value_comes_back_bit_for_bit_in_another_process()
    {
        var blob = new TensorBlob(TensorType.Float16, [3, 2], new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 });
        await WriteAsync(Key(1), blob);

        await using var tier = Open();
        var back = await tier.ReadAsync(Key(1), default);
        Assert.Equal(
            (blob.Type, true, true), (back!.Type, blob.Shape.SequenceEqual(back.Shape), blob.Data.Span.SequenceEqual(back.Data.Span)));
        Assert.Null(await tier.ReadAsync(Key(2), default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(-1)]
    public async Task A_damaged_value_is_a_miss_and_is_deleted(int at)
    {
        await WriteAsync(Key(1), Blob(4));
        var length = int.Parse((await Server.SayAsync($"STRLEN {Keys.ValueOf(Key(1))}"))[1..], CultureInfo.InvariantCulture);
        await Server.SayAsync($"SETRANGE {Keys.ValueOf(Key(1))} {(at < 0 ? length + at : at)} !");

        await using var tier = Open();
        Assert.Null(await tier.ReadAsync(Key(1), default));
        await UntilAsync(async () => await BytesAsync() == 0 && await CountAsync() == 0);
    }

    [Fact]
    public async Task A_value_of_another_key_is_never_taken_for_this_one()
    {
        await WriteAsync(Key(1), Blob(4));
        await Server.SayAsync($"RENAME {Keys.ValueOf(Key(1))} {Keys.ValueOf(Key(2))}");
        await using var tier = Open();
        Assert.Null(await tier.ReadAsync(Key(2), default));
    }

    [Fact]
    public async Task The_values_stay_within_their_budget_and_those_used_last_stay()
    {
        await HaveImagesAsync(40);
        await using (var tier = Open(budget: 10_000))
        {
            tier.Offer(Key(0), Blob(1_000));
            for (var i = 1; i < 40; i++)
            {
                await UntilAsync(async () => await tier.ReadAsync(Key(i - 1), default) is not null);
                // The first is asked for all the time; its use is noted behind the answer.
                var before = await ScoreAsync(0);
                await UntilAsync(async () => await tier.ReadAsync(Key(0), default) is not null && await ScoreAsync(0) > before);
                tier.Offer(Key(i), Blob(1_000));
            }
        }

        Assert.InRange(await BytesAsync(), 8_000, 10_000);
        Assert.Equal(await BytesAsync(), await StoredAsync(40));
        await using var again = Open();
        Assert.NotNull(await again.ReadAsync(Key(0), default));
        Assert.NotNull(await again.ReadAsync(Key(39), default));
        Assert.Null(await again.ReadAsync(Key(1), default));
    }

    [Fact]
    public async Task Many_writers_agree_on_the_bytes()
    {
        await HaveImagesAsync(60);
        List<RedisFeatureTier> tiers = [.. Enumerable.Range(0, 4).Select(_ => Open(budget: 20_000))];
        foreach (var (tier, n) in tiers.Select((tier, n) => (tier, n)))
        {
            // Every value from two of them.
            for (var i = 0; i < 30; i++)
            {
                tier.Offer(Key((30 * (n % 2)) + i), Blob(500 + i));
            }
        }

        await Task.WhenAll(tiers.Select(tier => tier.DisposeAsync().AsTask()));
        Assert.InRange(await BytesAsync(), 15_000, 20_000);
        Assert.Equal(await BytesAsync(), await StoredAsync(60));
    }

    [Fact]
    public async Task A_value_larger_than_the_budget_evicts_nothing()
    {
        await WriteAsync(Key(1), Blob(100));
        await HaveImagesAsync(3);
        await using (var tier = Open(budget: 1_000))
        {
            tier.Offer(Key(2), Blob(2_000));
        }

        await using var again = Open();
        Assert.NotNull(await again.ReadAsync(Key(1), default));
        Assert.Null(await again.ReadAsync(Key(2), default));
    }

    [Fact]
    public async Task What_nobody_asks_for_is_gone_after_its_time_and_its_bytes_are_free()
    {
        await HaveImagesAsync(3);
        var options = Options;
        options.FeatureHours = 0.001;
        await using (var tier = Open(options))
        {
            tier.Offer(Key(1), Blob(100));
        }

        Assert.InRange(long.Parse((await Server.SayAsync($"PTTL {Keys.ValueOf(Key(1))}"))[1..], CultureInfo.InvariantCulture), 1, 3_600);
        // As if its time had passed.
        Assert.Equal(":1", await Server.SayAsync($"DEL {Keys.ValueOf(Key(1))}"));
        await Server.SayAsync($"ZADD {Keys.Uses} 1 {RedisKeys.MemberOf(Key(1))}");
        await using (var tier = Open(options))
        {
            Assert.Null(await tier.ReadAsync(Key(1), default));
            tier.Offer(Key(2), Blob(100));
        }

        Assert.Equal(await StoredAsync(3), await BytesAsync());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Forgetting_an_image_removes_all_its_values_and_no_other()
    {
        await WriteAsync(Key(1), Blob(100));
        await WriteAsync(Key(1) with { Hash = ContentKey.Of("another bundle") }, Blob(100));
        await WriteAsync(Key(2), Blob(100));
        await using var tier = Open();
        await tier.ForgetAsync(Key(1).Image, default);
        Assert.Null(await tier.ReadAsync(Key(1), default));
        Assert.NotNull(await tier.ReadAsync(Key(2), default));
        Assert.Equal(1, await CountAsync());
        Assert.Equal(await StoredAsync(3), await BytesAsync());
        Assert.Equal(tier.Bytes, await BytesAsync());
    }

    [Fact]
    public async Task Nothing_is_written_for_an_image_that_was_forgotten()
    {
        await using (var tier = Open())
        {
            tier.Offer(Key(1), Blob(100));
        }

        Assert.Equal(":0", await Server.SayAsync("DBSIZE"));
    }

    [Fact]
    public async Task A_redis_that_does_not_answer_is_a_miss_and_offers_never_wait()
    {
        await WriteAsync(Key(1), Blob(100));
        var options = Options;
        (options.FeatureMilliseconds, options.TransferMilliseconds, options.TimeoutMilliseconds) = (200, 200, 200);
        var link = Link(options);
        await using var tier = new RedisFeatureTier(link, options, Metrics, NullLogger<RedisFeatureTier>.Instance);
        Assert.NotNull(await tier.ReadAsync(Key(1), default));
        await Server.PauseAsync();

        Assert.Null(await tier.ReadAsync(Key(1), default));
        for (var i = 0; i < 1_000; i++)
        {
            tier.Offer(Key(2), Blob(100));
        }

        await UntilAsync(() => Task.FromResult(link.Trouble is not null));
        Assert.Null(await tier.ReadAsync(Key(1), default));
        Assert.Equal(
            ProblemKind.Unavailable,
            (await Assert.ThrowsAsync<LocalizerException>(() => tier.ForgetAsync(Key(1).Image, default))).Problem.Kind);

        await Server.ResumeAsync();
        await UntilAsync(async () => await tier.ReadAsync(Key(1), default) is not null);
    }

    [Fact]
    public async Task A_redis_that_was_killed_comes_back_empty_and_is_filled_again()
    {
        await using var tier = Open();
        await HaveImagesAsync(2);
        tier.Offer(Key(1), Blob(100));
        await UntilAsync(async () => await tier.ReadAsync(Key(1), default) is not null);
        await Server.KillAsync();
        Assert.Null(await tier.ReadAsync(Key(1), default));

        await Server.StartAgainAsync();
        await HaveImagesAsync(2);
        await UntilAsync(async () =>
        {
            tier.Offer(Key(1), Blob(100));
            return await tier.ReadAsync(Key(1), default) is not null;
        });
        Assert.Equal(await StoredAsync(2), await BytesAsync());
    }

    private static ValueKey Key(int n) => new(
        new ImageKey("t", ContentKey.Of($"{n}")), StageName.Encode, ContentKey.Of("features", $"{n}"));

    private static TensorBlob Blob(int bytes) => new(TensorType.Float16, [bytes / 2], new byte[bytes]);

    private RedisFeatureTier Open(RedisOptions options) => new(Link(), options, Metrics, NullLogger<RedisFeatureTier>.Instance);

    private RedisFeatureTier Open(long budget = 1_000_000)
    {
        var options = Options;
        options.FeatureBytes = budget;
        return Open(options);
    }

    private async Task WriteAsync(ValueKey key, TensorBlob blob)
    {
        await Server.SayAsync($"HSET {Keys.ImageOf(key.Image)} bytes x");
        await using var tier = Open();
        tier.Offer(key, blob);
    }

    private async Task HaveImagesAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await Server.SayAsync($"HSET {Keys.ImageOf(Key(i).Image)} bytes x");
        }
    }

    /// <summary>Bytes of all values, as the tier counts them.</summary>
    private async Task<long> BytesAsync() =>
        (await Server.SayAsync($"GET {Keys.Bytes}")).Split("\r\n") is [_, var text] ? long.Parse(text, CultureInfo.InvariantCulture) : 0;

    /// <summary>Bytes of the values that are there.</summary>
    private async Task<long> StoredAsync(int count)
    {
        long bytes = 0;
        for (var i = 0; i < count; i++)
        {
            bytes += long.Parse((await Server.SayAsync($"STRLEN {Keys.ValueOf(Key(i))}"))[1..], CultureInfo.InvariantCulture);
        }

        return bytes;
    }

    private async Task<int> CountAsync() => int.Parse((await Server.SayAsync($"ZCARD {Keys.Uses}"))[1..], CultureInfo.InvariantCulture);

    private async Task<double> ScoreAsync(int n) =>
        double.Parse(
            (await Server.SayAsync($"ZSCORE {Keys.Uses} {RedisKeys.MemberOf(Key(n))}")).Split("\r\n")[1], CultureInfo.InvariantCulture);
}
