using System.Globalization;
using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Placement;

namespace Loupe.Bench.Simulation;

/// <summary>
/// Silos in one process and virtual time. Where a grain goes is decided by the cluster's own director over the asking
/// silo's own load board; where it is, by a directory in which grains stay until their silo leaves, as Orleans' do.
/// </summary>
internal sealed class SimulatedCluster : IPlacementContext
{
    public static readonly string Digest = new('d', 64);

    private static readonly PlaceWithImage ForDecode = new(SiloRoles.Decode);
    private static readonly PlaceWithImage ForEncode = new(SiloRoles.Encode);

    private readonly SimulationOptions _options;
    private readonly IOptions<LoupeClusterOptions> _placement;
    private readonly Random _random;
    private readonly List<SimulatedSilo> _members = [];
    private readonly Dictionary<SiloAddress, SimulatedSilo> _byAddress = [];
    private readonly Dictionary<int, SimulatedSilo> _imageGrains = [];
    private readonly Dictionary<(int, long, long), SimulatedSilo> _queryGrains = [];
    private readonly HashSet<int> _encoded = [];
    private int _started;

    public SimulatedCluster(SimulationOptions options, LoupeClusterOptions placement, Agenda agenda, Tally tally, Random random)
    {
        (_options, Agenda, Tally, _random) = (options, agenda, tally, random);
        _placement = Options.Create(placement);
        for (var i = 0; i < options.Silos; i++)
        {
            Join();
        }
    }

    public Agenda Agenda { get; }

    public Tally Tally { get; }

    /// <summary>All silos ever, the gone ones included.</summary>
    public IEnumerable<SimulatedSilo> Silos => _byAddress.Values;

    /// <summary>Silos that are known as members.</summary>
    public IReadOnlyList<SimulatedSilo> Members => _members;

    SiloAddress IPlacementContext.LocalSilo => _members[0].Address;

    SiloStatus IPlacementContext.LocalSiloStatus => SiloStatus.Active;

    public static ImageKey KeyOf(int image) => new("tenant", image.ToString("x64", CultureInfo.InvariantCulture));

    SiloAddress[] IPlacementContext.GetCompatibleSilos(PlacementTarget target) => [.. _members.Select(silo => silo.Address)];

    IReadOnlyDictionary<ushort, SiloAddress[]> IPlacementContext.GetCompatibleSilosWithVersions(PlacementTarget target) =>
        throw new NotSupportedException("One version runs.");

    /// <summary>A silo joins; the others hear of it when it first publishes.</summary>
    public SimulatedSilo Join()
    {
        var silo = new SimulatedSilo(_started++, this, _options, _placement, new Random(_random.Next()));
        _members.Add(silo);
        _byAddress.Add(silo.Address, silo);
        Agenda.After(_random.NextDouble() * _placement.Value.PublishMilliseconds / 1000, () => Publish(silo));
        return silo;
    }

    /// <summary>Lets every silo hear of every other, as after a quiet second.</summary>
    public void Introduce()
    {
        foreach (var silo in _members)
        {
            var load = silo.Read();
            _members.ForEach(other => other.Board.Post(silo.Address, load));
        }
    }

    /// <summary>Gives every image a home with its features and known regions, as though all had been asked about before.</summary>
    public void Preload(int images)
    {
        for (var image = 0; image < images; image++)
        {
            var home = Place(_members[0], image, ForEncode)!;
            _imageGrains[image] = home;
            _encoded.Add(image);
            home.Keep(image, withRegions: true);
        }
    }

    /// <summary>Asks a question through a silo; tries again where the silo that answers is lost or leaves.</summary>
    public void Ask(SimulatedSilo entry, SimulatedQuestion question, Action<AskEnd> done)
    {
        var key = (question.Image, question.Region, question.Text);
        // A region or text below 0 will not be asked about again, and its grain need not be remembered.
        var known = question is { Region: >= 0, Text: >= 0 };
        if (!_queryGrains.TryGetValue(key, out var silo))
        {
            silo = Place(entry, question.Image, ForDecode, $"{question.Region}.{question.Text}");
            if (silo is null)
            {
                done(AskEnd.Shed);
                return;
            }

            if (known)
            {
                _queryGrains[key] = silo;
            }
        }

        var settled = false;
        void Settle(AskEnd end)
        {
            if (settled)
            {
                return;
            }

            settled = true;
            silo.Lost -= Again;
            if (end == AskEnd.Draining)
            {
                _queryGrains.Remove(key);
                Retry();
            }
            else
            {
                done(end);
            }
        }

        void Again()
        {
            settled = true;
            silo.Lost -= Again;
            Retry();
        }

        void Retry() =>
            Agenda.After(_placement.Value.RetryMilliseconds / 1000.0, () => Ask(entry.IsDead ? AnyAlive() : entry, question, done));

        silo.Lost += Again;
        Agenda.After(silo == entry ? 0 : _options.HopMs / 1000, () =>
        {
            if (!silo.IsDead)
            {
                silo.Ask(question, Settle);
            }
        });
    }

