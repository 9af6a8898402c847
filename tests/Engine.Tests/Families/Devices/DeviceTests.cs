using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Tests.Families;
using Microsoft.Extensions.Logging;

namespace Loupe.Engine.Tests.Families.Devices;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("cpu", "cpu", false)]
    [InlineData(" CPU ", "cpu", false)]
    [InlineData("cuda", "cuda:0", false)]
    [InlineData("cuda:3", "cuda:3", false)]
    [InlineData("auto", "cuda:0", true)]
    public void Devices_have_names(string text, string name, bool orElseCpu)
    {
        var device = DeviceName.Parse(text);

        Assert.Equal(name, device.ToString());
        Assert.Equal(orElseCpu, device.OrElseCpu);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    public void Other_names_are_refused(string text)
    {
        var options = new DeviceOptions { Device = text };

        Assert.Contains($"'{text}'", Assert.Throws<ArgumentException>(options.Validate).Message);
    }

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        Refused("EncodeThreads", new() { EncodeThreads = -1 });
        Refused("RegionThreads", new() { RegionThreads = 5000 });
        Refused("EncodeBatch", new() { EncodeBatch = -1 });
        Refused("RegionBatch", new() { RegionBatch = -1 });
        Refused("DecodeSlots", new() { DecodeSlots = 0 });
        new DeviceOptions().Validate();
    }

    [Fact]
    public void On_the_cpu_nothing_waits_for_a_batch_unless_told_to()
    {
        Assert.Equal(
            (1, 1), (new DeviceOptions().EncodeBatchOn(CpuDevice.Instance), new DeviceOptions().RegionBatchOn(CpuDevice.Instance)));
        var told = new DeviceOptions { EncodeBatch = 3, RegionBatch = 5 };
        Assert.Equal((3, 5), (told.EncodeBatchOn(CpuDevice.Instance), told.RegionBatchOn(CpuDevice.Instance)));
    }

    [Fact]
    public void Where_there_is_no_cuda_asking_for_it_says_what_to_do()
    {
        Assert.SkipWhen(HasCuda(), "This machine has CUDA.");

        var refused = Assert.Throws<DeviceException>(() => CudaDevice.Open(0));

        Assert.Contains("cuda:0 cannot be used", refused.Message);
        Assert.Contains("Set Device to 'cpu' or 'auto'", refused.Message);
    }

    [Fact]
    public void Where_there_is_no_cuda_auto_is_the_cpu_and_says_so()
    {
        Assert.SkipWhen(HasCuda(), "This machine has CUDA.");
        var logger = new ListLogger();

        using var model = ShippedModels.Load(
            TestBundle.Folder, new DeviceOptions { EncodeBatch = 1, RegionBatch = 1, DecodeSlots = 1 }, logger);

        Assert.Equal("cpu", model.Bundle.Device);
        Assert.Contains(logger.Lines, line => line.Contains("The CPU is used", StringComparison.Ordinal));
        Assert.Contains(logger.Lines, line => line.Contains("warm on cpu", StringComparison.Ordinal));
    }

    private static bool HasCuda()
    {
        try
        {
            CudaDevice.Open(0);
            return true;
        }
        catch (DeviceException)
        {
            return false;
        }
    }

    private static void Refused(string option, DeviceOptions options) =>
        Assert.StartsWith(option, Assert.Throws<ArgumentException>(options.Validate).Message);

    private sealed class ListLogger : ILogger<ModelLoader>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
