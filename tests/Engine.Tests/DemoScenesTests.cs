using System.Text.Json;
using System.Text.Json.Nodes;
using Loupe.Engine.Devices;
using Loupe.Engine.Families;
using Loupe.Engine.Hosting;
using Loupe.Engine.Images;
using Loupe.Engine.Stages;
using Loupe.Engine.Telemetry;
using Loupe.Engine.Tests.Families;
using Loupe.Engine.Tests.Toys;
using Loupe.Imaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loupe.Engine.Tests;

/// <summary>The bundle that ships, asked about its demo scenes: the answers its training says it gives right.</summary>
public sealed class DemoScenesTests : IAsyncLifetime
{
    private static readonly string Folder = Path.Combine(TestBundle.Folder, "demo");

    private readonly TemporaryFolder _data = new();
    private EngineParts _engine = null!;
    private LocalLocalizer _loupe = null!;

    public ValueTask InitializeAsync()
    {
        var options = new EngineOptions { Bundle = TestBundle.Folder, Data = _data.Path };
        var metrics = new EngineMetrics();
        var images = new FileImageStore(
            Path.Combine(_data.Path, "images"), new PictureInspector(PictureLimits.Default), TimeProvider.System, NullLogger<FileImageStore>.Instance);
        var model = ModelLoader.Load(TestBundle.Folder, new DeviceOptions { Device = "cpu" }, NullLogger.Instance);
        _engine = new EngineParts(model, options, images, metrics, TimeProvider.System, NullLoggerFactory.Instance);
        _loupe = new LocalLocalizer(
            _engine, new Admission(_engine, TimeSpan.FromSeconds(60), metrics), options, TimeProvider.System, NullLogger<LocalLocalizer>.Instance);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _data.Dispose();
    }

    [Fact]
    public async Task Every_answer_that_is_said_to_hold_holds()
    {
        List<string> wrong = [];
        var asked = 0;
        foreach (var scene in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, "scenes.json")))!.AsArray())
        {
            var file = scene!["file"]!.GetValue<string>();
            var image = (await _loupe.AddImageAsync("t", await File.ReadAllBytesAsync(Path.Combine(Folder, file)), default)).Image.Id;
            foreach (var entry in scene["questions"]!.AsArray().Where(entry => entry!["holds"]?.GetValue<bool>() == true))
            {
                var question = entry.Deserialize(LoupeJson.Default.Question)! with { Image = image };
                var answer = await AskAsync(question);
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

    private async Task<Answer> AskAsync(Question question)
    {
        await foreach (var part in _loupe.AskAsync("t", question, default))
        {
            if (part is DonePart done)
            {
                return done.Answer;
            }
        }

        throw new InvalidOperationException("The answer had no end.");
    }
}