    /// <summary>Features for a silo that lacks them, from the image's home; false where it is itself to compute them.</summary>
    public void Pull(SimulatedSilo asking, int image, Action<bool> done)
    {
        if (!_imageGrains.TryGetValue(image, out var home))
        {
            home = Place(asking, image, ForEncode) ?? asking;
            _imageGrains[image] = home;
        }

        if (home == asking)
        {
            done(false);
            return;
        }

        var ended = false;
        void End(bool pulled)
        {
            if (!ended)
            {
                ended = true;
                home.Lost -= Give;
                done(pulled);
            }
        }

        void Give() => End(false);

        home.Lost += Give;
        Agenda.After(_placement.Value.PullSeconds, Give);
        Agenda.After(_options.HopMs / 1000, () =>
        {
            if (home.IsDead)
            {
                return;
            }

            home.Features(image, () => Agenda.After(TransferSeconds, () =>
            {
                if (!ended && !asking.IsDead)
                {
                    Tally.Transfers++;
                    End(true);
                }
            }));
        });
    }

    /// <summary>An image was encoded somewhere.</summary>
    public void Encoded(int image) => Tally.Encoded(image, again: !_encoded.Add(image));

    /// <summary>kill -9; the others find out when its probes are missed.</summary>
    public void Kill(SimulatedSilo silo)
    {
        silo.IsDead = true;
        Agenda.After(_options.DetectionMs / 1000, () => Leave(silo));
    }

    /// <summary>SIGTERM: it refuses, finishes, hands over its features where that is asked for, and leaves.</summary>
    public void Drain(SimulatedSilo silo)
    {
        silo.IsDraining = true;
        Publish(silo, again: false);
        Wait();

        void Wait()
        {
            if (silo.Inside > 0)
            {
                Agenda.After(0.05, Wait);
                return;
            }

            var images = _options.HandOff ? silo.Images.Where(image => _imageGrains.GetValueOrDefault(image) == silo).Order().ToList() : [];
            HandOver(images, 0);
        }

        void HandOver(IReadOnlyList<int> images, int next)
        {
            if (next == images.Count)
            {
                silo.IsDead = true;
                Leave(silo);
                return;
            }

            var image = images[next];
            if (Place(silo, image, ForEncode) is { } heir && heir != silo)
            {
                Tally.Transfers++;
                heir.Keep(image);
                _imageGrains[image] = heir;
            }

            Agenda.After(TransferSeconds, () => HandOver(images, next + 1));
        }
    }

    private double TransferSeconds => (_options.HopMs + (_options.FeatureBytes / _options.BytesPerMs)) / 1000;

    private void Leave(SimulatedSilo silo)
    {
        _members.Remove(silo);
        foreach (var image in _imageGrains.Where(grain => grain.Value == silo).Select(grain => grain.Key).ToList())
        {
            _imageGrains.Remove(image);
        }

        foreach (var key in _queryGrains.Where(grain => grain.Value == silo).Select(grain => grain.Key).ToList())
        {
            _queryGrains.Remove(key);
        }

        silo.Lose();
    }

    private SimulatedSilo? Place(SimulatedSilo from, int image, PlaceWithImage strategy, string? question = null)
    {
        var address = new ImageAddress(KeyOf(image), Digest);
        var key = GrainId.Create("grain", question is null ? address.ToString() : address.With(question));
        var placed = from.Director.OnAddActivation(
            strategy, new PlacementTarget(key, QuestionAddress.ContextOf(address), default, 0), this);
        return placed.IsCompletedSuccessfully ? _byAddress[placed.Result] : null;
    }

    private void Publish(SimulatedSilo silo, bool again = true)
    {
        if (silo.IsDead)
        {
            return;
        }

        var load = silo.Read();
        silo.Board.Post(silo.Address, load);
        foreach (var other in _members.Where(other => other != silo))
        {
            Agenda.After(_options.HopMs / 1000, () => other.Board.Post(silo.Address, load));
        }

        if (again)
        {
            Agenda.After(_placement.Value.PublishMilliseconds / 1000.0, () => Publish(silo));
        }
    }

    private SimulatedSilo AnyAlive() => _members.First(silo => !silo.IsDead);
}
