using Loupe.Engine.Devices;
using Loupe.Engine.Models;
using Loupe.Engine.Tests.Toys;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Devices;

public sealed class RebuildingModelTests
{
    private readonly List<ToyModel> _opened = [];

    [Fact]
    public void A_fault_of_the_device_opens_the_model_again_and_is_worth_a_second_try()
    {
        using var model = Open();
        var rebuilt = 0;
        model.Rebuilt += () => rebuilt++;
        _opened[0].Encoder.Fault = _ => new IOException("device lost");

        var problem = Assert.Throws<LocalizerException>(() => Encode(model)).Problem;
        Assert.Equal((ProblemKind.Unavailable, TimeSpan.FromSeconds(1)), (problem.Kind, problem.RetryAfter));
        Assert.Equal((2, 1, true, false), (_opened.Count, rebuilt, _opened[0].IsDisposed, model.IsRebuilding));
        Assert.Single(Encode(model));
    }

    [Fact]
    public void A_fault_in_a_step_is_one_too()
    {
        using var model = Open();
        _opened[0].Decoder.Fault = new IOException("device lost");
        IDecoder decoder = model;
        var outputs = new TokenOutputs(4, 16);
        decoder.Load(0, new ToyValue(1));
        decoder.Prefill(0, [1], decoder.PrefixLength, outputs);

        Assert.Throws<LocalizerException>(() => decoder.Step([1], [decoder.PrefixLength + 1], outputs));
        Assert.Equal(2, _opened.Count);
    }

    [Fact]
    public void A_fault_in_a_mask_is_one_too()
    {
        using var model = Open();
        _opened[0].Masker.Fault = new IOException("device lost");
        var request = new MaskRequest(new ToyValue(1), new Box(0, 0, 5, 5), new ImageSize(10, 10));

        Assert.Throws<LocalizerException>(() => model.Masker!.Draw(request));
        Assert.Equal(2, _opened.Count);
        Assert.Equal(request.Box, model.Masker!.Draw(request).Frame);
    }

    [Fact]
    public void What_is_no_fault_of_the_device_leaves_it_alone()
    {
        using var model = Open();
        _opened[0].Encoder.Fault = _ => new InvalidDataException("not a picture");
        Assert.Throws<InvalidDataException>(() => Encode(model));
        Assert.Single(_opened);
    }

    [Fact]
    public async Task A_fault_that_several_stages_meet_opens_the_model_once()
    {
        using var model = Open();
        _opened[0].Encoder.Fault = _ => new IOException("device lost");
        _opened[0].Encoder.Gate.Reset();
        var calls = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(() => Encode(model), TaskCreationOptions.LongRunning)).ToList();
        _opened[0].Encoder.Gate.Set();
        var failed = 0;
        foreach (var call in calls)
        {
            try
            {
                await call;
            }
            catch (LocalizerException)
            {
                failed++;
            }
        }

        Assert.InRange(failed, 1, 4);
        Assert.Equal(2, _opened.Count);
    }

    private static IReadOnlyList<StageValue> Encode(IEncoder model) => model.Encode([model.Prepare("picture"u8.ToArray())]);

    private RebuildingModel Open() => new(
        () =>
        {
            _opened.Add(new ToyModel());
            return _opened[^1];
        },
        error => error is IOException,
        NullLogger<RebuildingModel>.Instance);
}
