using System.Globalization;
using Loupe.Bench.Fleet;

namespace Loupe.Bench.Memory;

/// <summary>What a server process holds at one moment, by the kernel and by its own <c>/metrics</c>. Bytes.</summary>
internal sealed record MemoryReading
{
    /// <summary>Seconds since the load began.</summary>
    public required double At { get; init; }

    /// <summary>Pages in memory, of files too.</summary>
    public required double Resident { get; init; }

    /// <summary>Of these, pages of no file: heaps, stacks, arenas.</summary>
    public required double Anonymous { get; init; }

    /// <summary>The most that was ever resident.</summary>
    public required double Peak { get; init; }

    /// <summary>In use on the managed heap, garbage included.</summary>
    public required double ManagedHeap { get; init; }

    /// <summary>Features and prefixes kept, by the server's own count.</summary>
    public required double Features { get; init; }

    /// <summary>Ever allocated on the managed heap.</summary>
    public required double Allocated { get; init; }

    /// <summary>Seconds that all threads were stopped for the collector.</summary>
    public required double PauseSeconds { get; init; }

    /// <summary>Collections by generation.</summary>
    public required IReadOnlyList<double> Collections { get; init; }

    /// <summary>Token steps of the decoder.</summary>
    public required double Steps { get; init; }

    /// <summary>Reads a running silo.</summary>
    /// <param name="silo">On this machine.</param>
    /// <param name="at">Seconds since the load began.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="IOException">It does not run, or the machine has no <c>/proc</c>.</exception>
    public static async Task<MemoryReading> TakeAsync(SiloHandle silo, double at, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = silo.Address };
        var told = new MetricsText(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellation));
        var status = await File.ReadAllLinesAsync($"/proc/{silo.ProcessId}/status", cancellation);
        return new MemoryReading
        {
            At = at,
            Resident = Field(status, "VmRSS:"),
            Anonymous = Field(status, "RssAnon:"),
            Peak = Field(status, "VmHWM:"),
            ManagedHeap = told.Sum("dotnet_gc_heap_bytes"),
            Features = told.Sum("loupe_feature_bytes", "tier=\"memory\""),
            Allocated = told.Sum("dotnet_gc_allocated_bytes_total"),
            PauseSeconds = told.Sum("dotnet_gc_pause_seconds_total"),
            Collections = [
                .. Enumerable.Range(0, 3).Select(generation => told.Sum("dotnet_gc_collections_total", $"generation=\"{generation}\"")),
            ],
            Steps = told.Sum("loupe_batch_size_count", "stage=\"decode\""),
        };
    }

    // "VmRSS:	  123456 kB", where a kB has 1024 bytes.
    private static double Field(string[] status, string name) =>
        status.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? 1024 * double.Parse(line[name.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture)
            : throw new IOException($"The kernel tells no {name.TrimEnd(':')} of a process; this measurement needs Linux.");
}
