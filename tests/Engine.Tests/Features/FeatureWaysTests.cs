using Loupe.Engine.Batching;
using Loupe.Engine.Features;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Features;

/// <summary>The encode stage between its ways to features.</summary>
public sealed class FeatureWaysTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly EngineMetrics _metrics = new();
    private readonly BatchQueue<PreparedPicture, StageValue> _queue;
    private readonly FileImageStore _images;
    private readonly EncodeStage _encode;
    private readonly Home _home;

    public FeatureWaysTests()
    {
        _home = new Home(_time);
        var model = new ToyModel(slots: 4);
        _images = new FileImageStore(_folder.Path, new ToyInspector(), _time, NullLogger<FileImageStore>.Instance);
        _queue = new(
            StageName.Encode, maxBatch: 4, workers: 1, ((IEncoder)model.Encoder).Encode, new BusyMeter(_time), _metrics, _time,
            NullLogger.Instance);
        _encode = new EncodeStage(model, _queue, tier: null, _images, _metrics, _time, preparers: 1);
    }

    public void Dispose()
    {
        _queue.Dispose();
        _metrics.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_home_that_takes_longer_than_encoding_is_left_alone_for_a_while(bool gives)
    {
        _home.Gives = gives;
        // Before anything is encoded here nobody knows what that takes.
        Assert.Equal(gives ? FeatureReuse.Replica : FeatureReuse.Miss, await FindAsync(1));
        _home.Gives = false;
        await FindAsync(2);
        _home.Gives = gives;
        await FindAsync(3);
        var asked = _home.Asked;
        Assert.Equal(FeatureReuse.Miss, await FindAsync(4));
        Assert.Equal(FeatureReuse.Miss, await FindAsync(5));
        Assert.Equal(asked, _home.Asked);

        _time.Advance(FeatureWayCosts.Memory + TimeSpan.FromSeconds(1));
        Assert.Equal(gives ? FeatureReuse.Replica : FeatureReuse.Miss, await FindAsync(6));
        Assert.Equal(asked + 1, _home.Asked);
    }

    [Fact]
    public async Task Features_that_cannot_be_offered_to_the_tier_are_freed()
    {
        List<ToyValue> made = [];
        using var queue = new BatchQueue<PreparedPicture, StageValue>(
            StageName.Encode, maxBatch: 1, workers: 1, batch =>
            {
                made.AddRange(batch.Select(_ => new ToyValue(1)));
                return [.. made];
            },
            new BusyMeter(_time), _metrics, _time, NullLogger.Instance);
        var encode = new EncodeStage(new ToyModel(), queue, new BrokenTier(), _images, _metrics, _time, preparers: 1);
        var stored = await _images.AddAsync("tenant", "picture"u8.ToArray(), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidOperationException>(() => encode.GetAsync(
            new ImageKey("tenant", stored.Image.Id), home: null, Priority.Interactive, TestContext.Current.CancellationToken));
        Assert.Equal(1, Assert.Single(made).Disposals);
    }

    [Fact]
    public async Task Features_that_memory_lost_come_from_the_tier()
    {
        await using var tier = new FileFeatureTier(
            Path.Combine(_folder.Path, "features"), 1_000_000, _metrics, NullLogger<FileFeatureTier>.Instance);
        var encode = new EncodeStage(new ToyModel(), _queue, tier, _images, _metrics, _time, preparers: 1);
        var stored = await _images.AddAsync("tenant", "picture"u8.ToArray(), TestContext.Current.CancellationToken);
        var found = new List<FeatureReuse>();
        for (var i = 0; i < 2; i++)
        {
            var made = await encode.GetAsync(
                new ImageKey("tenant", stored.Image.Id), home: null, Priority.Interactive, TestContext.Current.CancellationToken);
            found.Add(made.Found);
            Assert.Equal(ToyEncoder.Hash("picture"u8), ((ToyValue)made.Value).State);
            made.Value.Dispose();
            while (tier.Bytes == 0)
            {
                await Task.Delay(1, TestContext.Current.CancellationToken);
            }
        }

        Assert.Equal([FeatureReuse.Miss, FeatureReuse.Tier], found);
    }

    private async Task<FeatureReuse> FindAsync(byte picture)
    {
        var stored = await _images.AddAsync("tenant", new byte[] { picture }, TestContext.Current.CancellationToken);
        var made = await _encode.GetAsync(
            new ImageKey("tenant", stored.Image.Id), _home.PullAsync, Priority.Interactive, TestContext.Current.CancellationToken);
        made.Value.Dispose();
        return made.Found;
    }

    private sealed class Home(FakeTimeProvider time)
    {
        public bool Gives { get; set; }

        public int Asked { get; private set; }

        public Task<TensorBlob?> PullAsync(CancellationToken cancellation)
        {
            Asked++;
            time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(Gives ? new TensorBlob(TensorType.Float16, [4], new byte[8]) : null);
        }
    }

    private sealed class BrokenTier : IFeatureTier
    {
        public string Name => "broken";

        public long Bytes => 0;

        public void Offer(ValueKey key, TensorBlob blob) => throw new InvalidOperationException("no");

        public Task<TensorBlob?> ReadAsync(ValueKey key, CancellationToken cancellation) => Task.FromResult<TensorBlob?>(null);

        public Task ForgetAsync(ImageKey image, CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
