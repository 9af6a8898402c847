using System.Diagnostics.Metrics;
using Loupe.Gateway.Metering;

namespace Loupe.Gateway.Tests.Metering;

public sealed class GatewayMetricsTests
{
    private static readonly string Image = GatewayUnderTest.Id('a');

    [Fact]
    public async Task Every_question_is_recorded_by_task_and_outcome()
    {
        using var recorded = new Recorded("loupe_request_seconds");
        await using var gateway = await GatewayUnderTest.StartAsync();
        using var ok = await gateway.AskAsync($$"""{"image": "{{Image}}", "task": "narrate"}""");
        using var invalid = await gateway.AskAsync("{");
        gateway.Localizer.OnAsk = (_, _, _) => ScriptedLocalizer.Fails(LocalizerException.Of(ProblemKind.NotFound, "none"));
        using var missing = await gateway.AskAsync($$"""{"image": "{{Image}}", "task": "locate"}""", events: true);

        Assert.Equal(["narrate ok", "unknown invalid", "locate not_found"], recorded.Of(gateway));
    }

    [Fact]
    public async Task The_first_part_is_recorded_once_for_each_answer()
    {
        using var recorded = new Recorded("loupe_time_to_first_word_seconds");
        await using var gateway = await GatewayUnderTest.StartAsync();
        gateway.Localizer.OnAsk = (_, question, token) => ScriptedLocalizer.Parts(question, "a", "b").ToAsyncEnumerable(token);
        using var first = await gateway.AskAsync($$"""{"image": "{{Image}}"}""");
        using var second = await gateway.AskAsync($$"""{"image": "{{Image}}"}""", events: true);
        await second.Content.ReadAsStringAsync();

        Assert.Equal(2, recorded.Of(gateway).Length);
    }

    /// <summary>What was recorded on one instrument; tests run beside each other, so it is told apart by the meter's owner.</summary>
    private sealed class Recorded : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly List<(object? Scope, string Tags)> _all = [];

        public Recorded(string instrument)
        {
            _listener.InstrumentPublished = (published, listener) =>
            {
                if (published.Meter.Name == GatewayMetrics.MeterName && published.Name == instrument)
                {
                    listener.EnableMeasurementEvents(published);
                }
            };
            _listener.SetMeasurementEventCallback<double>((measured, value, tags, _) =>
            {
                Assert.True(value >= 0);
                var text = string.Join(' ', tags.ToArray().Select(tag => tag.Value));
                lock (_all)
                {
                    _all.Add((measured.Meter.Scope, text));
                }
            });
            _listener.Start();
        }

        public string[] Of(GatewayUnderTest gateway)
        {
            var scope = gateway.Services.GetService(typeof(IMeterFactory));
            lock (_all)
            {
                return [.. _all.Where(one => ReferenceEquals(one.Scope, scope)).Select(one => one.Tags)];
            }
        }

        public void Dispose() => _listener.Dispose();
    }
}
