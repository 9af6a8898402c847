using System.Globalization;
using Loupe.Engine.Devices;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Devices;

[Collection(Alone.Name)]
public sealed class NativeHeapTests
{
    private const int Features = 147_456;
    private const int Prefix = 81_920;
    private const int Pairs = 1_000;

    [Fact]
    public void What_is_freed_is_no_longer_resident()
    {
        Assert.SkipUnless(NativeHeap.GiveBackWhatIsFreed(), "The allocator of this C library cannot be told, or was told otherwise in the environment.");
        var before = Resident();
        var values = new List<DeviceBuffer>();
        for (var i = 0; i < Pairs; i++)
        {
            values.Add(Filled(Features));
            values.Add(Filled(Prefix));
        }

        var held = Resident() - before;
        Assert.InRange(held, 0.9 * Pairs * (Features + Prefix), double.PositiveInfinity);

        // As a cache does: the features of every image go, the prefixes between them stay.
        for (var i = 0; i < values.Count; i += 2)
        {
            values[i].Dispose();
        }

        var freed = held - (Resident() - before);
        for (var i = 1; i < values.Count; i += 2)
        {
            values[i].Dispose();
        }

        Assert.InRange(freed, 0.9 * Pairs * Features, double.PositiveInfinity);
    }

    private static DeviceBuffer Filled(int bytes)
    {
        var buffer = CpuDevice.Instance.Allocate(bytes);
        buffer.AsSpan<byte>().Fill(1);
        return buffer;
    }

    /// <summary>Bytes of pages that are in memory and of no file.</summary>
    private static double Resident() => 1024 * double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal))["RssAnon:".Length..].Replace("kB", "").Trim(),
        CultureInfo.InvariantCulture);
}
