using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Pixel;

/// <summary>Features → proposed boxes.</summary>
internal sealed class PixelProposer(DetectTask options, Graph graph) : IProposer, IDisposable
{
    private readonly ProposalFilter _filter = new(options);

    public IReadOnlyList<Proposal> Propose(StageValue features, ImageSize size)
    {
        var value = (DeviceTensor)features;
        using var input = value.Buffer.Tensor(value.Shape.ElementType, value.Shape.Batch(1));
        using var outputs = graph.Run([input]);
        return _filter.Select(outputs[0].GetTensorDataAsSpan<float>(), outputs[1].GetTensorDataAsSpan<float>(), size);
    }

    public void Dispose() => graph.Dispose();
}
