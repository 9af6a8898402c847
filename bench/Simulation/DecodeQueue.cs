using Loupe.Engine.Telemetry;

namespace Loupe.Bench.Simulation;

/// <summary>Continuous batching as the engine does it: sequences join and leave between steps, a few join at a time.</summary>
internal sealed class DecodeQueue(Agenda agenda, ServiceModel service, BusyMeter busy)
{
    private const double CostSmoothing = 0.1;

    private readonly Queue<Sequence> _waiting = new();
    private readonly List<Sequence> _active = [];
    private bool _stepping;
    private bool _dead;
    private double _sequenceSeconds;

    public double BusySeconds { get; set; }

    public double WaitSeconds
    {
        get
        {
            var ahead = _waiting.Count + _active.Count - service.DecodeSlots + 1;
            return ahead <= 0 ? 0 : _sequenceSeconds * ahead / service.DecodeSlots;
        }
    }

    public void Enqueue(int words, Action done)
    {
        _waiting.Enqueue(new Sequence(words, done));
        if (!_stepping && !_dead)
        {
            Step();
        }
    }

    public void Die()
    {
        _dead = true;
        _waiting.Clear();
        _active.Clear();
    }

    private void Step()
    {
        var prefill = 0.0;
        for (var joined = 0; joined < service.JoinsPerStep && _active.Count < service.DecodeSlots && _waiting.TryDequeue(out var sequence); joined++)
        {
            sequence.Joined = agenda.Now;
            _active.Add(sequence);
            prefill += service.PrefillMs / 1000;
        }

        _stepping = _active.Count > 0;
        if (!_stepping)
        {
            return;
        }

        var took = prefill + ((service.StepMs + (service.StepRowMs * _active.Count)) / 1000);
        agenda.After(took, () =>
        {
            if (_dead)
            {
                return;
            }

            BusySeconds += took;
            busy.Add(TimeSpan.FromSeconds(took));
            for (var i = _active.Count - 1; i >= 0; i--)
            {
                var sequence = _active[i];
                if (--sequence.Words == 0)
                {
                    _active.RemoveAt(i);
                    var seconds = agenda.Now - sequence.Joined;
                    _sequenceSeconds = _sequenceSeconds == 0 ? seconds : ((1 - CostSmoothing) * _sequenceSeconds) + (CostSmoothing * seconds);
                    sequence.Done();
                }
            }

            Step();
        });
    }

    private sealed class Sequence(int words, Action done)
    {
        public int Words { get; set; } = words;

        public Action Done { get; } = done;

        public double Joined { get; set; }
    }
}
