using System.Runtime.InteropServices;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Families.Florence.Text;
using Loupe.Engine.Models;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Loupe.Engine.Families.Florence;

/// <summary>
/// Features + a prompt's text → the keys and values that the decoder attends to, float32 [L, 2, H, N + T, dh], in the memory that
/// the decoder reads. One prompt a run: a prefix is as long as its prompt, and work enough for all threads.
/// </summary>
/// <param name="manifest">Sizes.</param>
/// <param name="graph">Taken over.</param>
/// <param name="tokenizer">Reads prompts.</param>
/// <param name="features">Of one picture.</param>
/// <param name="device">Where features lie.</param>
/// <param name="decodeDevice">Where prefixes lie.</param>
internal sealed class FlorenceReader(
    FlorenceManifest manifest, Graph graph, BartTokenizer tokenizer, TensorShape features, Device device,
    Device decodeDevice) : IRegionReader, IDisposable
{
    public int MaxBatch => 1;

    public bool IsOnHost => !device.Name.IsCuda;

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch) => [.. batch.Select(Read)];

    public void Dispose() => graph.Dispose();

    private unsafe DeviceTensor Read(RegionReading reading)
    {
        long[] ids = [manifest.Tokens.Begin, .. tokenizer.Encode(reading.Prompt.Text), manifest.Tokens.End];
        var sizes = manifest.Decoder;
        var shape = new TensorShape(
            TensorType.Float32, sizes.Layers, 2, sizes.Heads, manifest.Features.Tokens + ids.Length, sizes.HeadWidth);
        var value = decodeDevice.Allocate(shape.Bytes);
        fixed (long* address = ids)
        {
            using var seen = ((DeviceTensor)reading.Features).Buffer.Tensor(features.ElementType, features.Batch(1));
            using var read = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueWithData(
                CpuDevice.Instance.Memory, TensorElementType.Int64, [1, ids.Length], (nint)address,
                MemoryMarshal.AsBytes<long>(ids).Length);
            using var output = value.Tensor(shape.ElementType, shape.Batch(1));
            graph.Run([seen, read], [output]);
        }

        return new DeviceTensor(value, shape);
    }
}
