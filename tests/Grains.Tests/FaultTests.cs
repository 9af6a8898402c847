using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Features;
using Loupe.Engine.Generations;
using Loupe.Engine.Images;
using Loupe.Engine.Tests.Families;
using Loupe.Engine.Tests.Toys;
using Loupe.Grains.Tests.Clusters;
using Loupe.Imaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Grains.Tests;

/// <summary>The bundle that ships, on a device that fails: whatever is said is what would have been said without.</summary>
public sealed class FaultTests : IAsyncDisposable
{
    private const string Tenant = ToyCluster.Tenant;

    private readonly ManualResetEventSlim _go = new(initialState: true);
    private volatile bool _fails;
    private volatile int _openings;
    private volatile bool _cannotOpen;
    private ToyCluster? _cluster;

    public async ValueTask DisposeAsync()
    {
        _go.Set();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_fault_of_another_stage_never_changes_the_words_of_an_answer_that_is_being_said()
    {
        var loupe = await OpenAsync();
        var (farm, beach) = (await UploadAsync(loupe, "farm.png"), await UploadAsync(loupe, "beach.jpg"));
        var question = new Question(farm, VisionTask.Narrate, DeadlineMs: 120_000);
        var right = (
            await loupe.AnswerAsync(
                "reference", question with { Image = await UploadAsync(loupe, "farm.png", "reference") }, default)).Words;
        Assert.True(right.Count > 5);

        List<Word> said = [];
        Problem? ended = null;
        var asking = Task.Run(async () =>
        {
            try
            {
                await foreach (var part in loupe.AskAsync(Tenant, question, default))
                {
                    if (part is WordPart word)
                    {
                        said.Add(word.Word);
                        if (said.Count == 3)
                        {
                            _go.Reset();
                        }
                    }
                }
            }
            catch (LocalizerException refusal)
            {
                ended = refusal.Problem;
            }
        });
        await Wait.UntilAsync(() => !_go.IsSet);
        _fails = true;
        await Assert.ThrowsAsync<LocalizerException>(
            () => loupe.AnswerAsync(Tenant, new Question(beach, VisionTask.Caption, DeadlineMs: 120_000), default));
        _fails = false;
        _go.Set();
        await asking;

        Assert.Equal(right.Take(said.Count), said);
        Assert.True(ended is null ? said.Count == right.Count : ended.Kind == ProblemKind.Unavailable);
        await ReadyAsync();
        Assert.Equal(right, (await loupe.AnswerAsync(Tenant, question, default)).Words);
        Assert.True(_openings > 1, "the model was never opened again");
    }

    [Fact]
    public async Task Where_the_model_cannot_be_opened_again_questions_are_refused_until_it_can()
    {
        var loupe = await OpenAsync();
        var image = await UploadAsync(loupe, "farm.png");
        (_fails, _cannotOpen) = (true, true);
        var question = new Question(image, VisionTask.Caption, DeadlineMs: 120_000);
        await Assert.ThrowsAsync<LocalizerException>(() => loupe.AnswerAsync(Tenant, question, default));
        _fails = false;
        var view = _cluster!.Get<IClusterView>(_cluster.Silos[0]);
        await Wait.UntilAsync(() => view.NotReadyBecause == "the device failed and cannot be started again yet");
        for (var i = 0; i < 3; i++)
        {
            var refused = await Assert.ThrowsAsync<LocalizerException>(() => loupe.AnswerAsync(Tenant, question, default));
            Assert.Equal(ProblemKind.Unavailable, refused.Problem.Kind);
        }

        Assert.Equal(SiloState.Warming, Assert.Single(view.Describe().Silos).State);
        _cannotOpen = false;
        await ReadyAsync();
        Assert.NotEmpty((await loupe.AnswerAsync(Tenant, question, default)).Text);
    }

    private Task ReadyAsync() => Wait.UntilAsync(() => _cluster!.Get<IClusterView>(_cluster.Silos[0]).NotReadyBecause is null
        && _cluster.Get<GenerationHost>(_cluster.Silos[0]).Find() is not null);

    private static async Task<string> UploadAsync(ILocalizer loupe, string file, string tenant = Tenant) =>
        (await loupe.AddImageAsync(tenant, await File.ReadAllBytesAsync(Path.Combine(TestBundle.Folder, "demo", file)), default)).Image.Id;

    private async Task<ILocalizer> OpenAsync()
    {
        _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions
        {
            Engine = options => options.Recovery.FirstSeconds = 0.05,
            Inspector = new PictureInspector(PictureLimits.Default),
            Model = () =>
            {
                if (_cannotOpen)
                {
                    throw new IOException("no device");
                }

                _openings++;
                return new FaultyModel(ShippedModels.Load(TestBundle.Folder, new DeviceOptions { Device = "cpu" }), Before);
            },
        });
        return _cluster.First;
    }

    private void Before(StageName stage)
    {
        if (stage == StageName.Decode)
        {
            _go.Wait();
        }
        else if (_fails)
        {
            throw new DeviceLost();
        }
    }
}
