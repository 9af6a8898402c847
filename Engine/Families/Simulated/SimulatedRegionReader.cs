using System.Text;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Simulated;

/// <summary>Features and a prompt → a number. A batch takes as long as its prompts one by one.</summary>
internal sealed class SimulatedRegionReader(ServiceTimes times, int maxBatch, ServiceClock clock) : IRegionReader
{
    public int MaxBatch => maxBatch;

    public IReadOnlyList<StageValue> Read(IReadOnlyList<RegionReading> batch)
    {
        clock.Serve(times.Region * batch.Count);
        return [.. batch.Select(reading => new SimulatedValue(
            SimulatedValue.Mix(((SimulatedValue)reading.Features).State, Encoding.UTF8.GetBytes(reading.Prompt.Key)), times.Prefix))];
    }
}
