using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>Where a grade stands among others: in the awarding body's grade table, and converted into the institution's own. Read when a rule asks for it.</summary>
internal sealed class GradeFacts(Achievement achievement, OrganisationId? awardingBody, GradeTableSet tables, OrganisationId? institution, GradeConversionPolicy policy, GivenGrade? given)
{
    private (long Worse, long All)? _place;
    private bool _placed;
    private (int Level, GradeTable? Table, int Place)? _converted;

    /// <summary>Share of the awarding body's passing grades that are this or worse, in whole percent rounded down; null when no table says.</summary>
    internal int? Percentile => given is not null ? given.Percentile : Place is var (worse, all) ? (int)(worse * 100 / all) : null;

    /// <summary>Whether at least this share is this grade or worse.</summary>
    internal bool ReachesPercentile(int percent) => given is not null ? given.Percentile >= percent : Place is var (worse, all) && worse * 100 >= percent * all;

    /// <summary>The grade of the institution's own table that it becomes for a unit of this EQF level; null when it cannot be converted.</summary>
    internal string? Converted(int level) => given is not null ? string.Join(" ", given.Floors) : Conversion(level) is { Table: { } table, Place: var place } ? table.Grades[place].Label : null;

    /// <summary>Whether it becomes this grade or a better one. Grades stand from best to worst in a table; where smaller numbers are better, the order still says so.</summary>
    internal bool ReachesConverted(string floor, int level)
    {
        if (given is not null) return given.Floors.Contains(floor);
        return Conversion(level) is { Table: { } table, Place: var place } && GradeTableReader.Find(table, GradeReading.Of(floor), out _) is { } segment && place <= table.Grades.IndexOf(segment);
    }

    private (long Worse, long All)? Place
    {
        get
        {
            if (_placed) return _place;
            _placed = true;
            if (achievement.Grade is not { } grade || awardingBody is null
                || tables.Find(awardingBody, achievement.IscedFields, achievement.EqfLevel ?? 0, policy.MinimumCount, []) is not { } table
                || GradeTableReader.Find(table, GradeReading.Of(grade.Label), out _) is not { } segment) return null;
            var better = table.Grades.TakeWhile(g => !ReferenceEquals(g, segment)).Where(g => g.Passing).Sum(g => g.Count);
            return _place = (table.PassingCount - better, table.PassingCount);
        }
    }

    private (int Level, GradeTable? Table, int Place) Conversion(int level)
    {
        if (_converted is { } known && known.Level == level) return known;
        var made = (level, (GradeTable?)null, -1);
        if (achievement.Grade is { } grade && awardingBody is not null && institution is not null
            && GradeConverter.Convert(grade, awardingBody, achievement.EqfLevel ?? level, institution, level, achievement.IscedFields, tables, policy) is GradeConversionOutcome.Converted { Conversion: var conversion }
            && tables.Find(institution, achievement.IscedFields, level, policy.MinimumCount, []) is { } own)
        {
            made = (level, own, own.Grades.IndexOf(own.Grades.First(g => g.Label == conversion.Target)));
        }

        _converted = made;
        return made;
    }
}

/// <summary>A grade of an example, of which no table is at hand: what is taken to hold of it.</summary>
/// <param name="Percentile">Share of the passing grades that are this or worse, in percent; 0 when not stated.</param>
/// <param name="Floors">Converted grades that it reaches.</param>
internal sealed record GivenGrade(int Percentile, ImmutableArray<string> Floors);
