using Loupe.Engine.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;
using StackExchange.Redis;

namespace Loupe.Redis;

/// <summary>
/// One connection to Redis for one purpose. Every command has a time limit; when a tenth of those of the last
/// seconds failed, Redis is left alone for a while and commands fail at once, so that what is away costs nobody time.
/// Pings in the background find out that it is away before anybody asks, and they alone find out that it is back, so
/// that no question pays for it. Any thread.
/// </summary>
public sealed partial class RedisLink : IDependency, IAsyncDisposable
{
    private const double FailuresToRest = 0.1;
    private static readonly string[] AwayRefusals = ["LOADING", "BUSY", "MASTERDOWN", "CLUSTERDOWN", "NOAUTH", "WRONGPASS"];

    private readonly Task<ConnectionMultiplexer> _connecting;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ResiliencePipeline _pipeline;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pinging;
    private readonly string _trouble;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <param name="address">Where Redis is.</param>
    /// <param name="name">What the connection is for, in one word.</param>
    /// <param name="trouble">What is refused or lost while it is away, as a sentence.</param>
    /// <param name="options">Address, limits and pauses.</param>
    /// <param name="time">By which the pauses go.</param>
    /// <param name="logger">Hears when Redis is lost and when it is back.</param>
    public RedisLink(RedisAddress address, string name, string trouble, RedisOptions options, TimeProvider time, ILogger<RedisLink> logger)
    {
        (Name, _trouble, _time, _logger) = (name, trouble, time, logger);
        var rest = TimeSpan.FromSeconds(options.RestSeconds);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                FailureRatio = FailuresToRest,
                MinimumThroughput = 2,
                SamplingDuration = rest,
                BreakDuration = rest,
                StateProvider = _state,
                ShouldHandle = static arguments => ValueTask.FromResult(IsAway(arguments.Outcome.Exception)),
                OnOpened = arguments => Tell(() => LogAway(Name, arguments.Outcome.Exception?.GetType().Name)),
                OnClosed = _ => Tell(() => LogBack(Name)),
            })
            .Build();
        _connecting = ConnectionMultiplexer.ConnectAsync(address.Options(name));
        _pinging = PingAsync(rest, TimeSpan.FromMilliseconds(options.TimeoutMilliseconds));
    }

    public string Name { get; }

    public string? Trouble => _state.CircuitState == CircuitState.Closed ? null : _trouble;

    /// <summary>Runs a command.</summary>
    /// <param name="command">What to send.</param>
    /// <param name="limit">How long to wait for it. A command given up may still be carried out.</param>
    /// <param name="cancellation">The caller's.</param>
    /// <exception cref="RedisAwayException">Redis was not reached, did not answer in time, or cannot serve now.</exception>
    /// <exception cref="RedisServerException">Redis refuses this command.</exception>
    public Task<T> RunAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan limit, CancellationToken cancellation) =>
        _state.CircuitState == CircuitState.Closed
            ? SendAsync(command, limit, cancellation)
            : Task.FromException<T>(new RedisAwayException(null));

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        await _pinging;
        _ = _connecting.ContinueWith(
            static connecting =>
                connecting.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        _stop.Dispose();
    }

    private async Task<T> SendAsync<T>(Func<IDatabase, Task<T>> command, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(
                async token =>
                {
                    var connection = await _connecting.WaitAsync(limit, _time, token);
                    return await command(connection.GetDatabase()).WaitAsync(limit, _time, token);
                },
                cancellation);
        }
        catch (Exception error) when (IsAway(error) || error is BrokenCircuitException)
        {
            throw new RedisAwayException(error);
        }
    }

    /// <summary>Whether this says that Redis cannot serve, and not that it was asked for something wrong.</summary>
    private static bool IsAway(Exception? error) => error is
        RedisConnectionException or RedisTimeoutException or TimeoutException or TimeoutRejectedException or ObjectDisposedException
        || (error is RedisServerException refusal && IsAway(refusal.Message));

    /// <summary>A refusal of writes alone is none of these, since it can still be read from.</summary>
    private static bool IsAway(string refusal) =>
        Array.Exists(AwayRefusals, word => refusal.StartsWith(word, StringComparison.Ordinal));

    private static ValueTask Tell(Action log)
    {
        log();
        return default;
    }

    private async Task PingAsync(TimeSpan period, TimeSpan limit)
    {
        using var timer = new PeriodicTimer(period / 2, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                try
                {
                    await SendAsync(database => database.PingAsync(), limit, _stop.Token);
                }
                catch (RedisAwayException)
                {
                    // Told when it went away.
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
