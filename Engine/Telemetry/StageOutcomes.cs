using Loupe.Engine.Features;

namespace Loupe.Engine.Telemetry;

/// <summary>How the requests of a stage end, counted in one way.</summary>
internal static class StageOutcomes
{
    /// <summary>Runs a request of a stage and counts it as <c>ok</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public static async Task<T> CountAsync<T>(this EngineMetrics metrics, StageName stage, Func<Task<T>> run)
    {
        var outcome = "failed";
        try
        {
            var result = await run();
            outcome = "ok";
            return result;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            metrics.Request(stage, outcome);
        }
    }
}
