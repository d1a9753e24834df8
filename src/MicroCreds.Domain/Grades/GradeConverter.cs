using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Grades;

/// <summary>
/// Converts a grade by comparing its place in two grade tables. Source: ECTS Users' Guide 2015, 4.5; field reference D.2. All
/// arithmetic is on exact fractions: a segment's bounds are multiplied by the other table's total instead of being divided by its own.
/// </summary>
public static class GradeConverter
{
    /// <summary>
    /// Converts with the narrowest reference group that counts enough grades on each side. Every step of widening is a warning.
    /// </summary>
    /// <param name="grade">Grade as written.</param>
    /// <param name="source">Organisation that gave it.</param>
    /// <param name="sourceEqfLevel">Cycle of the achievement, as an EQF level; 0 when not known.</param>
    /// <param name="target">Organisation in whose scale it is wanted.</param>
    /// <param name="targetEqfLevel">Cycle of the target unit.</param>
    /// <param name="iscedFields">Fields of the achievement, for both sides.</param>
    /// <param name="tables">Tables at hand.</param>
    /// <param name="policy">The receiving institution's policy.</param>
    public static GradeConversionOutcome Convert(
        AchievedGrade grade, OrganisationId source, int sourceEqfLevel, OrganisationId target, int targetEqfLevel,
        ImmutableArray<string> iscedFields, GradeTableSet tables, GradeConversionPolicy policy)
    {
        var warnings = new List<string>();
        if (tables.Find(source, iscedFields, sourceEqfLevel, policy.MinimumCount, warnings) is not { } from) return NoTable(source, warnings);
        if (tables.Find(target, iscedFields, targetEqfLevel, policy.MinimumCount, warnings) is not { } to) return NoTable(target, warnings);
        return Convert(grade, from, to, policy, tables.ReferenceOf) switch
        {
            GradeConversionOutcome.Converted done => new GradeConversionOutcome.Converted(done.Conversion with { Warnings = [.. warnings, .. done.Conversion.Warnings] }),
            var none => none,
        };
    }

    /// <summary>Converts between two given tables, which must each count at least <see cref="GradeConversionPolicy.MinimumCount"/> passing grades.</summary>
    public static GradeConversionOutcome Convert(AchievedGrade grade, GradeTable source, GradeTable target, GradeConversionPolicy policy) =>
        Convert(grade, source, target, policy, table => table.Reference);

    private static GradeConversionOutcome Convert(AchievedGrade grade, GradeTable source, GradeTable target, GradeConversionPolicy policy, Func<GradeTable, GradeTableReference> referenceOf)
    {
        foreach (var table in (ReadOnlySpan<GradeTable>)[source, target])
        {
            if (table.PassingCount < Math.Max(1, policy.MinimumCount))
                return new GradeConversionOutcome.NotConvertible($"The table of {table.Organisation} counts {table.PassingCount} passing grades, fewer than {policy.MinimumCount}.");
        }

        if (GradeTableReader.Find(source, GradeReading.Of(grade.Label), out var reason) is not { } segment) return new GradeConversionOutcome.NotConvertible(reason);

        var place = GradePlace.Of(source, segment, target);
        var kept = place.Kept(policy.SliverPercent);
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (place.Width.IsZero) warnings.Add($"The grade '{segment.Label}' was never given in the source table; its nearest neighbour decides.");
        if (source.EqfLevel != target.EqfLevel && source.EqfLevel > 0 && target.EqfLevel > 0) warnings.Add($"The tables are of different cycles: EQF level {source.EqfLevel} and {target.EqfLevel}.");

        var average = policy.Choice == GradeOverlapChoice.Average ? GradeAverage.Of(target, kept) : null;
        var chosen = policy.Choice switch
        {
            GradeOverlapChoice.Maximum => kept[0].Grade,
            GradeOverlapChoice.Minimum => kept[^1].Grade,
            GradeOverlapChoice.LargestOverlap => Largest(kept),
            GradeOverlapChoice.Midpoint => place.Middle(kept),
            GradeOverlapChoice.Average => average is null ? Median(kept) : average.Grade,
            _ => throw new UnreachableException(),
        };
        return new GradeConversionOutcome.Converted(new()
        {
            Source = grade.Label,
            SourceSegment = segment.Label,
            Target = chosen.Label,
            Policy = policy,
            Overlaps = [.. kept.Select(k => new GradeOverlap(k.Grade.Label, place.ShareHundredthsPercent(k)))],
            AverageHundredths = average?.Hundredths,
            SourceTable = referenceOf(source),
            TargetTable = referenceOf(target),
            SliverPercent = policy.SliverPercent,
            Warnings = warnings.ToImmutable(),
        });
    }

    /// <summary>The grade with the largest overlap; of two alike the better.</summary>
    private static GradeSegment Largest(ImmutableArray<OverlappingGrade> kept) => kept.Aggregate((best, next) => next.Mass > best.Mass ? next : best).Grade;

    // Field reference D.2, 6: on a scale without numbers the average is the median by overlap.
    private static GradeSegment Median(ImmutableArray<OverlappingGrade> kept)
    {
        var total = kept.Aggregate(BigInteger.Zero, (sum, k) => sum + k.Mass);
        var reached = BigInteger.Zero;
        foreach (var overlap in kept)
        {
            reached += overlap.Mass;
            if (reached * 2 >= total) return overlap.Grade;
        }

        throw new UnreachableException();
    }

    private static GradeConversionOutcome.NotConvertible NoTable(OrganisationId organisation, List<string> warnings) =>
        new(string.Join(" ", warnings.Append($"No grade table of {organisation} can be used; the result is a pass without a grade.")));
}
