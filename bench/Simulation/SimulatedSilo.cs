using Loupe.Engine.Features;
using Loupe.Engine.Models;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Hosting;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Options;

namespace Loupe.Bench.Simulation;

/// <summary>
/// A silo: the cluster's own load board and placement director, the engine's own feature store and busy meter, and stages that take
/// their time instead of computing. What it does with a question is what the engine does, in the same order.
/// </summary>
internal sealed class SimulatedSilo
{
    private readonly Dictionary<ValueKey, FeatureStore.Holding> _held = [];
    private readonly SimulatedCluster _cluster;
    private readonly Agenda _agenda;
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly BusyMeter _busy;
    private readonly HashSet<(int, long, long)> _answers = [];
    private readonly Dictionary<(int, long, long), List<Action<AskEnd>>> _running = [];
    private readonly Dictionary<(int, long), List<Action>> _reading = [];
    private readonly Dictionary<int, List<Action>> _bringing = [];
    private long _sequence;

    public SimulatedSilo(int index, SimulatedCluster cluster, SimulationOptions options, IOptions<LoupeClusterOptions> placement, EngineMetrics metrics, Random random)
    {
        (Index, _cluster, _agenda, _options, _random) = (index, cluster, cluster.Agenda, options, random);
        _busy = new BusyMeter(_agenda);
        Name = $"silo-{index}";
        Address = SiloAddress.New(System.Net.IPAddress.Loopback, 10_000 + index, index);
        Board = new LoadBoard(_agenda, placement);
        Director = new PlaceWithImageDirector(Board, new ImageHeat(_agenda, placement), placement);
        Store = new FeatureStore(options.FeatureBytes, metrics);
        var service = options.Service;
        Encode = new StageQueue(_agenda, () => Draw(service.EncodeMs), _busy);
        Region = new StageQueue(_agenda, () => Draw(service.RegionMs), _busy);
        Decode = new DecodeQueue(_agenda, service, _busy);
    }

    /// <summary>Told to who waits for it, once the cluster knows that it is gone.</summary>
    public event Action? Lost;

    public int Index { get; }

    public string Name { get; }

    public SiloAddress Address { get; }

    public LoadBoard Board { get; }

    public PlaceWithImageDirector Director { get; }

    public FeatureStore Store { get; }

    public StageQueue Encode { get; }

    public StageQueue Region { get; }

    public DecodeQueue Decode { get; }

    public bool IsDraining { get; set; }

    public bool IsDead { get; private set; }

    /// <summary>Questions that it answers now.</summary>
    public int Inside { get; private set; }

    /// <summary>Images whose features it computed or got.</summary>
    public HashSet<int> Images { get; } = [];

    public double BusySeconds => Encode.BusySeconds + Region.BusySeconds + Decode.BusySeconds;

    /// <summary>As the engine estimates it for a question on a cold image.</summary>
    public double QueueSeconds => Encode.WaitSeconds + Region.WaitSeconds + Decode.WaitSeconds;

    public SiloLoad Read() => new()
    {
        Name = Name,
        ProcessId = Index,
        Roles = [.. SiloRoles.All],
        State = IsDraining ? SiloState.Draining : SiloState.Active,
        Bundle = SimulatedCluster.Digest,
        Capacity = 1,
        QueueSeconds = QueueSeconds,
        Saturation = QueueSeconds / _options.Service.QueueSeconds.Target,
        Busy = _busy.Ratio,
        FeatureBytes = Store.Bytes,
        FeatureBytesAllowed = Store.Budget,
        Sequence = ++_sequence,
    };

    /// <summary>Answers a question, or refuses it.</summary>
    public void Ask(SimulatedQuestion question, Found found, Action<AskEnd> done)
    {
        if (IsDraining)
        {
            done(AskEnd.Draining);
            return;
        }

        var key = (question.Image, question.Region, question.Text);
        if (_answers.Contains(key))
        {
            found.Answer = true;
            done(AskEnd.Answered);
            return;
        }

        if (_running.TryGetValue(key, out var listeners))
        {
            found.Answer = true;
            listeners.Add(done);
            return;
        }

        var warm = Store.Contains(FeaturesOf(question.Image));
        if ((warm ? 0 : Encode.WaitSeconds) + Region.WaitSeconds + Decode.WaitSeconds > _options.Service.QueueSeconds.Most)
        {
            done(AskEnd.Shed);
            return;
        }

        found.Answer = false;
        _running[key] = listeners = [done];
        Inside++;
        Prefix(question, found, () => Decode.Enqueue(question.Words, () =>
        {
            Inside--;
            _answers.Add(key);
            _running.Remove(key);
            listeners.ForEach(listener => listener(AskEnd.Answered));
        }));
    }

