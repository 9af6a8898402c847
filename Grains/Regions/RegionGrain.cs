using Loupe.Engine.Hosting;
using Loupe.Engine.Models;
using Loupe.Engine.Questions;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;

namespace Loupe.Grains.Regions;

/// <inheritdoc cref="IRegionGrain"/>
[PlaceWithImage(SiloRoles.Decode)]
public sealed class RegionGrain(EngineParts engine) : Grain, IRegionGrain
{
    public async Task<MemoReuse> PrepareAsync(IReadOnlyList<Region> regions, CancellationToken cancellationToken)
    {
        var image = ImageAddress.Parse(this.GetPrimaryKeyString()).Image;
        var description = await engine.Images.DescribeAsync(image, cancellationToken)
            ?? throw LocalizerException.Of(ProblemKind.NotFound, $"There is no image {image.Id}. Upload it with POST /v1/images.");
        var errors = new FieldErrors();
        var prompt = RegionCanonicalizer.Canonicalize(regions, new ImageSize(description.Width, description.Height), errors);
        errors.ThrowIfAny();
        engine.Model.RegionReader.Check(prompt);
        var read = await engine.Region.GetAsync(image, prompt, Priority.Bulk, cancellationToken);
        read.Prefix.Lease.Dispose();
        return read.Prefix.Found == FeatureReuse.Hit ? MemoReuse.Hit : MemoReuse.Miss;
    }
}
