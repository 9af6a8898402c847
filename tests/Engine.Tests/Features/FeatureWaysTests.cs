using Loupe.Engine.Features;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Features;

/// <summary>The encode stage between its ways to features.</summary>
public sealed class FeatureWaysTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly Home _home;
    private readonly EngineParts _engine;

    public FeatureWaysTests()
    {
        _home = new Home(_time);
        var images = new FileImageStore(_folder.Path, new ToyInspector(), _time, NullLogger<FileImageStore>.Instance);
        var options = new EngineOptions { Data = _folder.Path, Features = new FeatureOptions { TierBytes = 0 } };
        _engine = new EngineParts(new ToyModel(slots: 4), options, images, new EngineMetrics(), _time, NullLoggerFactory.Instance, _home);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
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

        _time.Move(FeatureWayCosts.Memory + TimeSpan.FromSeconds(1));
        Assert.Equal(gives ? FeatureReuse.Replica : FeatureReuse.Miss, await FindAsync(6));
        Assert.Equal(asked + 1, _home.Asked);
    }

    private async Task<FeatureReuse> FindAsync(byte picture)
    {
        var stored = await _engine.Images.AddAsync("tenant", new byte[] { picture }, TestContext.Current.CancellationToken);
        var staged = await _engine.Encode.GetAsync(
            new ImageKey("tenant", stored.Image.Id), Priority.Interactive, TestContext.Current.CancellationToken);
        staged.Lease.Dispose();
        return staged.Found;
    }

    private sealed class Home(ManualTime time) : IFeatureSource
    {
        public bool Gives { get; set; }

        public int Asked { get; private set; }

        public Task<TensorBlob?> PullAsync(ValueKey key, CancellationToken cancellation)
        {
            Asked++;
            time.Move(TimeSpan.FromSeconds(1));
            return Task.FromResult(Gives ? new TensorBlob(TensorType.Float16, [4], new byte[8]) : null);
        }
    }
}
