namespace MicroCreds.Domain.Rules;

/// <summary>
/// Days of award and of application that a rule accepts. A rule's dates are three kinds of bound on the two days: a window on the day of award,
/// a window on the day its validity looks at, and the most years between the two.
/// </summary>
/// <param name="AwardFrom">First day of award; null is open.</param>
/// <param name="AwardUntil">Last day of award, included; null is open.</param>
/// <param name="ValidFrom">First day in force; null is open.</param>
/// <param name="ValidUntil">Last day in force, included; null is open.</param>
/// <param name="MaxAge">Most years from award to application; null for any age.</param>
internal readonly record struct DateWindow(DateOnly? AwardFrom, DateOnly? AwardUntil, DateOnly? ValidFrom, DateOnly? ValidUntil, int? MaxAge)
{
    // Older awards than this are no micro-credentials; an open window begins here.
    private static readonly DateOnly Earliest = new(1900, 1, 1);

    /// <summary>Whether a pair of days lies inside.</summary>
    internal bool Contains(DateOnly awarded, DateOnly applied, bool onAward)
    {
        var day = onAward ? awarded : applied;
        return !(awarded < AwardFrom) && !(awarded > AwardUntil) && !(day < ValidFrom) && !(day > ValidUntil) && !(MaxAge is { } years && Plus(awarded, years) < applied);
    }

    /// <summary>The days that both accept.</summary>
    internal DateWindow And(in DateWindow other) => new(
        Later(AwardFrom, other.AwardFrom), Earlier(AwardUntil, other.AwardUntil), Later(ValidFrom, other.ValidFrom), Earlier(ValidUntil, other.ValidUntil),
        MaxAge is { } mine && other.MaxAge is { } its ? Math.Min(mine, its) : MaxAge ?? other.MaxAge);

    /// <summary>Whether no pair of days lies inside; an application is never before its award.</summary>
    internal bool IsEmpty(bool onAward)
    {
        if (AwardFrom > AwardUntil || ValidFrom > ValidUntil || MaxAge < 0) return true;
        if (onAward) return Later(AwardFrom, ValidFrom) > Earlier(AwardUntil, ValidUntil);
        if (Earlier(AwardUntil, ValidUntil) is not { } latest) return false;
        // The latest possible award leaves the least age at the first day in force.
        return latest < AwardFrom || (MaxAge is { } years && ValidFrom is { } from && from > latest && Plus(latest, years) < from);
    }

    /// <summary>
    /// A pair of days inside this window and inside none of <paramref name="others"/>; null when they cover it. Exact: all bounds are on one day or
    /// on the distance of the two, so what is left over has a least pair, and that lies where lower bounds meet. Days near <paramref name="day"/> are preferred.
    /// </summary>
    internal (DateOnly Awarded, DateOnly Applied)? Outside(IReadOnlyCollection<DateWindow> others, bool onAward, DateOnly day)
    {
        if (IsEmpty(onAward)) return null;
        if (Free(this, day, day)) return (day, day);
        var awards = new List<DateOnly> { day, Earliest };
        var applications = new List<DateOnly> { day, Earliest };
        AddTo(awards, AwardFrom);
        AddTo(onAward ? awards : applications, ValidFrom);
        foreach (var other in others)
        {
            AddTo(awards, DayAfter(other.AwardUntil));
            AddTo(onAward ? awards : applications, DayAfter(other.ValidUntil));
        }

        if (MaxAge is { } most) awards.AddRange(applications.Select(p => FirstReaching(p, most)).ToArray());
        var ages = others.Where(o => o.MaxAge is not null).Select(o => o.MaxAge ?? 0).Distinct().ToArray();
        foreach (var awarded in awards.Distinct().OrderByDescending(a => a <= day).ThenBy(a => Math.Abs(a.DayNumber - day.DayNumber)))
        {
            var known = applications.Append(awarded).Concat(ages.Select(y => DayAfter(Plus(awarded, y)) ?? DateOnly.MaxValue));
            foreach (var applied in known.Where(p => p >= awarded).OrderBy(p => Math.Abs(p.DayNumber - day.DayNumber)))
            {
                if (Free(this, awarded, applied)) return (awarded, applied);
            }
        }

        return null;

        bool Free(in DateWindow window, DateOnly awarded, DateOnly applied)
        {
            if (!window.Contains(awarded, applied, onAward)) return false;
            foreach (var other in others)
            {
                if (other.Contains(awarded, applied, onAward)) return false;
            }

            return true;
        }
    }

    private static void AddTo(List<DateOnly> days, DateOnly? day)
    {
        if (day is { } known) days.Add(known);
    }

    // 29 February plus a year is 28 February, so the first day that reaches another is looked for from two days before.
    private static DateOnly FirstReaching(DateOnly applied, int years)
    {
        var day = applied.Year - years < Earliest.Year ? Earliest : applied.AddYears(-years).AddDays(-2);
        while (Plus(day, years) < applied) day = day.AddDays(1);
        return day;
    }

    private static DateOnly Plus(DateOnly day, int years) => day.Year + years > DateOnly.MaxValue.Year ? DateOnly.MaxValue : day.AddYears(years);

    private static DateOnly? DayAfter(DateOnly? day) => day is not { } known || known == DateOnly.MaxValue ? null : known.AddDays(1);

    private static DateOnly? Later(DateOnly? one, DateOnly? other) => one is null || other > one ? other : one;

    private static DateOnly? Earlier(DateOnly? one, DateOnly? other) => one is null || other < one ? other : one;
}
