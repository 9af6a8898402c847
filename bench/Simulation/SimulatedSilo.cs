using System.Net;
using Loupe.Engine.Telemetry;
using Loupe.Grains.Hosting;
using Loupe.Grains.Load;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Options;

namespace Loupe.Bench.Simulation;

/// <summary>
/// A silo: the cluster's own load board and placement director, the engine's own busy meter, and three devices that each take
/// their time for one thing after the other. A value is computed once, however many wait for it, and then stays.
/// </summary>
internal sealed class SimulatedSilo
{
    private readonly SimulatedCluster _cluster;
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly BusyMeter _busy;
    private readonly Dictionary<Value, List<Action>?> _values = [];
    private readonly double[] _freeAt = new double[3];
    private long _sequence;

    public SimulatedSilo(
        int index, SimulatedCluster cluster, SimulationOptions options, IOptions<LoupeClusterOptions> placement, Random random)
    {
        (Name, _cluster, _options, _random) = ($"silo-{index}", cluster, options, random);
        Address = SiloAddress.New(IPAddress.Loopback, 10_000 + index, index);
        _busy = new BusyMeter(cluster.Agenda);
        Board = new LoadBoard(cluster.Agenda, placement);
        Director = new PlaceWithImageDirector(Board, new ImageHeat(cluster.Agenda, placement), placement);
    }

    /// <summary>Told to who waits for it, once the cluster knows that it is gone.</summary>
    public event Action? Lost;

    public string Name { get; }

    public SiloAddress Address { get; }

    public LoadBoard Board { get; }

    public PlaceWithImageDirector Director { get; }

    public bool IsDraining { get; set; }

    public bool IsDead { get; set; }

    /// <summary>Questions that it answers now.</summary>
    public int Inside { get; private set; }

    public double BusySeconds { get; private set; }

    /// <summary>Images whose features it has.</summary>
    public IEnumerable<int> Images => _values.Where(value => value is { Key.Region: null, Value: null }).Select(value => value.Key.Image);

    /// <summary>As the engine estimates it for a question on a cold image.</summary>
    public double QueueSeconds => _freeAt.Sum(free => Math.Max(0, free - _cluster.Agenda.Now));

    public SiloLoad Read() => new()
    {
        Name = Name,
        ProcessId = Address.Generation,
        Roles = [.. SiloRoles.All],
        State = IsDraining ? SiloState.Draining : SiloState.Active,
        Bundle = SimulatedCluster.Digest,
        Capacity = 1,
        QueueSeconds = QueueSeconds,
        Saturation = QueueSeconds / _options.QueueSeconds.Target,
        Busy = _busy.Ratio,
        FeatureBytes = 0,
        FeatureBytesAllowed = 0,
        Sequence = ++_sequence,
    };

    /// <summary>Answers a question, or refuses it.</summary>
    public void Ask(SimulatedQuestion question, Action<AskEnd> done)
    {
        if (IsDraining || QueueSeconds > _options.QueueSeconds.Most)
        {
            done(IsDraining ? AskEnd.Draining : AskEnd.Shed);
            return;
        }

        Inside++;
        Once(
            new(question.Image, question.Region, question.Text),
            ready => Once(
                new(question.Image, question.Region),
                read => Features(question.Image, () => Work(1, Draw(_options.RegionMs), read)),
                () => Work(2, _options.PromptMs + (question.Words * _options.WordMs), ready)),
            () =>
            {
                Inside--;
                done(AskEnd.Answered);
            });
    }

    /// <summary>Brings an image's features here: from their home, or by encoding.</summary>
    public void Features(int image, Action ready) => Once(
        new(image),
        made => _cluster.Pull(this, image, pulled =>
        {
            if (pulled)
            {
                made();
                return;
            }

            Work(0, Draw(_options.EncodeMs), () =>
            {
                _cluster.Encoded(image);
                made();
            });
        }),
        ready);

    /// <summary>Has an image's features, and the prefixes of the regions that are asked about again and again.</summary>
    public void Keep(int image, bool withRegions = false)
    {
        _values[new(image)] = null;
        for (var region = 0; withRegions && region < _options.KnownRegions; region++)
        {
            _values[new(image, region)] = null;
        }
    }

    /// <summary>The cluster knows that it is gone.</summary>
    public void Lose() => Lost?.Invoke();

    // A value that is being made has a list of those who wait for it.
    private void Once(Value value, Action<Action> make, Action ready)
    {
        if (_values.TryGetValue(value, out var waiting))
        {
            if (waiting is null)
            {
                ready();
            }
            else
            {
                waiting.Add(ready);
            }

            return;
        }

        _values[value] = [ready];
        make(() =>
        {
            var all = _values[value]!;
            _values[value] = null;
            all.ForEach(one => one());
        });
    }

    private void Work(int device, double milliseconds, Action done)
    {
        var seconds = milliseconds / 1000;
        _freeAt[device] = Math.Max(_freeAt[device], _cluster.Agenda.Now) + seconds;
        _cluster.Agenda.At(_freeAt[device], () =>
        {
            if (!IsDead)
            {
                _busy.Add(TimeSpan.FromSeconds(seconds));
                BusySeconds += seconds;
                done();
            }
        });
    }

    private double Draw(double mean) => mean * (1 + (_options.Variation * ((2 * _random.NextDouble()) - 1)));

    private readonly record struct Value(int Image, long? Region = null, long? Text = null);
}

/// <summary>A question under way.</summary>
/// <param name="Image">By popularity, from 0.</param>
/// <param name="Region">Its number; below 0 where nobody asked about it before.</param>
/// <param name="Text">Its number; below 0 where nobody asked it before.</param>
/// <param name="Words">Of its answer.</param>
/// <param name="Asked">When, in virtual seconds.</param>
internal sealed record SimulatedQuestion(int Image, long Region, long Text, int Words, double Asked);

/// <summary>How a silo ended a question.</summary>
internal enum AskEnd
{
    Answered,

    /// <summary>Refused at admission: 429.</summary>
    Shed,

    /// <summary>Refused by a silo that is leaving: asked again elsewhere.</summary>
    Draining,
}
