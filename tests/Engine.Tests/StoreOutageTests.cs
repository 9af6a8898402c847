using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests;

/// <summary>What is kept of an image while the store of its bytes cannot be asked.</summary>
public sealed class StoreOutageTests : IAsyncDisposable
{
    private const string Tenant = "t";
    private readonly TemporaryFolder _folder = new();
    private readonly Outage _images;
    private readonly EngineParts _engine;
    private readonly LocalLocalizer _loupe;

    public StoreOutageTests()
    {
        var options = new EngineOptions { Data = _folder.Path, Features = new FeatureOptions { Bytes = 1_000_000, TierBytes = 0 } };
        var metrics = new EngineMetrics();
        _images = new Outage(new FileImageStore(_folder.Path, new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance));
        _engine = new EngineParts(new ToyModel(slots: 4), options, _images, metrics, TimeProvider.System, NullLoggerFactory.Instance);
        var admission = new Admission(_engine, TimeSpan.FromSeconds(60), metrics);
        _loupe = new LocalLocalizer(_engine, admission, options, TimeProvider.System, NullLogger<LocalLocalizer>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Nothing_computed_stays_where_nobody_can_tell_whether_the_image_does(int described)
    {
        var image = await UploadAsync();
        _images.DescriptionsLeft = described;
        var refusal = await Assert.ThrowsAsync<LocalizerException>(() => AskAsync(image));
        Assert.Equal(ProblemKind.Unavailable, refusal.Problem.Kind);
        if (described < 3)
        {
            Assert.Equal(0, _engine.Store.Bytes);
        }

        _images.DescriptionsLeft = int.MaxValue;
        Assert.Equal(MemoReuse.Miss, (await AskAsync(image)).Reuse.Answer);
        Assert.Equal(MemoReuse.Hit, (await AskAsync(image)).Reuse.Answer);
    }

    [Fact]
    public async Task Forgetting_in_an_outage_is_refused_and_forgets_what_is_in_memory()
    {
        var image = await UploadAsync();
        await AskAsync(image);
        _images.DescriptionsLeft = 0;
        var refusal = await Assert.ThrowsAsync<LocalizerException>(() => _loupe.ForgetImageAsync(new ImageKey(Tenant, image), default));
        Assert.Equal(ProblemKind.Unavailable, refusal.Problem.Kind);
        Assert.Equal(0, _engine.Store.Bytes);
    }

    private async Task<string> UploadAsync() => (await _loupe.AddImageAsync(Tenant, "picture"u8.ToArray(), default)).Image.Id;

    private async Task<Answer> AskAsync(string image)
    {
        Answer? answer = null;
        await foreach (var part in _loupe.AskAsync(Tenant, new Question { Image = new ImageReference { Id = image }, Task = VisionTask.Caption }, default))
        {
            answer = part is DonePart done ? done.Answer : answer;
        }

        return answer!;
    }

    private sealed class Outage(IImageStore inner) : IImageStore
    {
        private int _left = int.MaxValue;

        /// <summary>After so many it is away.</summary>
        public int DescriptionsLeft
        {
            set => _left = value;
        }

        public Task<StoredImage> AddAsync(string tenant, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) =>
            inner.AddAsync(tenant, bytes, cancellation);

        public Task<ImageDescription?> DescribeAsync(ImageKey key, CancellationToken cancellation) =>
            Interlocked.Decrement(ref _left) < 0 ? throw Away() : inner.DescribeAsync(key, cancellation);

        public Task<ImageContent?> ReadAsync(ImageKey key, CancellationToken cancellation) => inner.ReadAsync(key, cancellation);

        public Task<bool> RemoveAsync(ImageKey key, CancellationToken cancellation) => throw Away();

        private static LocalizerException Away() => LocalizerException.Of(ProblemKind.Unavailable, "away", TimeSpan.FromSeconds(1));
    }
}
