using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Features and a box → a grid of logits over a frame around the box.</summary>
internal sealed class PixelMasker(Graph graph) : IMasker, IDisposable
{
    private readonly DeviceBuffer _box = CpuDevice.Instance.Allocate(4 * sizeof(float));

    public MaskGrid Draw(MaskRequest request)
    {
        var geometry = new PixelGeometry(request.Size);
        var place = _box.AsSpan<float>();
        place[0] = geometry.ToGraph(request.Box.X0);
        place[1] = geometry.ToGraph(request.Box.Y0);
        place[2] = geometry.ToGraph(request.Box.X1);
        place[3] = geometry.ToGraph(request.Box.Y1);
        var features = (DeviceTensor)request.Features;
        using var input = features.Buffer.Tensor(features.Shape.ElementType, features.Shape.Batch(1));
        using var box = _box.Tensor(TensorElementType.Float, [1, 4]);
        using var outputs = graph.Run([input, box]);
        var shape = outputs[0].GetTensorTypeAndShape().Shape;
        return new MaskGrid(
            outputs[0].GetTensorDataAsSpan<float>().ToArray(), (int)shape[1], (int)shape[2],
            geometry.ToFrame(outputs[1].GetTensorDataAsSpan<float>()));
    }

    public void Dispose()
    {
        graph.Dispose();
        _box.Dispose();
    }
}
