using Loupe.Engine.Bundles;
using Loupe.Engine.Families.Pixel;
using Microsoft.ML.OnnxRuntime;

namespace Loupe.Bench.Suite.Limit;

/// <summary>The graphs of a bundle, called as directly as ONNX Runtime allows. One thread at a time.</summary>
internal sealed class LimitGraphs : IDisposable
{
    private readonly PixelManifest _manifest;
    private readonly RunOptions _run = new();
    private readonly InferenceSession _encode;
    private readonly InferenceSession _region;
    private readonly InferenceSession? _detect;
    private readonly InferenceSession? _mask;

    public LimitGraphs(Bundle bundle, PixelManifest manifest, LimitLayout layout)
    {
        _manifest = manifest;
        using var options = OptionsOf(layout.Threads, layout.Spins);
        _encode = new InferenceSession(bundle.GraphPath(PixelGraphs.Encode), options);
        _region = new InferenceSession(bundle.GraphPath(PixelGraphs.Region), options);
        _detect = manifest.Tasks.Detect is null ? null : new InferenceSession(bundle.GraphPath(PixelGraphs.Detect), options);
        _mask = manifest.Tasks.Segment is null ? null : new InferenceSession(bundle.GraphPath(PixelGraphs.Mask), options);
        Decoder = new LimitDecoder(new InferenceSession(bundle.GraphPath(PixelGraphs.Decode), options), manifest, layout.Rows);
    }

    public LimitDecoder Decoder { get; }

    public static SessionOptions OptionsOf(int threads, bool spins)
    {
        var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            InterOpNumThreads = 1,
            IntraOpNumThreads = threads,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", spins ? "1" : "0");
        return options;
    }

    /// <summary>Pictures [B, 3, S, S] → features, one array for each.</summary>
    public Float16[][] Encode(float[] pixels, int rows)
    {
        var side = _manifest.Image.Size;
        using var input = Tensor(pixels, rows * 3 * side * side, [rows, 3, side, side]);
        using var outputs = _encode.Run(_run, ["pixels"], [input], ["features"]);
        return Rows<Float16>(outputs[0], rows);
    }

    /// <summary>Features and slots of prompts → prefixes [L, 2, H, P, dh], one array for each.</summary>
    public float[][] Read(Float16[] features, float[] boxes, long[] kinds, long[] owners, int rows)
    {
        var slots = _manifest.Prompt.Slots;
        using var input = Features(features, rows);
        using var box = Tensor(boxes, rows * slots * 4, [rows, slots, 4]);
        using var kind = Tensor(kinds, rows * slots, [rows, slots]);
        using var owner = Tensor(owners, rows * slots, [rows, slots]);
        using var outputs = _region.Run(_run, ["features", "boxes", "kind", "owner"], [input, box, kind, owner], ["prefix"]);
        return Rows<float>(outputs[0], rows);
    }

    /// <summary>Features → boxes [Q, 4] and scores [Q].</summary>
    public (float[] Boxes, float[] Scores) Propose(Float16[] features)
    {
        using var input = Features(features, 1);
        using var outputs = _detect!.Run(_run, ["features"], [input], ["boxes", "scores"]);
        return (outputs[0].GetTensorDataAsSpan<float>().ToArray(), outputs[1].GetTensorDataAsSpan<float>().ToArray());
    }

    /// <summary>Features and a box → the logits of its mask.</summary>
    public float[] Draw(Float16[] features, float[] box)
    {
        using var input = Features(features, 1);
        using var boxes = Tensor(box, 4, [1, 4]);
        using var outputs = _mask!.Run(_run, ["features", "boxes"], [input, boxes], ["mask"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    public void Dispose()
    {
        _encode.Dispose();
        _region.Dispose();
        _detect?.Dispose();
        _mask?.Dispose();
        Decoder.Dispose();
        _run.Dispose();
    }

    private OrtValue Features(Float16[] features, int rows) =>
        Tensor(features, rows * _manifest.Features.Tokens * _manifest.Features.Width, [rows, _manifest.Features.Tokens, _manifest.Features.Width]);

    private static OrtValue Tensor<T>(T[] numbers, int count, long[] shape)
        where T : unmanaged => OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, numbers.AsMemory(0, count), shape);

    private static T[][] Rows<T>(OrtValue tensor, int rows)
        where T : unmanaged
    {
        var all = tensor.GetTensorDataAsSpan<T>();
        var each = all.Length / rows;
        var apart = new T[rows][];
        for (var row = 0; row < rows; row++)
        {
            apart[row] = all.Slice(row * each, each).ToArray();
        }

        return apart;
    }
}
