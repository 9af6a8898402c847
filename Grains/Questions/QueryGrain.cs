using System.Runtime.CompilerServices;
using Loupe.Engine;
using Loupe.Engine.Stages;
using Loupe.Grains.Keys;
using Loupe.Grains.Placement;

namespace Loupe.Grains.Questions;

/// <inheritdoc cref="IQueryGrain"/>
/// <remarks>
/// It keeps nothing: one activation in the cluster, over an engine in which equal questions join, is the single flight.
/// </remarks>
[PlaceWithImage(SiloRoles.Decode)]
[CollectionAgeLimit(Minutes = 2)]
public sealed class QueryGrain(LocalLocalizer engine, Admission admission) : Grain, IQueryGrain
{
    public async IAsyncEnumerable<AnswerPart> AskAsync(
        Question question, StreamPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (admission.IsDraining)
        {
            // Deactivation alone would not do: callers remember where the grain was, and would wake it here again.
            this.MigrateOnIdle();
        }

        var tenant = ImageAddress.Parse(this.GetPrimaryKeyString()).Image.Tenant;
        await foreach (var part in engine.AskAsync(tenant, question, cancellationToken))
        {
            if (from.IsBefore(part))
            {
                yield return Portable.Of(part);
            }
        }
    }
}
