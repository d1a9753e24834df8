using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Grades;

/// <summary>The grade tables at hand for a conversion: the receiving institution's own and the awarding body's.</summary>
public sealed class GradeTableSet
{
    private readonly ImmutableArray<GradeTable> _tables;

    /// <summary>A set of tables, in any order.</summary>
    public GradeTableSet(IEnumerable<GradeTable> tables)
    {
        var sorted = tables.Select(t => (Table: t, t.Reference))
            .OrderBy(p => p.Table.Organisation.Value, StringComparer.Ordinal).ThenBy(p => p.Table.IscedField, StringComparer.Ordinal).ThenBy(p => p.Table.EqfLevel)
            .ThenByDescending(p => p.Table.LastYear).ThenBy(p => p.Table.FirstYear).ThenBy(p => p.Reference.Digest.Value, StringComparer.Ordinal).ToArray();
        _tables = [.. sorted.Select(p => p.Table)];
        References = [.. sorted.Select(p => p.Reference)];
    }

    /// <summary>References of <see cref="Tables"/>, in their order.</summary>
    public ImmutableArray<GradeTableReference> References { get; }

    /// <summary>No tables.</summary>
    public static GradeTableSet Empty { get; } = new([]);

    /// <summary>Every table, by organisation, field, cycle and year; the order does not depend on how the set was made.</summary>
    public ImmutableArray<GradeTable> Tables => _tables;

    /// <summary>
    /// The narrowest table of <paramref name="organisation"/> that counts enough grades: detailed field, then narrow, broad, and the whole
    /// institution, each for the cycle first and for all cycles second. Every step of widening adds a sentence to
    /// <paramref name="warnings"/>. Null when none counts enough: then the result is a pass without a grade, and no grade is invented.
    /// </summary>
    public GradeTable? Find(OrganisationId organisation, ImmutableArray<string> iscedFields, int eqfLevel, int minimumCount, ICollection<string> warnings)
    {
        var asked = iscedFields.Length == 0 ? "the whole institution" : $"field {string.Join(", ", iscedFields)}";
        foreach (var (field, level) in Groups(iscedFields, eqfLevel))
        {
            if (_tables.FirstOrDefault(t => t.Organisation == organisation && t.IscedField == field && t.EqfLevel == level) is not { } table) continue;
            if (table.PassingCount < minimumCount)
            {
                warnings.Add($"The table of {organisation} for {Name(field, level)} counts {table.PassingCount} passing grades, fewer than {minimumCount}; a wider group is taken.");
                continue;
            }

            if (!iscedFields.Contains(field) && iscedFields.Length > 0) warnings.Add($"The table of {organisation} is for {Name(field, level)}, asked was {asked}.");
            if (level == 0 && eqfLevel > 0) warnings.Add($"The table of {organisation} counts all cycles, not EQF level {eqfLevel} alone.");
            // ECTS Users' Guide 2015, "Grading table": at least the last two years.
            if (table.LastYear - table.FirstYear < 1) warnings.Add($"The table of {organisation} counts the year {table.LastYear} alone; at least two years are expected.");
            return table;
        }

        return null;
    }

    /// <summary>Reference of one of <see cref="Tables"/>, made once with the set.</summary>
    internal GradeTableReference ReferenceOf(GradeTable table) => References[_tables.IndexOf(table, 0, _tables.Length, (IEqualityComparer<GradeTable>)ReferenceEqualityComparer.Instance)];

    private static IEnumerable<(string Field, int Level)> Groups(ImmutableArray<string> iscedFields, int eqfLevel)
    {
        var fields = iscedFields.Order(StringComparer.Ordinal).ToArray();
        var prefixes = Enumerable.Range(0, 3).SelectMany(step => fields.Where(f => f.Length >= 4 - step).Select(f => f[..(4 - step)])).Distinct().Append("");
        foreach (var prefix in prefixes)
        {
            if (eqfLevel > 0) yield return (prefix, eqfLevel);
            yield return (prefix, 0);
        }
    }

    private static string Name(string field, int level) =>
        $"{(field.Length == 0 ? "the whole institution" : $"field {field}")}{(level == 0 ? "" : $", EQF level {level}")}";
}
