using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Loupe.Client.Tests.Servers;

/// <summary>Keeps images and answers questions by a rule, over the addresses of a Loupe server.</summary>
internal sealed class ToyLoupe
{
    /// <summary>64 × 48 pixels, all of them (32, 64, 128).</summary>
    public static readonly byte[] Picture = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAIAAAAuKetIAAAAQ0lEQVR42u3PQQkAAAgEsItiFKMZ3Qp+hcEKLNXzWgQEBAQEBAQEBAQEBAQEBAQE"
        + "BAQEBAQEBAQEBAQEBAQEBAQErhbGToCX13OUQQAAAABJRU5ErkJggg==");

    private readonly ConcurrentDictionary<string, byte[]> _images = new();

    public ConcurrentQueue<Question> Asked { get; } = [];

    public ConcurrentQueue<string> Uploaded { get; } = [];

    /// <summary>What is answered.</summary>
    public Func<Question, Answer> Rule { get; init; } = question => Replies.Answer(task: question.Task, image: question.Image!.Id!);

    /// <summary>Runs before a question is answered; may refuse it by writing a response.</summary>
    public Func<HttpContext, Question, Task>? Before { get; init; }

    public IReadOnlyList<VisionTask> Tasks { get; init; } = Enum.GetValues<VisionTask>();

    public Task<ScriptedServer> StartAsync(int port = 0) => ScriptedServer.StartAsync(HandleAsync, port);

    private Task HandleAsync(HttpContext context, int before) => context.Request.Path.Value!.Split('/') switch
    {
        [_, "v1", "images", var id] => ImageAsync(context, id),
        [_, "v1", "questions"] => QuestionAsync(context),
        [_, "v1", "cluster"] => context.ReplyAsync(Cluster(), LoupeJson.Default.ClusterDescription),
        _ => context.RefuseAsync(ProblemKind.NotFound),
    };

    private async Task ImageAsync(HttpContext context, string id)
    {
        if (context.Request.Method == "PUT")
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            Assert.Equal(id, Convert.ToHexStringLower(SHA256.HashData(body.ToArray())));
            _images[id] = body.ToArray();
            Uploaded.Enqueue(id);
        }

        await (_images.TryGetValue(id, out var bytes)
            ? context.ReplyAsync(Replies.Image(id) with { Bytes = bytes.Length }, LoupeJson.Default.ImageDescription)
            : context.RefuseAsync(ProblemKind.NotFound));
    }

    private async Task QuestionAsync(HttpContext context)
    {
        var question = await context.QuestionAsync();
        Asked.Enqueue(question);
        if (Before is not null)
        {
            await Before(context, question);
        }

        if (context.Response.HasStarted)
        {
            return;
        }

        if (!_images.ContainsKey(question.Image?.Id ?? ""))
        {
            await context.RefuseAsync(ProblemKind.NotFound);
            return;
        }

        var answer = Rule(question);
        if (!question.Stream)
        {
            await context.ReplyAsync(answer, LoupeJson.Default.Answer);
            return;
        }

        context.BeginEvents();
        foreach (var (i, word) in answer.Words.Index())
        {
            await context.WordAsync(i, word.Text);
        }

        foreach (var (i, region) in answer.Regions.Index())
        {
            await context.RegionAsync(i, region.Text!);
        }

        await context.DoneAsync(answer);
    }

    private ClusterDescription Cluster() => new()
    {
        Mode = "orleans",
        Bundle = new() { Name = "toy", Digest = Replies.Digest, Tasks = Tasks, MaxRegions = 8, MaxWords = 48, Device = "cpu" },
        Silos = [new()
        {
            Name = "silo-1",
            ProcessId = 4711,
            Roles = ["gateway", "encode", "decode"],
            State = SiloState.Active,
            QueueSeconds = 0.25,
            Saturation = 0.5,
            FeatureBytes = 3 << 20,
            FeatureBytesAllowed = 512 << 20,
        }],
    };
}
