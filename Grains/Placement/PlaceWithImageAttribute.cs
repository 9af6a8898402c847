using Orleans.Metadata;
using Orleans.Placement;

namespace Loupe.Grains.Placement;

/// <summary>Places a grain on the home of the image in its key, among the silos that have a role.</summary>
/// <param name="role">Of <see cref="SiloRoles"/>.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlaceWithImageAttribute(string role) : PlacementAttribute(new PlaceWithImage(role))
{
    public string Role { get; } = role;
}

/// <summary>The strategy behind <see cref="PlaceWithImageAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("loupe.PlaceWithImage")]
internal sealed class PlaceWithImage : PlacementStrategy
{
    private const string RoleProperty = "loupe.role";

    /// <summary>Used by Orleans, which then calls <see cref="Initialize"/>.</summary>
    public PlaceWithImage()
    {
    }

    public PlaceWithImage(string role) => Role = role;

    [Id(0)] public string Role { get; private set; } = string.Empty;

    public override void Initialize(GrainProperties properties)
    {
        base.Initialize(properties);
        Role = properties.Properties[RoleProperty];
    }

    public override void PopulateGrainProperties(
        IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        base.PopulateGrainProperties(services, grainClass, grainType, properties);
        properties[RoleProperty] = Role;
    }
}

/// <summary>What a silo serves.</summary>
internal static class SiloRoles
{
    public const string Encode = "encode";
    public const string Decode = "decode";
    public const string Gateway = "gateway";

    public static IReadOnlyList<string> All { get; } = [Gateway, Encode, Decode];

    /// <summary>Those that need the model.</summary>
    public static IReadOnlyList<string> OfModel { get; } = [Encode, Decode];
}
