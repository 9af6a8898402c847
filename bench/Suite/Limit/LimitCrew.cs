using Loupe.Bench.Suite.Scenes;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Bench.Suite.Limit;

/// <summary>Workers of one layout that share the work stage by stage.</summary>
internal sealed class LimitCrew : IDisposable
{
    private readonly LimitLayout _layout;
    private readonly LimitWorker[] _workers;

    /// <summary>Opens the models.</summary>
    /// <param name="bundle">Directory of the bundle.</param>
    /// <param name="book">The pictures.</param>
    /// <param name="layout">How many, and with how many threads.</param>
    public LimitCrew(string bundle, SceneBook book, LimitLayout layout)
    {
        _layout = layout;
        _workers = [.. Enumerable.Range(0, layout.Workers).Select(_ => new LimitWorker(Load(bundle, layout), book))];
    }

    /// <summary>A model as a layout has it.</summary>
    public static ILocalizedModel Load(string bundle, LimitLayout layout) =>
        new ModelLoader(ModelLoader.Shipped, NullLogger<ModelLoader>.Instance).Load(bundle, new DeviceOptions
        {
            Device = "cpu",
            EncodeThreads = layout.Threads,
            RegionThreads = 1,
            AllowSpinning = layout.Spins,
            EncodeBatch = layout.Pictures,
            RegionBatch = layout.Prompts,
            DecodeSlots = layout.Rows,
        });

    /// <summary>
    /// Answers questions: what <paramref name="work"/> has not yet is computed once, as a server that forgets nothing
    /// would.
    /// </summary>
    public void Run(IReadOnlyList<LimitQuestion> questions, LimitWork work)
    {
        int[] cold = [.. questions.Select(question => question.Picture).Distinct().Where(picture => !work.Features.ContainsKey(picture))];
        Share(cold.Chunk(_layout.Pictures).ToArray(), (worker, pictures) => worker.Encode(pictures, work));
        Share(questions, (worker, question) => worker.Begin(question, work));
        LimitSequence[] sequences = [.. questions.SelectMany(question => question.Sequences)];
        var unread = sequences.DistinctBy(sequence => sequence.Prefix).Where(sequence => !work.Prefixes.ContainsKey(sequence.Prefix));
        Share(unread.Chunk(_layout.Prompts).ToArray(), (worker, chunk) => worker.Read(chunk, work));
        var next = -1;
        Share(_workers, (worker, _) => worker.Decode(
            () => Interlocked.Increment(ref next) is var index && index < sequences.Length ? sequences[index] : null, work));
        Share(
            [.. questions.Where(question => question.Canonical.Task == VisionTask.Segment)],
            (worker, question) => worker.Draw(question, work));
    }

    public void Dispose()
    {
        foreach (var worker in _workers)
        {
            worker.Dispose();
        }
    }

    private void Share<T>(IReadOnlyList<T> parts, Action<LimitWorker, T> run)
    {
        if (parts.Count == 0)
        {
            return;
        }

        var next = -1;
        if (_workers.Length == 1 || parts.Count == 1)
        {
            foreach (var part in parts)
            {
                run(_workers[0], part);
            }

            return;
        }

        var threads = _workers.Select(worker => Task.Factory.StartNew(
            () =>
            {
                for (int index; (index = Interlocked.Increment(ref next)) < parts.Count;)
                {
                    run(worker, parts[index]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        Task.WaitAll(threads);
    }
}
