using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Generations;

public sealed class GenerationHostTests : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EngineMetrics _metrics = new();
    private readonly List<ToyModel> _opened = [];
    private readonly FileImageStore _images;
    private GenerationHost? _host;
    private volatile int _failures;

    public GenerationHostTests() =>
        _images = new FileImageStore(_folder.Path, new ToyInspector(), TimeProvider.System, NullLogger<FileImageStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(model => model.Decoder.Gate.Set());
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _metrics.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_fault_ends_the_generation_with_all_it_holds_and_another_is_opened_beside_it()
    {
        var host = Open();
        var first = host.Current;
        var (value, told) = (new ToyValue(1), 0);
        var (lease, holding) = first.Store.Keep(new ValueKey(default, StageName.Region, "x"), value, 1, () => told++);
        _opened[0].Encoder.Fault = _ => new DeviceLost();
        var refused = await Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(first));
        Assert.Equal((ProblemKind.Unavailable, TimeSpan.FromSeconds(1)), (refused.Problem.Kind, refused.Problem.RetryAfter));
        Assert.True(first.HasFailed);

        await WaitUntilAsync(() => host.Find() is not null && told == 1);
        Assert.NotSame(first, host.Current);
        Assert.Null(holding!.TryLease());
        Assert.Equal(ProblemKind.Unavailable, (await Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(first))).Problem.Kind);
        (await EncodeAsync(host.Current)).Value.Dispose();

        // Its memory stays as long as somebody uses a value of it.
        Assert.Equal((false, 0), (_opened[0].IsDisposed, value.Disposals));
        lease.Dispose();
        await WaitUntilAsync(() => _opened[0].IsDisposed);
        Assert.Equal(1, value.Disposals);
    }

    [Fact]
    public async Task Rows_in_the_middle_of_their_answers_end_with_the_generation_and_no_step_follows()
    {
        var host = Open();
        var generation = host.Current;
        var decoder = _opened[0].Decoder;
        decoder.Hold();
        var prefix = generation.Store.Pass(new ValueKey(default, StageName.Region, "x"), new ToyValue(LongSeed()));
        List<AnswerPart> parts = [];
        var running = generation.Decode.Start(new ToyGeneration([1], 40), prefix, Priority.Interactive, parts.Add, default);
        await decoder.Stepping.WaitAsync(TestContext.Current.CancellationToken);
        _opened[0].Encoder.Fault = _ => new DeviceLost();
        await Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(generation));
        var said = parts.Count;
        decoder.Gate.Set();

        var ended = await Assert.ThrowsAsync<LocalizerException>(() => running.Outcome);
        Assert.Equal(ProblemKind.Unavailable, ended.Problem.Kind);
        Assert.Equal(said, parts.Count);
    }

    [Fact]
    public async Task While_it_cannot_be_opened_again_it_says_why_and_tries_with_growing_pauses()
    {
        var host = Open();
        _failures = 3;
        _opened[0].Encoder.Fault = _ => new DeviceLost();
        await Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(host.Current));
        await WaitUntilAsync(() => host.NotReadyBecause == "the device failed and cannot be started again yet" || host.Find() is not null);
        await WaitUntilAsync(() => host.Find() is not null);

        Assert.Null(host.NotReadyBecause);
        Assert.Equal((2, 0), (_opened.Count, _failures));
        (await EncodeAsync(host.Current)).Value.Dispose();
    }

    [Fact]
    public async Task Asked_while_there_is_none_it_refuses_and_does_not_crash()
    {
        var host = Open();
        _failures = int.MaxValue;
        _opened[0].Encoder.Fault = _ => new DeviceLost();
        await Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(host.Current));
        await WaitUntilAsync(() => host.NotReadyBecause == "the device failed and cannot be started again yet");
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(ProblemKind.Unavailable, Assert.Throws<LocalizerException>(() => host.Current).Problem.Kind);
        }

        Assert.Equal((0L, TimeSpan.Zero), (host.KeptBytes, host.EstimateWait(warm: false)));
        _failures = 0;
        await WaitUntilAsync(() => host.Find() is not null);
    }

    [Fact]
    public async Task What_is_no_fault_of_the_device_leaves_it_alone()
    {
        var host = Open();
        _opened[0].Encoder.Fault = _ => new InvalidOperationException("a bad request");
        await Assert.ThrowsAsync<InvalidOperationException>(() => EncodeAsync(host.Current));
        _opened[0].Encoder.Fault = _ => null;
        (await EncodeAsync(host.Current)).Value.Dispose();
        Assert.Single(_opened);
    }

    [Fact]
    public async Task A_fault_that_several_stages_meet_opens_one_other()
    {
        var host = Open();
        _opened[0].Encoder.Fault = _ => new DeviceLost();
        _opened[0].Masker.Fault = new DeviceLost();
        var first = host.Current;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Assert.ThrowsAsync<LocalizerException>(() => EncodeAsync(first))));
        await WaitUntilAsync(() => host.Find() is not null);
        Assert.Equal(2, _opened.Count);
    }

    private static async Task WaitUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private async Task<Stages.Made> EncodeAsync(ModelGeneration generation)
    {
        var stored = await _images.AddAsync("t", Guid.NewGuid().ToByteArray(), TestContext.Current.CancellationToken);
        return await generation.Encode.GetAsync(
            new ImageKey("t", stored.Image.Id), null, Priority.Interactive, TestContext.Current.CancellationToken);
    }

    private ulong LongSeed() => Enumerable.Range(100, 100_000).Select(seed => (ulong)seed)
        .First(seed => _opened[0].Generations.Expected(seed, new ToyGeneration([1], 40)).Split(' ').Length == 40);

    private GenerationHost Open()
    {
        var options = new EngineOptions
        {
            Data = _folder.Path,
            Recovery = new RecoveryOptions { FirstSeconds = 0.02, LongestSeconds = 0.05 },
        };
        var parts = new GenerationParts(
            options, _images, null, _metrics, new BusyMeter(TimeProvider.System), error =>
                error is DeviceLost, TimeProvider.System, NullLoggerFactory.Instance);
        return _host = new GenerationHost(
            () =>
            {
                if (_opened.Count > 0 && _failures > 0)
                {
                    _failures--;
                    throw new IOException("no device");
                }

                _opened.Add(new ToyModel());
                return _opened[^1];
            },
            parts,
            NullLogger<GenerationHost>.Instance);
    }
}
