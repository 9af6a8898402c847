using Loupe.Engine.Families.Simulated;

namespace Loupe.Engine.Tests.Families.Simulated;

public sealed class ServiceTimesTests
{
    [Fact]
    public void What_is_named_is_taken_and_the_rest_keeps_its_default()
    {
        var times = ServiceTimes.Parse("simulated:encode=100ms,step=0.5ms");

        Assert.Equal(TimeSpan.FromMilliseconds(100), times.Encode);
        Assert.Equal(new ServiceTimes().Region, times.Region);
        Assert.Equal(TimeSpan.FromMilliseconds(0.5), times.Step);
        Assert.Equal(times, ServiceTimes.Parse(times.ToString()));
        Assert.Equal(new ServiceTimes(), ServiceTimes.Parse("simulated"));
    }

    [Theory]
    [InlineData("simulated:")]
    [InlineData("simulated:encode=25")]
    [InlineData("simulated:encode=-1ms")]
    [InlineData("simulated:encode=1h")]
    [InlineData("simulated:features=4")]
    [InlineData("simulated:speed=25ms")]
    public void What_makes_no_sense_is_refused_with_the_form_that_does(string device) =>
        Assert.Contains("simulated:encode=25ms", Assert.Throws<ArgumentException>(() => ServiceTimes.Parse(device)).Message);

    [Theory]
    [InlineData("simulated", true)]
    [InlineData("Simulated:step=1ms", true)]
    [InlineData("simulatedish", false)]
    [InlineData("cpu", false)]
    public void A_simulated_device_is_asked_for_by_name_alone(string device, bool asked) =>
        Assert.Equal(asked, ServiceTimes.AreAskedFor(device));
}
