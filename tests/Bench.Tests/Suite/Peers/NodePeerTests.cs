using Loupe.Bench.Output;
using Loupe.Bench.Suite.Peers;
using Loupe.Bench.Suite.Scenes;
using Loupe.Bench.Suite.Targets;
using Loupe.Bench.Suite.Workloads;

namespace Loupe.Bench.Tests.Suite.Peers;

public sealed class NodePeerTests
{
    [Fact]
    public async Task The_Node_server_says_what_the_engine_says_for_every_task()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var bundle = BundleFolder.Of(null);
        var book = SceneBook.Load(bundle);
        Target? node = null;
        try
        {
            node = await NodePeer.StartAsync(bundle, book, _ => { }, cancellation);
        }
        catch (MissingTargetException missing)
        {
            Assert.Skip($"The Node.js server cannot run here: {missing.Message}.");
        }

        await using var peer = node;
        await using var engine = await EngineTarget.OpenAsync(bundle, book);
        var pictures = Enumerable.Range(0, 9).ToList();
        var plan = new Plan
        {
            Uploads = pictures,
            Asks = [
                .. pictures.SelectMany(
                    picture =>
                        AllTasks(book.SceneOf(picture))
                            .Select(question => new Ask(picture, question) { Streams = question.Task == VisionTask.Narrate })),
            ],
            Clients = 2,
        };
        foreach (var target in new[] { peer, engine })
        {
            await target.PrepareAsync(plan, cancellation);
            var outcome = await target.RunAsync(plan, cancellation);
            Assert.All(outcome.Operations, done => Assert.True(done.IsOk));
        }

        var (said, expected) = (peer.Said(), engine.Said());
        Assert.Equal(plan.Asks.Count, expected.Count(text => text is not null));

        // Its decoder of pictures is another libvips, so a pixel may be one brighter and a doubtful word another.
        var other = said.Zip(expected)
            .Where(pair => pair.First != pair.Second)
            .Select(pair => $"{pair.First} instead of {pair.Second}")
            .ToList();
        Assert.True(other.Count <= 0.1 * said.Count, $"{other.Count} of {said.Count} answers are others: {string.Join("; ", other)}");
    }

    private static IEnumerable<Question> AllTasks(Scene scene)
    {
        Region BoxOf(int i) =>
            Region.OfBox(scene.Objects[i].Box[0], scene.Objects[i].Box[1], scene.Objects[i].Box[2], scene.Objects[i].Box[3]);
        var last = scene.Objects.Count - 1;
        return
        [
            new Question(Regions: [BoxOf(0)], Text: "What is [0]?"),
            new Question(Regions: [BoxOf(0), BoxOf(last)], Text: "where is [0] compared to [1]?"),
            new Question(Text: "how many animals are there?"),
            new Question(Task: VisionTask.Caption, Regions: [BoxOf(last)]),
            new Question(Task: VisionTask.Narrate),
            new Question(Task: VisionTask.Locate, Text: $"the {scene.Objects[0].Name}"),
            new Question(Task: VisionTask.Segment, Regions: [BoxOf(0)]),
            new Question(Task: VisionTask.Detect),
        ];
    }
}
