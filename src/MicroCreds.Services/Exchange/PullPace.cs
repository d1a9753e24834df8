namespace MicroCreds.Services.Exchange;

/// <summary>How fast something may be done: so many at once after a pause, and so many a second when it goes on. Measured on a clock that no one sets.</summary>
/// <param name="perSecond">How many a second when it goes on.</param>
/// <param name="burst">How many at once after a pause.</param>
/// <param name="clock">Measures time.</param>
internal sealed class PullPace(double perSecond, double burst, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _spent;
    private long _at;

    /// <summary>Takes one; when there is none, answers the time until there is and takes nothing.</summary>
    internal TimeSpan Take()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            (_spent, _at) = (Math.Max(0, _spent - (clock.GetElapsedTime(_at, now).TotalSeconds * perSecond)), now);
            if (_spent > burst - 1) return TimeSpan.FromSeconds((_spent - burst + 1) / perSecond);
            _spent++;
            return TimeSpan.Zero;
        }
    }
}
