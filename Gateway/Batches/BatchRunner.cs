using Loupe.Gateway.Auth;
using Loupe.Gateway.Hosting;
using Loupe.Gateway.Limits;
using Loupe.Gateway.Problems;
using Loupe.Gateway.Questions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loupe.Gateway.Batches;

/// <summary>
/// Answers the lines of a batch, some at once, each as soon as it is answered. A line is read only when a place to run it is
/// free, and a place is free only when its answer was sent: so a caller that does not read stops being read, and memory
/// stays bounded.
/// </summary>
internal sealed partial class BatchRunner(
    QuestionReader reader,
    QuestionRunner runner,
    RequestRate rate,
    Drain drain,
    TimeProvider time,
    IOptions<BatchOptions> options,
    ILogger<BatchRunner> logger)
{
    public const string MediaType = "application/x-ndjson";

    public static readonly string[] Accepted = [MediaType, "application/ndjson", "application/jsonl"];

    private readonly BatchOptions _options = options.Value;

    /// <summary>Runs the batch that a request's body is.</summary>
    public async Task RunAsync(HttpContext context)
    {
        var type = context.Request.GetTypedHeaders().ContentType?.MediaType;
        if (type is null || !Accepted.Contains(type.Value.ToString(), StringComparer.OrdinalIgnoreCase))
        {
            throw LocalizerException.Of(ProblemKind.UnsupportedType, $"A batch is one question a line: Content-Type: {MediaType}.");
        }

        // A batch is as long as it is, and its lines come as fast as its answers are wanted.
        context.AllowBody(null);
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } minimum)
        {
            minimum.MinDataRate = null;
        }

        context.Response.ContentType = MediaType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var places = new SemaphoreSlim(_options.Concurrency);
        using var answers = new AnswerWriter(context.Response.BodyWriter);
        await context.Response.StartAsync(stop.Token);
        try
        {
            var lines = new LineReader(context.Request.BodyReader, _options.MaxLineBytes);
            using var draining = drain.Token.Register(lines.StopWaiting);
            while (await NextAsync(lines, places, stop.Token) is { } line)
            {
                _ = RunLineAsync(context, line, answers, places, stop);
            }
        }
        catch (BadHttpRequestException exception)
        {
            // The response has begun: all that can still be told is that the lines broke off.
            BrokeOff(logger, exception, context.TraceIdentifier);
        }
        finally
        {
            // Every place is taken back, even from lines that were cancelled: nothing of the batch outlives it.
            for (var i = 0; i < _options.Concurrency; i++)
            {
                await places.WaitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>Takes a place and a line for it; the place of a line that never came is given back.</summary>
    private static async Task<Line?> NextAsync(LineReader lines, SemaphoreSlim places, CancellationToken token)
    {
        await places.WaitAsync(token);
        Line? line = null;
        try
        {
            return line = await lines.ReadAsync(token);
        }
        finally
        {
            if (line is null)
            {
                places.Release();
            }
        }
    }

    private async Task RunLineAsync(
        HttpContext context, Line line, AnswerWriter answers, SemaphoreSlim places, CancellationTokenSource stop)
    {
        // Reading goes on while this line's JSON is parsed.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var key = (string?)null;
        try
        {
            try
            {
                var answer = await AnswerAsync(context.Tenant(), line, found => key = found, stop.Token);
                await answers.WriteAsync(key, line.Number, answer, LoupeJson.Default.Answer, stop.Token);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested)
            {
                var problem = Describe(context, line, exception);
                await answers.WriteProblemAsync(key, line.Number, problem, stop.Token);
            }
        }
        catch (Exception)
        {
            // Nobody reads the answers any more.
            await stop.CancelAsync();
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<Answer> AnswerAsync(string tenant, Line line, Action<string?> found, CancellationToken token)
    {
        var started = time.GetTimestamp();
        Question question;
        try
        {
            if (line.Bytes is null)
            {
                throw LocalizerException.Of(ProblemKind.TooLarge, $"A line has at most {_options.MaxLineBytes} bytes.");
            }

            found(BatchKey.Find(line.Bytes));
            question = reader.Parse(line.Bytes);
        }
        catch (LocalizerException exception)
        {
            runner.Unreadable(exception.Problem.Kind, started);
            throw;
        }

        return drain.Begun
            ? throw Drain.Refusal()
            : await runner.AnswerAsync(tenant, question, new Patience(tenant, rate, drain, time), token);
    }

    private ProblemDocument Describe(HttpContext context, Line line, Exception exception)
    {
        if (exception is LocalizerException { Problem: { Kind: not ProblemKind.Internal } problem })
        {
            return ProblemDocument.Of(problem);
        }

        LineFailed(logger, exception, context.TraceIdentifier, line.Number);
        return ProblemDocument.Of(StatusCodes.Status500InternalServerError, requestId: context.TraceIdentifier);
    }
}
