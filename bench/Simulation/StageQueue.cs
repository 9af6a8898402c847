using Loupe.Engine.Telemetry;

namespace Loupe.Bench.Simulation;

/// <summary>
/// A stage with a device thread of its own, one element at a time, and the estimate of waiting that the engine's batch
/// queue makes: elements ahead × the smoothed time of one.
/// </summary>
internal sealed class StageQueue(Agenda agenda, Func<double> drawSeconds, BusyMeter busy)
{
    private const double CostSmoothing = 0.1;

    private readonly Queue<Action> _waiting = new();
    private bool _running;
    private bool _dead;

    public double BusySeconds { get; set; }

    public double ElementSeconds { get; private set; }

    public double WaitSeconds => ElementSeconds * (_waiting.Count + (_running ? 1 : 0));

    public void Enqueue(Action done)
    {
        _waiting.Enqueue(done);
        Start();
    }

    /// <summary>Nothing that waits will ever be done.</summary>
    public void Die()
    {
        _dead = true;
        _waiting.Clear();
    }

    private void Start()
    {
        if (_running || _dead || !_waiting.TryDequeue(out var done))
        {
            return;
        }

        _running = true;
        var service = drawSeconds();
        agenda.After(service, () =>
        {
            _running = false;
            if (_dead)
            {
                return;
            }

            BusySeconds += service;
            busy.Add(TimeSpan.FromSeconds(service));
            ElementSeconds = ElementSeconds == 0 ? service : ((1 - CostSmoothing) * ElementSeconds) + (CostSmoothing * service);
            done();
            Start();
        });
    }
}
