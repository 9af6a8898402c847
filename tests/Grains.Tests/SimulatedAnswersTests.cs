using Loupe.Engine.Families.Devices;
using Loupe.Engine.Images;
using Loupe.Engine.Tests.Families;
using Loupe.Grains.Tests.Clusters;
using Loupe.Imaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Grains.Tests;

/// <summary>What the device that waits instead of computing answers.</summary>
public sealed class SimulatedAnswersTests
{
    [Fact]
    public async Task An_answer_follows_from_image_regions_and_text_and_from_nothing_else()
    {
        var first = await AskAllAsync("simulated:encode=0ms,region=0ms,step=0ms");
        var second = await AskAllAsync("simulated:encode=1ms,region=0ms,step=0ms");

        Assert.Equal(first.Select(answer => answer.Text), second.Select(answer => answer.Text));
        Assert.Equal(first.Select(answer => answer.Id), second.Select(answer => answer.Id));
        Assert.Equal(first.Count, first.Select(answer => answer.Text).Distinct().Count());
        Assert.All(first, answer => Assert.NotEmpty(answer.Words));
        Assert.All(first, answer => Assert.Equal("simulated", answer.Model.Name));
    }

    /// <summary>Two images, two regions, two texts: eight answers.</summary>
    private static async Task<IReadOnlyList<Answer>> AskAllAsync(string device)
    {
        await using var cluster = await ToyCluster.AloneAsync(new ToyClusterOptions
        {
            Model = () => ShippedModels.Load("no bundle is needed", new DeviceOptions { Device = device }),
            Inspector = new PictureInspector(PictureLimits.Default),
        });
        List<Answer> answers = [];
        foreach (var shade in (byte[])[1, 2])
        {
            var image = await cluster.First.UploadAsync(new Raster(8, 8, [.. Enumerable.Repeat(shade, 8 * 8 * 3)]).Encode());
            foreach (var region in (Region[])[Region.OfBox(0, 0, 4, 4), Region.OfBox(1, 1, 6, 6)])
            {
                foreach (var text in (string[])["what?", "why?"])
                {
                    answers.Add(await cluster.First.AskAsync(image, text, region));
                }
            }
        }

        return answers;
    }
}
