namespace MicroCreds.Services.Exchange;

/// <summary>
/// Keeps callers from waiting for a partner that does not answer: after a call that ended without an answer, calls are refused at once, and one is let
/// through every now and then until the partner answers again. A partner that is away costs its callers one deadline and not one each.
/// </summary>
internal sealed class PartnerCircuit(string partner, TimeProvider clock)
{
    /// <summary>Longest time between two calls that are let through: one connection tried is little, and who comes back is not kept waiting.</summary>
    internal static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly long _start = clock.GetTimestamp();
    private int _failures;
    private TimeSpan _failedAt;
    private TimeSpan _nextTry;

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <summary>Lets a call through and answers when, for <see cref="Failed"/>; null when it is refused.</summary>
    internal TimeSpan? Enter()
    {
        lock (_lock)
        {
            if (_failures > 0 && Now < _nextTry) return null;
            // The one that is let through stands for all until its own end, or the next pause's.
            if (_failures > 0) _nextTry = Now + Pause();
            return Now;
        }
    }

    /// <summary>The partner answered, be it with a refusal.</summary>
    internal void Answered()
    {
        lock (_lock) _failures = 0;
    }

    /// <summary>A call that was let through at <paramref name="entered"/> ended without an answer. Of several that fail together, one counts.</summary>
    internal void Failed(TimeSpan entered)
    {
        lock (_lock)
        {
            if (_failures > 0 && entered < _failedAt) return;
            _failures++;
            (_failedAt, _nextTry) = (Now, Now + Pause());
        }
    }

    private TimeSpan Pause() => BackOff.After(_failures, partner) is var pause && pause < LongestPause ? pause : BackOff.Spread(LongestPause, $"{partner} {_failures}");
}
