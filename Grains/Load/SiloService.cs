using Loupe.Engine;
using Loupe.Grains.Keys;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Loupe.Grains.Load;

/// <summary>This silo's end of <see cref="ISiloService"/>.</summary>
[Reentrant]
public sealed class SiloService(GrainId id, Orleans.Runtime.Silo silo, ILoggerFactory loggers, LoadBoard board, LocalLocalizer local)
    : GrainService(id, silo, loggers), ISiloService
{
    public Task PostAsync(SiloAddress silo, SiloLoad load)
    {
        board.Post(silo, load);
        return Task.CompletedTask;
    }

    public Task ForgetAsync(ImageKey image) => local.ForgetImageAsync(image, CancellationToken.None);

    public async Task<Answer?> RecallAsync(string tenant, string answerId) =>
        await local.RecallAsync(tenant, answerId, CancellationToken.None) is { } answer ? Portable.Of(answer) : null;

    public Task<Question?> FindQuestionAsync(string tenant, string answerId) => Task.FromResult(local.FindQuestion(tenant, answerId));
}
