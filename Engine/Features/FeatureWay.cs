namespace Loupe.Engine.Features;

/// <summary>How a machine can come by features that its memory lacks.</summary>
public enum FeatureWay
{
    /// <summary>From the tier behind memory: disk or Redis.</summary>
    Tier,

    /// <summary>From the image's home, in one transfer; the home computes them where it lacks them too.</summary>
    Home,

    /// <summary>Computed here.</summary>
    Encode,
}

/// <summary>What each way of coming by features takes, as measured lately, and so in which order to try them.</summary>
/// <remarks>
/// A way that was not measured for a while counts as free: it is tried, and so measured, again. Otherwise one slow
/// transfer would rule transfers out for good.
/// </remarks>
internal sealed class FeatureWayCosts(TimeProvider time)
{
    /// <summary>How long a measurement is believed.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(30);

    private const double Smoothing = 0.2;

    private readonly Lock _lock = new();
    private readonly (double Ms, long At)?[] _measured = new (double, long)?[Enum.GetValues<FeatureWay>().Length];

    /// <summary>Tells what a way just took, in milliseconds.</summary>
    public void Took(FeatureWay way, double ms)
    {
        lock (_lock)
        {
            ref var known = ref _measured[(int)way];
            known = (known is { } old && !IsOld(old.At) ? ((1 - Smoothing) * old.Ms) + (Smoothing * ms) : ms, time.GetTimestamp());
        }
    }

    /// <summary>What a way takes, in milliseconds; null where it was not measured lately.</summary>
    public double? Of(FeatureWay way)
    {
        lock (_lock)
        {
            return _measured[(int)way] is { } known && (way == FeatureWay.Encode || !IsOld(known.At)) ? known.Ms : null;
        }
    }

    /// <summary>
    /// The ways worth trying, cheapest first. Computing comes last and always; what is measured to be dearer than computing is left out.
    /// </summary>
    /// <param name="offered">Those there are besides computing.</param>
    /// <param name="queueMs">How long the device would keep a picture waiting now.</param>
    public IReadOnlyList<FeatureWay> Order(IReadOnlyList<FeatureWay> offered, double queueMs) =>
        Order([.. offered.Select(way => (way, Of(way)))], Of(FeatureWay.Encode) is { } encode ? encode + queueMs : null);

    /// <summary>The pure function behind it: costs in milliseconds, null where unknown.</summary>
    public static IReadOnlyList<FeatureWay> Order(IReadOnlyList<(FeatureWay Way, double? Ms)> offered, double? encodeMs) =>
    [
        .. offered
            .Where(one => one.Ms is not { } ms || encodeMs is not { } encode || ms <= encode)
            .OrderBy(one => one.Ms ?? 0)
            .ThenBy(one => one.Way)
            .Select(one => one.Way),
        FeatureWay.Encode,
    ];

    private bool IsOld(long at) => time.GetElapsedTime(at) > Memory;
}
