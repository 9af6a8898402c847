using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Simulated;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Models;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Toys;
using Loupe.Imaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests.Families.Simulated;

public sealed class SimulatedModelTests
{
    private const string Quick = "simulated:encode=0ms,region=0ms,step=0ms";

    [Fact]
    public void Features_that_travelled_are_the_same_value()
    {
        using var model = Open(Quick);
        using var picture = model.Encoder.Prepare(Png(1));
        using var features = model.Encoder.Encode([picture])[0];
        var blob = features.ToBlob();
        using var back = model.Encoder.Import(blob);

        Assert.Equal(147_456, blob.Data.Length);
        Assert.Equal(features.Bytes, back.Bytes);
        Assert.Equal(blob.Data.ToArray(), back.ToBlob().Data.ToArray());
        Assert.Throws<InvalidDataException>(() => model.Encoder.Import(blob with { Shape = [1] }));
    }

    [Fact]
    public void Each_stage_waits_its_time_once_for_each_element()
    {
        List<double> slept = [];
        var time = new FakeTimeProvider();
        var options = new DeviceOptions { Device = "simulated:encode=30ms,region=5ms,step=2ms", EncodeBatch = 4 };
        using var model = new SimulatedModel(ServiceTimes.Parse(options.Device), options, time, rest =>
        {
            slept.Add(rest.TotalMilliseconds);
            time.Advance(rest);
        });
        using var picture = model.Encoder.Prepare(Png(1));
        var features = model.Encoder.Encode([picture, picture, picture]);
        var prefix = model.RegionReader.Read(
            [new RegionReading(features[0], new ModelPrompt(new RegionPrompt([], picture.Size, "whole")))])[0];
        var outputs = new TokenOutputs(model.Decoder.Slots, model.Generations.Vocabulary, model.Decoder.Outputs);
        model.Decoder.Prefill(0, [1, 2, 3], model.Decoder.Load(0, prefix), outputs);
        model.Decoder.Step([new DecodeRow(0, 1, 43)], outputs);

        Assert.Equal([90, 5, 2, 2], slept);
    }

    [Fact]
    public void It_is_refused_unless_it_is_allowed()
    {
        var options = new EngineOptions { Device = new DeviceOptions { Device = Quick } };
        var refused = new EngineOptionsValidator().Validate(null, options);
        options.AllowSimulatedDevice = true;

        Assert.Contains("Loupe:AllowSimulatedDevice=true", Assert.Single(refused.Failures!));
        Assert.True(new EngineOptionsValidator().Validate(null, options).Succeeded);
    }

    private static ILocalizedModel Open(string device) =>
        ShippedModels.Load("no bundle is needed", new DeviceOptions { Device = device });

    private static byte[] Png(byte shade)
    {
        var pixels = new byte[8 * 8 * 3];
        Array.Fill(pixels, shade);
        return new Raster(8, 8, pixels).Encode();
    }
}
