namespace Loupe.Engine.Decoding;

/// <summary>For how long a decode step lets others have the processors first. One thread.</summary>
/// <param name="isContended">Whether somebody waits for the processors that steps run on, and will bring sequences to decode.</param>
/// <param name="longest">Of one step; zero for never.</param>
/// <param name="time">By which a hold is measured.</param>
internal sealed class StepHold(Func<bool> isContended, TimeSpan longest, TimeProvider time)
{
    // From here on a row of a step costs what it costs in the largest one.
    private const int ManyRows = 8;

    private long? _since;

    /// <summary>Steps that never wait.</summary>
    public static StepHold Never { get; } = new(static () => false, TimeSpan.Zero, TimeProvider.System);

    /// <summary>What is left before the step of so many rows must be done; zero or less for now.</summary>
    public TimeSpan Left(int rows)
    {
        if (rows < ManyRows && longest > TimeSpan.Zero && isContended())
        {
            _since ??= time.GetTimestamp();
            var left = longest - time.GetElapsedTime(_since.Value);
            if (left > TimeSpan.Zero)
            {
                return left;
            }
        }

        _since = null;
        return TimeSpan.Zero;
    }
}
