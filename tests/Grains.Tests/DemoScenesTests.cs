using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Engine.Families;
using Loupe.Engine.Families.Devices;
using Loupe.Engine.Images;
using Loupe.Engine.Tests.Families;
using Loupe.Grains.Tests.Clusters;
using Loupe.Imaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Grains.Tests;

/// <summary>The bundle that ships, asked about its demo scenes: the answers its training says it gives right.</summary>
public sealed class DemoScenesTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(TestBundle.Folder, "demo");

    private ToyCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ToyCluster.AloneAsync(new ToyClusterOptions
    {
        Model = () => ShippedModels.Load(TestBundle.Folder, new DeviceOptions { Device = "cpu" }),
        Inspector = new PictureInspector(PictureLimits.Default),
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Every_answer_that_is_said_to_hold_holds()
    {
        List<string> wrong = [];
        var asked = 0;
        foreach (var scene in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "scenes.json")))!.AsArray())
        {
            var file = scene!["file"]!.GetValue<string>();
            var image = (
                await _cluster.First.AddImageAsync("t", await File.ReadAllBytesAsync(Path.Combine(Folder, file)), default)).Image.Id;
            foreach (var entry in scene["questions"]!.AsArray().Where(entry => entry!["holds"]?.GetValue<bool>() == true))
            {
                var question = entry.Deserialize(LoupeJson.Default.Question)! with { Image = image };
                var answer = await _cluster.First.AnswerAsync("t", question with { DeadlineMs = 120_000 }, default);
                asked++;
                if (!IsRight(entry!, answer))
                {
                    wrong.Add($"{file}: {question.Task} '{question.Text}' gave '{answer.Text}' {answer.Regions.FirstOrDefault()?.Box}");
                }
            }
        }

        Assert.Empty(wrong);
        Assert.True(asked >= 20);
    }

    // A thing that is not in the picture has no box, and the answer should be unsure of the one it gives.
    private static bool IsRight(JsonNode entry, Answer answer) =>
        entry["expected"] is { } expected ? answer.Text == expected.GetValue<string>()
        : entry["box"] is { } box ? answer.Regions[0].Box.Iou(box.Deserialize(LoupeJson.Default.Box)) > 0.5
        : answer.Regions[0].Score < 0.5;
}
