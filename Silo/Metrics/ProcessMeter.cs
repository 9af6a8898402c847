using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Loupe.Silo.Metrics;

/// <summary>Memory, CPU and garbage collector of this process, by the names that Prometheus' own clients give them.</summary>
internal sealed class ProcessMeter : IDisposable
{
    private readonly Meter _meter;

    public ProcessMeter(IMeterFactory meters)
    {
        _meter = meters.Create(MetricNames.ProcessMeter);
        var started = new DateTimeOffset(Process.GetCurrentProcess().StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;

        _meter.CreateObservableGauge(
            "process_resident_memory_bytes", () => Environment.WorkingSet, description: "Resident memory size in bytes.");
        _meter.CreateObservableCounter(
            "process_cpu_seconds", () =>
                Environment.CpuUsage.TotalTime.TotalSeconds, description: "Total user and system CPU time spent in seconds.");
        _meter.CreateObservableGauge(
            "process_start_time_seconds", () => started, description: "Start time of the process since unix epoch in seconds.");
        _meter.CreateObservableGauge("process_open_fds", CountDescriptors, description: "Number of open file descriptors.");

        _meter.CreateObservableGauge(
            "dotnet_gc_heap_bytes", () => GC.GetTotalMemory(forceFullCollection: false), description: "Bytes in use on the managed heap.");
        _meter.CreateObservableCounter(
            "dotnet_gc_allocated_bytes", () => GC.GetTotalAllocatedBytes(), description: "Bytes ever allocated on the managed heap.");
        _meter.CreateObservableCounter(
            "dotnet_gc_pause_seconds", () =>
                GC.GetTotalPauseDuration().TotalSeconds, description: "Time spent paused by the garbage collector.");
        _meter.CreateObservableCounter("dotnet_gc_collections", Collections, description: "Garbage collections, by generation.");
        _meter.CreateObservableGauge("dotnet_threadpool_threads", () => ThreadPool.ThreadCount, description: "Threads of the thread pool.");
        _meter.CreateObservableGauge(
            "dotnet_threadpool_queue_depth", () =>
                ThreadPool.PendingWorkItemCount, description: "Work items that wait for a thread of the pool.");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<int>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            // A collection of an older generation counts for the younger ones too.
            var younger = generation < GC.MaxGeneration ? GC.CollectionCount(generation + 1) : 0;
            yield return new(GC.CollectionCount(generation) - younger, new KeyValuePair<string, object?>("generation", generation));
        }
    }

    private static int CountDescriptors()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
