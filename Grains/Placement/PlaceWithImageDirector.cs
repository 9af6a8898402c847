using Loupe.Grains.Hosting;
using Loupe.Grains.Keys;
using Loupe.Grains.Load;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Placement;

namespace Loupe.Grains.Placement;

/// <summary>
/// Joins Orleans' compatible silos with the local copy of the load board, and asks <see cref="ImagePlacement"/>.
/// A silo is a candidate when it has been heard of, has the role, serves the key's bundle and does not drain; one
/// whose news are stale counts as saturated. Features have one home; questions about an image that takes much of the
/// cluster's devices are shared by several silos, each of which pulls the features once. A replica goes to the silo in its
/// key; a query grain to the image that comes with the question, or anywhere where none does, as it then has nothing to say.
/// </summary>
internal sealed class PlaceWithImageDirector(LoadBoard board, ImageHeat heat, IOptions<LoupeClusterOptions> options) : IPlacementDirector
{
    private readonly LoadBound _bound = new(options.Value.BoundFloor, options.Value.BoundSpread);

    /// <exception cref="LocalizerException">No silo can serve it now.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var compatible = context.GetCompatibleSilos(target);
        if (IPlacementDirector.GetPlacementHint(target.RequestContextData, compatible) is { } hint)
        {
            return Task.FromResult(hint);
        }

        var role = ((PlaceWithImage)strategy).Role;
        var key = target.GrainIdentity.Key.ToString()!;
        var address = role == SiloRoles.Encode ? ImageAddress.Parse(key) : QuestionAddress.Announced(target.RequestContextData);
        Dictionary<string, SiloAddress> byName = [];
        List<Candidate> candidates = [];
        var busy = 0.0;
        foreach (var silo in compatible)
        {
            var heard = board.Find(silo);
            if (address?.Silo is { } named && heard?.Load.Name == named)
            {
                return Task.FromResult(silo);
            }

            if (heard is { } known && known.Load.Serves(role, address?.Digest) && byName.TryAdd(known.Load.Name, silo))
            {
                candidates.Add(new Candidate(
                    known.Load.Name, known.Load.Capacity, known.IsStale ? double.PositiveInfinity : known.Load.Saturation));
                busy += known.Load.Busy;
            }
        }

        var image = address?.ToString() ?? key;
        var replicas = role == SiloRoles.Encode || address is null || candidates.Count == 0
            ? 1
            : ImagePlacement.ReplicasOf(heat.Note(image), busy / candidates.Count, candidates.Count, options.Value.ImageShare);
        return ImagePlacement.Choose(image, key, replicas, candidates, _bound) is { } chosen
            ? Task.FromResult(byName[chosen.Name])
            : Task.FromException<SiloAddress>(LocalizerException.Of(
                ProblemKind.Unavailable, $"No silo with the role {role} is ready; one may be starting.", TimeSpan.FromSeconds(1)));
    }
}
