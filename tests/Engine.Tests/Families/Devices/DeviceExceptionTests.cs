using Loupe.Engine.Families.Devices;
using Loupe.Engine.Tests.Families;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Engine.Tests.Families.Devices;

public sealed class DeviceExceptionTests
{
    [Fact]
    public void What_onnx_runtime_was_wrongly_asked_is_no_fault_of_the_device()
    {
        using var session = new InferenceSession(Path.Combine(TestBundle.Folder, "region.onnx"));
        using var options = new RunOptions();
        using var wrong = OrtValue.CreateTensorValueFromMemory(new float[1], [1]);
        var error = Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["nothing"], [wrong], session.OutputNames));
        Assert.StartsWith("[ErrorCode:InvalidArgument]", error.Message);
        Assert.False(DeviceException.IsFault(error));
    }

    [Fact]
    public void A_device_that_cannot_be_used_and_memory_that_is_not_to_be_had_are_faults()
    {
        Assert.True(DeviceException.IsFault(new DeviceException("lost")));
        Assert.True(DeviceException.IsFault(new OutOfMemoryException()));
        Assert.False(DeviceException.IsFault(new InvalidDataException()));
    }
}
