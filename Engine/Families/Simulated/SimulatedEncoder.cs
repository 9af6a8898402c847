using Loupe.Engine.Models;
using Loupe.Imaging;

namespace Loupe.Engine.Families.Simulated;

/// <summary>Bytes of a picture → a number. A batch takes as long as its pictures one by one.</summary>
internal sealed class SimulatedEncoder(ServiceTimes times, int maxBatch, ServiceClock clock) : IEncoder
{
    public int MaxBatch => maxBatch;

    public PreparedPicture Prepare(ReadOnlyMemory<byte> image)
    {
        try
        {
            var header = Picture.ReadHeader(image.Span);
            return new SimulatedPicture(SimulatedValue.Mix(0, image.Span)) { Size = new ImageSize(header.Width, header.Height) };
        }
        catch (PictureException e)
        {
            throw LocalizerException.Of(ProblemKind.Unprocessable, e.Message);
        }
    }

    public IReadOnlyList<StageValue> Encode(IReadOnlyList<PreparedPicture> batch)
    {
        clock.Serve(times.Encode * batch.Count);
        return [.. batch.Select(picture => new SimulatedValue(((SimulatedPicture)picture).State, times.Features))];
    }

    public StageValue Import(TensorBlob blob) => SimulatedValue.Import(blob, times.Features);
}

internal sealed class SimulatedPicture(ulong state) : PreparedPicture
{
    public ulong State => state;

    protected override void Dispose(bool disposing)
    {
        // A number has nothing to free.
    }
}
