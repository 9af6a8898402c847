using System.Security.Cryptography;
using System.Text;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;

namespace Loupe.Engine.Families.Simulated;

/// <summary>
/// Stands in for a bundle and its accelerator, for measuring and breaking clusters on machines that have neither: each
/// stage waits as long as it is told to, on its own device thread, and what comes out follows from what went in and
/// means nothing. Answers carry its name.
/// </summary>
internal sealed class SimulatedModel : ILocalizedModel
{
    public const string Name = "simulated";

    private const int MaxRegions = 8;
    private const int MaxWords = 48;

    /// <param name="times">Of the stages.</param>
    /// <param name="options">Batches and slots.</param>
    /// <param name="time">By which what was overslept is taken off the next wait.</param>
    /// <param name="sleep">Blocks a device thread.</param>
    public SimulatedModel(ServiceTimes times, DeviceOptions options, TimeProvider time, Action<TimeSpan> sleep)
    {
        Encoder = new SimulatedEncoder(times, Math.Max(1, options.EncodeBatch), new ServiceClock(time, sleep));
        RegionReader = new SimulatedRegionReader(times, Math.Max(1, options.RegionBatch), new ServiceClock(time, sleep));
        Decoder = new SimulatedDecoder(times, options.DecodeSlots, SimulatedGenerations.Tokens, new ServiceClock(time, sleep));
        Generations = new SimulatedGenerations(MaxWords);
        Grammar = new SimulatedGrammar(new BundleDescription
        {
            Name = Name,
            // Times are left out: two devices that differ in speed alone give the same values.
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Name} 1 {times.Features} {times.Prefix}"))),
            Description = "No model: a device that waits instead of computing, and answers that mean nothing.",
            Tasks = [.. SimulatedGrammar.Offered.Select(plan => plan.Task)],
            MaxRegions = MaxRegions,
            MaxWords = MaxWords,
            Device = times.ToString(),
        });
    }

    public IGrammar Grammar { get; }

    public IEncoder Encoder { get; }

    public IRegionReader RegionReader { get; }

    public IDecoder Decoder { get; }

    public IProposer? Proposer => null;

    public IMasker? Masker => null;

    public IGenerationFactory Generations { get; }

    public void Dispose()
    {
        // It holds nothing.
    }
}