    /// <summary>Brings an image's features here, from wherever they are soonest had.</summary>
    public void Features(int image, Action<FeatureReuse> done)
    {
        if (_held.GetValueOrDefault(FeaturesOf(image))?.TryLease() is { } lease)
        {
            lease.Dispose();
            done(FeatureReuse.Hit);
        }
        else if (_bringing.TryGetValue(image, out var waiting))
        {
            waiting.Add(() => done(FeatureReuse.Hit));
        }
        else
        {
            _bringing[image] = waiting = [];
            _cluster.Pull(this, image, pulled =>
            {
                if (pulled)
                {
                    Bring(FeatureReuse.Replica);
                }
                else
                {
                    Encode.Enqueue(() =>
                    {
                        _cluster.Encoded(image);
                        Bring(FeatureReuse.Miss);
                    });
                }
            });

            void Bring(FeatureReuse from)
            {
                Keep(image);
                _bringing.Remove(image);
                done(from);
                waiting.ForEach(one => one());
            }
        }
    }

    /// <summary>Keeps an image's features.</summary>
    public void Keep(int image)
    {
        Images.Add(image);
        Add(FeaturesOf(image), _options.Service.FeatureBytes, _options.Service.EncodeMs);
    }

    /// <summary>Keeps the prefixes of the regions that are asked about again and again.</summary>
    public void KeepKnownRegions(int image)
    {
        for (var region = 0; region < _options.KnownRegions; region++)
        {
            Add(PrefixOf(image, region), _options.Service.PrefixBytes, _options.Service.RegionMs);
        }
    }

    /// <summary>kill -9: all it knew is gone, and nothing it had begun will end.</summary>
    public void Die()
    {
        IsDead = true;
        Encode.Die();
        Region.Die();
        Decode.Die();
    }

    /// <summary>The cluster knows that it is gone.</summary>
    public void Lose() => Lost?.Invoke();

    private static ValueKey FeaturesOf(int image) => new(SimulatedCluster.KeyOf(image), Stage.Encode, "features");

    private static ValueKey PrefixOf(int image, long region) => new(SimulatedCluster.KeyOf(image), Stage.Region, $"{region}");

    private void Prefix(SimulatedQuestion question, Found found, Action ready)
    {
        var key = PrefixOf(question.Image, question.Region);
        if (_held.GetValueOrDefault(key)?.TryLease() is { } lease)
        {
            lease.Dispose();
            found.Prefix = true;
            ready();
        }
        else if (_reading.TryGetValue((question.Image, question.Region), out var waiting))
        {
            found.Prefix = true;
            waiting.Add(ready);
        }
        else
        {
            found.Prefix = false;
            _reading[(question.Image, question.Region)] = waiting = [ready];
            Features(question.Image, from =>
            {
                found.Features = from;
                Region.Enqueue(() =>
                {
                    Add(key, _options.Service.PrefixBytes, _options.Service.RegionMs);
                    _reading.Remove((question.Image, question.Region));
                    waiting.ForEach(one => one());
                });
            });
        }
    }

    private void Add(ValueKey key, int bytes, double costMs)
    {
        var (lease, holding) = Store.Keep(key, new SizedValue(bytes), costMs, () => _held.Remove(key));
        lease.Dispose();
        if (holding is not null)
        {
            _held[key] = holding;
        }
    }

    // Box and Muller; never less than half the mean.
    private double Draw(double meanMs)
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
        return meanMs / 1000 * Math.Max(0.5, 1 + (normal * _options.Service.Variation));
    }

    private sealed class SizedValue(int bytes) : StageValue
    {
        public override long Bytes => bytes;

        public override TensorBlob ToBlob() => throw new NotSupportedException("Nothing leaves a simulated silo.");

        protected override void Dispose(bool disposing)
        {
            // It holds nothing.
        }
    }
}

/// <summary>How a silo ended a question.</summary>
internal enum AskEnd
{
    Answered,

    /// <summary>Refused at admission: 429.</summary>
    Shed,

    /// <summary>Refused by a silo that is leaving: asked again elsewhere.</summary>
    Draining,
}
