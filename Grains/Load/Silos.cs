using Orleans.Runtime.Services;

namespace Loupe.Grains.Load;

/// <summary>The other silos, each by its address.</summary>
internal sealed class Silos(IServiceProvider services, IClusterMembershipService membership, ILocalSiloDetails local)
    : GrainServiceClient<ISiloService>(services)
{
    public SiloAddress Local => local.SiloAddress;

    /// <summary>All members that are up, this one included.</summary>
    public IReadOnlySet<SiloAddress> Members() =>
        membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress)
            .ToHashSet();

    /// <summary>Names of the silos that are members, or about to be, by address.</summary>
    public IReadOnlyDictionary<SiloAddress, string> Named() =>
        membership.CurrentSnapshot.Members.Values
            .Where(member => member.Status is SiloStatus.Created or SiloStatus.Joining or SiloStatus.Active)
            .ToDictionary(member => member.SiloAddress, member => member.Name);

    public ISiloService At(SiloAddress silo) => GetGrainService(silo);

    public IEnumerable<ISiloService> Others() => Members().Where(silo => !silo.Equals(Local)).Select(GetGrainService);
}
