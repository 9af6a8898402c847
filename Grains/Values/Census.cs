using System.Diagnostics.Metrics;

namespace Loupe.Grains.Values;

/// <summary>How many grains of each kind are active on this silo, and so how many values it holds: <c>loupe_activations</c>.</summary>
internal sealed class Census : IDisposable
{
    private readonly Meter _meter;
    private int _images;
    private int _regions;
    private int _queries;

    public Census(IMeterFactory meters)
    {
        _meter = meters.Create("Loupe.Grains");
        _meter.CreateObservableGauge(
            "loupe_activations", Count, description: "Active grains: features held, prefixes held, answers running and remembered.");
    }

    public int Images => Volatile.Read(ref _images);

    public int Regions => Volatile.Read(ref _regions);

    public int Queries => Volatile.Read(ref _queries);

    public void Dispose() => _meter.Dispose();

    internal void Image(int change) => Interlocked.Add(ref _images, change);

    internal void Region(int change) => Interlocked.Add(ref _regions, change);

    internal void Query(int change) => Interlocked.Add(ref _queries, change);

    private IEnumerable<Measurement<int>> Count() =>
    [
        new(Images, new KeyValuePair<string, object?>("grain", "image")),
        new(Regions, new KeyValuePair<string, object?>("grain", "region")),
        new(Queries, new KeyValuePair<string, object?>("grain", "query")),
    ];
}
