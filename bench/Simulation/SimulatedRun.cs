namespace Loupe.Bench.Simulation;

/// <summary>One simulated cluster from its start to the end of its load.</summary>
internal sealed class SimulatedRun
{
    // Questions that are still under way when the load ends get so long to end.
    private const double Aftermath = 20;

    // No silo is ever over such a bound, and no image ever takes such a share.
    private const double Never = 1_000;

    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly Popularity _popularity;
    private readonly double _rate;
    private readonly Dictionary<SimulatedSilo, double> _busyBefore = [];
    private long _fresh;

    public SimulatedRun(SimulationOptions options)
    {
        _options = options;
        _random = new Random(options.Seed);
        var placement = options.Placement();
        if (!options.Replication)
        {
            placement.BoundFloor = Never;
            placement.ImageShare = Never;
        }

        Images = options.ImagesPerSilo * options.Silos;
        _popularity = new Popularity(Images, options.Zipf);
        _rate = options.Load * options.Silos * options.CapacityOfSilo;
        var agenda = new Agenda();
        Tally = new Tally(options.WarmUp, End, HotImages);
        Cluster = new SimulatedCluster(options, placement, agenda, Tally, new Random(_random.Next()));
    }

    /// <summary>The images that together get half of the questions, by popularity; all where it is uniform.</summary>
    public int HotImages
    {
        get
        {
            if (_options.Zipf == 0)
            {
                return Images;
            }

            var (count, share) = (0, 0.0);
            while (share < 0.5)
            {
                share += _popularity.Share(count++);
            }

            return count;
        }
    }

    public int Images { get; }

    public SimulatedCluster Cluster { get; }

    public Tally Tally { get; }

    /// <summary>Questions asked a second.</summary>
    public double Rate => _rate;

    /// <summary>When the load ends, in virtual seconds.</summary>
    public double End => _options.WarmUp + _options.Seconds;

    /// <summary>
    /// Largest over mean of the silos' device time, as far as counted. Silos that came or went meanwhile are left out.
    /// </summary>
    public double Imbalance
    {
        get
        {
            var busy = _busyBefore.Where(before => !before.Key.IsDead).Select(before => before.Key.BusySeconds - before.Value).ToList();
            return busy.Max() / busy.Average();
        }
    }

    /// <summary>Plans something for a time, before the run.</summary>
    public void At(double seconds, Action action) => Cluster.Agenda.At(seconds, action);

    /// <summary>Runs it all.</summary>
    public void Run()
    {
        Cluster.Introduce();
        Cluster.Preload(Images);
        At(_options.WarmUp, () =>
        {
            foreach (var silo in Cluster.Silos)
            {
                _busyBefore[silo] = silo.BusySeconds;
            }
        });
        Next();
        Cluster.Agenda.RunUntil(End + Aftermath);
    }

    private void Next()
    {
        var now = Cluster.Agenda.Now;
        if (now >= End)
        {
            return;
        }

        if (now > 0)
        {
            var alive = Cluster.Members.Where(silo => silo is { IsDead: false, IsDraining: false }).ToList();
            var question = Draw(now);
            Cluster.Ask(alive[_random.Next(alive.Count)], question, end => Tally.Ended(question, end, Cluster.Agenda.Now));
        }

        // Questions come independently of each other: exponential gaps.
        Cluster.Agenda.After(-Math.Log(1 - _random.NextDouble()) / _rate, Next);
    }

    private SimulatedQuestion Draw(double now)
    {
        var image = _popularity.Draw(_random);
        var region = _random.NextDouble() < _options.FreshRegions ? -++_fresh : _random.Next(_options.KnownRegions);
        var text = _random.NextDouble() < _options.FreshTexts ? -++_fresh : _random.Next(_options.KnownTexts);
        var words = _random.Next(_options.Words.Least, _options.Words.Most + 1);
        return new SimulatedQuestion(image, region, text, words, now);
    }
}
