namespace Loupe.Engine.Devices;

/// <summary>What a model runs on, and how much of it at once.</summary>
public sealed record DeviceOptions
{
    /// <summary>
    /// <c>cpu</c>, <c>cuda</c> (the first GPU), <c>cuda:n</c>, or <c>auto</c>: the first GPU where CUDA can be loaded,
    /// else the CPU. Default: <c>auto</c>.
    /// </summary>
    public string Device { get; init; } = "auto";

    /// <summary>Threads of the encode stage on the CPU; 0 for one per processor, at most 8. Default: 0.</summary>
    public int EncodeThreads { get; init; }

    /// <summary>Threads of the region and detect stages on the CPU; 0 as for encode. Default: 0.</summary>
    public int RegionThreads { get; init; }

    /// <summary>
    /// Threads of the decode stage on the CPU; 0 as for encode. Default: 1, since a step is too short to be worth
    /// splitting where the other stages want the processors too.
    /// </summary>
    public int DecodeThreads { get; init; } = 1;

    /// <summary>
    /// Whether idle threads of a stage spin for the next operation. Faster on a machine of its own; two to three times
    /// slower where the processors are shared. Default: false.
    /// </summary>
    public bool AllowSpinning { get; init; }

    /// <summary>Most pictures of one encode batch. Default: 8.</summary>
    public int EncodeBatch { get; init; } = 8;

    /// <summary>Most prompts of one region batch. Default: 16.</summary>
    public int RegionBatch { get; init; } = 16;

    /// <summary>Sequences decoded at once; each has its key/value memory set aside. Default: 32.</summary>
    public int DecodeSlots { get; init; } = 32;

    /// <summary>Throws <see cref="ArgumentException"/>, naming the option, where a value makes no sense.</summary>
    public void Validate()
    {
        _ = DeviceName.Parse(Device);
        Between(nameof(EncodeThreads), EncodeThreads, 0, 1024);
        Between(nameof(RegionThreads), RegionThreads, 0, 1024);
        Between(nameof(DecodeThreads), DecodeThreads, 0, 1024);
        Between(nameof(EncodeBatch), EncodeBatch, 1, 1024);
        Between(nameof(RegionBatch), RegionBatch, 1, 1024);
        Between(nameof(DecodeSlots), DecodeSlots, 1, 4096);
    }

    private static void Between(string option, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentException($"{option} should be {least} to {most}, found {value}.");
        }
    }
}
