using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// Which version of each table is in force on a day. Source: field reference E.3, "multi-step effective dating": the greatest date that is not
/// after the day; of versions with one date the last published.
/// </summary>
public static class VersionChoice
{
    /// <summary>Versions in force on a day, by table. A table whose first version begins later is not among them.</summary>
    public static ImmutableArray<(TableId Table, int Version)> InForceOn(IEnumerable<TablePublication> publications, DateOnly day) =>
        Choose(publications.Where(p => p.InForceFrom <= day), versions => versions[0]);

    /// <summary>
    /// Versions by which a case is assessed whose rules are those of a day (of award, or of application). A version published without a day
    /// replaces those before it for every case; one with a day only for cases from that day on. For days before all of them the first counts.
    /// </summary>
    /// <param name="publications">Publications of an institution.</param>
    /// <param name="today">Today: what is in force later does not count yet.</param>
    /// <param name="day">Day of the case.</param>
    public static ImmutableArray<(TableId Table, int Version)> ForCaseOf(IEnumerable<TablePublication> publications, DateOnly today, DateOnly day) =>
        Choose(publications.Where(p => p.InForceFrom <= today), versions => versions.FirstOrDefault(p => p.EffectiveOn is not { } from || from <= day) ?? versions[^1]);

    /// <summary>Days after <paramref name="today"/> on which another version comes into force, in order.</summary>
    public static ImmutableArray<DateOnly> ChangesAfter(IEnumerable<TablePublication> publications, DateOnly today) =>
        [.. publications.Select(p => p.InForceFrom).Where(day => day > today).Distinct().Order()];

    private static ImmutableArray<(TableId Table, int Version)> Choose(IEnumerable<TablePublication> publications, Func<IReadOnlyList<TablePublication>, TablePublication> choose) =>
    [
        .. publications.GroupBy(p => p.Table).Select(table => choose([.. table.OrderByDescending(p => p.InForceFrom).ThenByDescending(p => p.Version)]))
            .OrderBy(p => p.Table.Value, StringComparer.Ordinal).Select(p => (p.Table, p.Version)),
    ];
}
