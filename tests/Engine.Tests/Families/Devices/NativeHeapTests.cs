using System.Runtime.InteropServices;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Tests.Toys;

namespace Loupe.Engine.Tests.Families.Devices;

[Collection(Alone.Name)]
public sealed partial class NativeHeapTests
{
    private const int Features = 147_456;
    private const int Prefix = 81_920;
    private const int Pairs = 1_000;

    [Fact]
    public void What_is_freed_goes_back_to_the_system()
    {
        Assert.SkipUnless(
            NativeHeap.GiveBackWhatIsFreed(), "The allocator of this C library cannot be told, or was told otherwise in the environment.");
        var fillers = FillArenas();
        var before = Mapped();
        var values = new List<DeviceBuffer>();
        for (var i = 0; i < Pairs; i++)
        {
            values.Add(Filled(Features));
            values.Add(Filled(Prefix));
        }

        var held = Mapped() - before;
        Assert.InRange(held, 0.9 * Pairs * (Features + Prefix), double.PositiveInfinity);

        // As a cache does: the features of every image go, the prefixes between them stay.
        for (var i = 0; i < values.Count; i += 2)
        {
            values[i].Dispose();
        }

        var freed = held - (Mapped() - before);
        for (var i = 1; i < values.Count; i += 2)
        {
            values[i].Dispose();
        }

        fillers.ForEach(filler => filler.Dispose());
        Assert.InRange(freed, 0.9 * Pairs * Features, double.PositiveInfinity);
    }

    /// <summary>Takes what other tests have freed in arenas, which is used up before anything is mapped.</summary>
    private static List<DeviceBuffer> FillArenas()
    {
        var fillers = new List<DeviceBuffer>();
        for (var mapped = 0; mapped < 50;)
        {
            var before = Mapped();
            fillers.Add(Filled(Prefix));
            mapped = Mapped() > before ? mapped + 1 : 0;
        }

        return fillers;
    }

    private static DeviceBuffer Filled(int bytes)
    {
        var buffer = CpuDevice.Instance.Allocate(bytes);
        buffer.AsSpan<byte>().Fill(1);
        return buffer;
    }

    /// <summary>Bytes in blocks that are mappings of their own, as glibc counts them; such a block is unmapped when it is freed.</summary>
    private static double Mapped() => ReadInformation().MappedBytes;

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial Information ReadInformation();

    /// <summary>struct mallinfo2 of malloc.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Information
    {
        public nuint Arena;
        public nuint FreeBlocks;
        public nuint FreeFastBlocks;
        public nuint MappedBlocks;
        public nuint MappedBytes;
        public nuint Unused;
        public nuint FreeFastBytes;
        public nuint UsedBytes;
        public nuint FreeBytes;
        public nuint Releasable;
    }
}
