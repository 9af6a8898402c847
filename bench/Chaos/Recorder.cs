using System.Collections.Concurrent;
using System.Diagnostics;
using Loupe.Bench.History;

namespace Loupe.Bench.Chaos;

/// <summary>Writes a history down as it happens. Any thread.</summary>
internal sealed class Recorder
{
    private readonly ConcurrentDictionary<long, Operation> _operations = [];
    private readonly ConcurrentQueue<Disturbance> _disturbances = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _next;

    /// <summary>Seconds since the start.</summary>
    public double Now => _clock.Elapsed.TotalSeconds;

    public IReadOnlyList<Operation> Operations => [.. _operations.OrderBy(entry => entry.Key).Select(entry => entry.Value)];

    public IReadOnlyList<Disturbance> Disturbances => [.. _disturbances.OrderBy(disturbance => disturbance.At)];

    /// <summary>An operation begins; what never ends stays without an end.</summary>
    public long Begin(OperationKind kind, int client, string image, string? question)
    {
        var number = Interlocked.Increment(ref _next);
        _operations[number] = new Operation { Kind = kind, Client = client, Start = Now, Image = image, Question = question };
        return number;
    }

    public void End(long number, string? error, IReadOnlyList<string> failedTries, Heard? answer) =>
        _operations[number] = _operations[number] with { End = Now, Error = error, FailedTries = failedTries, Answer = answer };

    public void Add(Disturbance disturbance) => _disturbances.Enqueue(disturbance);
}
