using MicroCreds.Domain.Rules;

namespace MicroCreds.Domain.Cases;

/// <summary>
/// The statutory clock: at most four months from complete information to decision. Source: Recommendation on Criteria and Procedures
/// (2010); Lisbon Recognition Convention, III.5. Days are days in UTC.
/// </summary>
public static class RecognitionClock
{
    /// <summary>The day of an instant.</summary>
    public static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    /// <summary>The last day for the decision when the clock starts on <paramref name="start"/>: the same day <paramref name="months"/> later, or the last day of a shorter month.</summary>
    public static DateOnly DueOn(DateOnly start, int months) => start.AddMonths(months);

    /// <summary>Start and due day when the information is complete on <paramref name="day"/>.</summary>
    /// <param name="paused">The clock that waited; null when none had started.</param>
    /// <param name="day">Day the information became complete.</param>
    /// <param name="policy">Months and effect of waiting.</param>
    public static (DateOnly StartedOn, DateOnly DueOn) Complete(PausedClock? paused, DateOnly day, RecognitionPolicy policy) =>
        paused is { } clock && policy.Clock == ClockPolicy.Suspend
            ? (clock.StartedOn, clock.DueOn.AddDays(Math.Max(0, day.DayNumber - clock.PausedOn.DayNumber)))
            : (day, DueOn(day, policy.DecisionMonths));

    /// <summary>Last day, included, of a period of <paramref name="days"/> that begins the day after <paramref name="day"/>.</summary>
    public static DateOnly Until(DateOnly day, int days) => day.AddDays(days);
}
