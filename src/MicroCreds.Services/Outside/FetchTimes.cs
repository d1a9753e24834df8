using MicroCreds.Domain.Verification;
using MicroCreds.Services.Exchange;

namespace MicroCreds.Services.Outside;

/// <summary>When documents are asked for and how long they are relied upon.</summary>
/// <param name="StatusListLife">How long a status list is relied upon after its host last confirmed it.</param>
/// <param name="OtherLife">The same for keys, trusted lists and revocation lists.</param>
public sealed record FetchTimes(TimeSpan StatusListLife, TimeSpan OtherLife)
{
    /// <summary>Shortest time between two fetches of a document that came, whatever it says.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>Longest time, whatever it says: a revocation is known here after a day at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    // For documents that say nothing.
    private static readonly TimeSpan Usual = TimeSpan.FromHours(1);

    /// <summary>
    /// First time for a list that a credential pointed to: the next full five minutes, for everybody alike, and not when the credential came.
    /// Its host learns that somebody here holds one of all the credentials in the list.
    /// </summary>
    public static DateTimeOffset FirstOf(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % Shortest.Ticks) + Shortest.Ticks, TimeSpan.Zero);

    /// <summary>Time until which a document is relied upon that was confirmed at <paramref name="now"/>: never past its own end.</summary>
    public DateTimeOffset ReliedUntil(KeptDocument kept, DateTimeOffset now)
    {
        var stale = now + (kept.Document.Kind == OutsideKind.StatusList ? StatusListLife : OtherLife);
        return kept.Until < stale ? kept.Until.Value : stale;
    }

    /// <summary>When a document that came is asked for again: by its own word, else its host's, else after an hour; in good time before its end; a little earlier for some than for others.</summary>
    public static DateTimeOffset After(KeptDocument kept, TimeSpan? maxAge, DateTimeOffset now)
    {
        var wait = kept.TimeToLive ?? maxAge ?? Usual;
        if (kept.Until is { } until && (until - now) / 2 < wait) wait = (until - now) / 2;
        wait = wait < Shortest ? Shortest : wait > Longest ? Longest : wait;
        return now + BackOff.Spread(wait, kept.Document.Address);
    }

    /// <summary>When a document that did not come is asked for again: after a minute, then twice as long each time, up to a quarter of an hour, and hourly once that did not help; later when its host says so.</summary>
    public static DateTimeOffset AfterFailure(KeptDocument kept, TimeSpan? retryAfter, DateTimeOffset now)
    {
        var wait = kept.Failures > 16 ? BackOff.Spread(Usual, kept.Document.Address) : BackOff.After(kept.Failures + 6, kept.Document.Address);
        return now + (retryAfter > wait ? retryAfter > Longest ? Longest : retryAfter.Value : wait);
    }
}
