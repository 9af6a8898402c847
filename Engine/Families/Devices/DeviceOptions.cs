using Loupe.Engine.Families.Simulated;

namespace Loupe.Engine.Families.Devices;

/// <summary>What a model runs on, and how much of it at once.</summary>
/// <remarks>
/// On the CPU a graph that is run by several threads runs a batch row by row, because only so a value has the same bits
/// alone and in a batch; the decode stage, whose steps must be batches, has one thread. On another kind of processor the
/// last bits may differ.
/// </remarks>
public sealed record DeviceOptions
{
    /// <summary>
    /// <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:n</c>, or <c>auto</c>: the first GPU where CUDA can be loaded,
    /// else the CPU. Default: <c>auto</c>. For measuring, where <c>Loupe:AllowSimulatedDevice</c>
    /// allows it: <c>simulated:encode=25ms,region=7ms,step=1ms</c>, which waits instead of computing.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>
    /// Threads of the encode stage on the CPU; 0 for one per processor, at most 8. A picture alone has all of them, of
    /// several each has one, which wastes less; where a graph would not give the same bits both ways, every picture has
    /// all. Default: 0.
    /// </summary>
    public int EncodeThreads { get; init; }

    /// <summary>
    /// Region prompts that are read at once on the CPU, each by one thread: one prompt is too small to gain by more; 0
    /// as for encode. Default: 0.
    /// </summary>
    public int RegionThreads { get; init; }

    /// <summary>
    /// Whether idle threads of a stage spin for the next operation. Faster on a machine of its own; two to three times
    /// slower where the processors are shared. Default: false.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>
    /// Most pictures of one encode batch; 0 for 8 on a GPU and 1 on the CPU, where a batch costs as much as its pictures
    /// one by one and all would wait for the last. Default: 0.
    /// </summary>
    public int EncodeBatch { get; init; }

    /// <summary>Most prompts of one region batch; 0 for 16 on a GPU and 1 on the CPU, as for encode. Default: 0.</summary>
    public int RegionBatch { get; init; }

    /// <summary>Sequences decoded at once; each has its key/value memory set aside. Default: 32.</summary>
    public int DecodeSlots { get; init; } = 32;

    /// <summary>Whether nothing is computed at all.</summary>
    public bool IsSimulated => ServiceTimes.AreAskedFor(Device);

    /// <summary>Throws <see cref="ArgumentException"/>, naming the option, where a value makes no sense.</summary>
    public void Validate()
    {
        if (IsSimulated)
        {
            _ = ServiceTimes.Parse(Device);
        }
        else
        {
            _ = DeviceName.Parse(Device);
        }

        Between(nameof(EncodeThreads), EncodeThreads, 0, 1024);
        Between(nameof(RegionThreads), RegionThreads, 0, 1024);
        Between(nameof(EncodeBatch), EncodeBatch, 0, 1024);
        Between(nameof(RegionBatch), RegionBatch, 0, 1024);
        Between(nameof(DecodeSlots), DecodeSlots, 1, 4096);
    }

    /// <summary>A number of threads, 0 resolved.</summary>
    internal static int Threads(int asked) => asked > 0 ? asked : Math.Min(Environment.ProcessorCount, 8);

    /// <summary><see cref="EncodeBatch"/>, resolved for a device.</summary>
    internal int EncodeBatchOn(Device device) => EncodeBatch > 0 ? EncodeBatch : device.Name.IsCuda ? 8 : 1;

    /// <summary><see cref="RegionBatch"/>, resolved for a device.</summary>
    internal int RegionBatchOn(Device device) => RegionBatch > 0 ? RegionBatch : device.Name.IsCuda ? 16 : 1;

    /// <summary>Prompts that are read at once on a device: a GPU takes them as batches, one by one.</summary>
    internal int RegionWorkersOn(Device device) => device.Name.IsCuda ? 1 : Threads(RegionThreads);

    private static void Between(string option, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{option} should be {least} to {most}, found {value}.");
        }
    }
}
