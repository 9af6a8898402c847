using System.Diagnostics;
using Loupe.Bench.Suite.Results;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Suite.Targets;

/// <summary>One client of a server: does operations of the prepared plan, one at a time.</summary>
internal interface IAsker : IDisposable
{
    /// <summary>Does the operation of that index.</summary>
    ValueTask<Replied> DoAsync(int index, CancellationToken cancellation);
}

/// <summary>What came of an operation.</summary>
/// <param name="IsOk">Whether it was answered.</param>
/// <param name="FirstWord">When the first word came, as <see cref="Stopwatch.GetTimestamp"/>; 0 for never.</param>
/// <param name="Words">Words that came one by one.</param>
internal readonly record struct Replied(bool IsOk, long FirstWord = 0, int Words = 0);

/// <summary>Clients at work on a plan.</summary>
internal static class Loop
{
    /// <param name="plan">The work.</param>
    /// <param name="open">Makes a client.</param>
    /// <param name="random">Draws the times of arrivals.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<Outcome> RunAsync(Plan plan, Func<IAsker> open, Random random, CancellationToken cancellation)
    {
        var done = new Done[plan.Asks.Count];
        var began = Stopwatch.GetTimestamp();
        if (plan.ArrivalsPerSecond > 0)
        {
            await ArriveAsync(plan, open, random, done, began, cancellation);
        }
        else
        {
            var next = -1;
            await Task.WhenAll(Enumerable.Range(0, Math.Min(plan.Clients, done.Length)).Select(_ => Task.Run(
                async () =>
                {
                    using var asker = open();
                    for (int index; (index = Interlocked.Increment(ref next)) < done.Length;)
                    {
                        var start = Stopwatch.GetElapsedTime(began).TotalSeconds;
                        done[index] = await TimeAsync(asker, plan, index, start, began, cancellation);
                    }
                },
                cancellation)));
        }

        return new Outcome(Stopwatch.GetElapsedTime(began).TotalSeconds, done);
    }

    private static async Task ArriveAsync(
        Plan plan, Func<IAsker> open, Random random, Done[] done, long began, CancellationToken cancellation)
    {
        var free = new System.Collections.Concurrent.ConcurrentBag<IAsker>();
        var running = new Task[done.Length];
        var due = 0.0;
        for (var index = 0; index < done.Length; index++)
        {
            // Independent arrivals: the time from one to the next is exponential.
            due += -Math.Log(1 - random.NextDouble()) / plan.ArrivalsPerSecond;
            while (due - Stopwatch.GetElapsedTime(began).TotalSeconds is var early && early > 0.0005)
            {
                await Task.Delay(TimeSpan.FromSeconds(early), cancellation);
            }

            var (number, arrived) = (index, due);
            running[index] = Task.Run(
                async () =>
                {
                    var asker = free.TryTake(out var idle) ? idle : open();
                    done[number] = await TimeAsync(asker, plan, number, arrived, began, cancellation);
                    free.Add(asker);
                },
                cancellation);
        }

        await Task.WhenAll(running);
        foreach (var asker in free)
        {
            asker.Dispose();
        }
    }

    private static async ValueTask<Done> TimeAsync(
        IAsker asker, Plan plan, int index, double start, long began, CancellationToken cancellation)
    {
        var replied = default(Replied);
        try
        {
            replied = await asker.DoAsync(index, cancellation);
        }
        catch (IOException)
        {
            // Counted as failed; the next operation connects anew.
        }

        var first = replied.FirstWord == 0 ? double.NaN : Stopwatch.GetElapsedTime(began, replied.FirstWord).TotalSeconds;
        return new Done(start, first, Stopwatch.GetElapsedTime(began).TotalSeconds, replied.Words, replied.IsOk, plan.Asks[index].Kind);
    }
}
