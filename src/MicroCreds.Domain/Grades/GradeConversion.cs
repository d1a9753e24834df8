using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Grades;

/// <summary>A converted grade with everything needed to follow it. Source: ECTS Users' Guide 2015, 4.5; field reference D.2.</summary>
public sealed record GradeConversion
{
    /// <summary>Grade as the awarding body wrote it.</summary>
    public required string Source { get; init; }
    /// <summary>Label of the source table's segment it fell into.</summary>
    public required string SourceSegment { get; init; }
    /// <summary>Grade in the receiving institution's scale.</summary>
    public required string Target { get; init; }
    /// <summary>Policy used.</summary>
    public required GradeConversionPolicy Policy { get; init; }
    /// <summary>Overlapping grades that were kept, best first, with their share of the source segment in hundredths of a percent.</summary>
    public required ImmutableArray<GradeOverlap> Overlaps { get; init; }
    /// <summary>Weighted average of the kept grades in hundredths of the target scale, rounded half up: 2776 is 27.76. Null unless an average was taken over numbers.</summary>
    public int? AverageHundredths { get; init; }
    /// <summary>Table the source grade was read from.</summary>
    public required GradeTableReference SourceTable { get; init; }
    /// <summary>Table the result was read from.</summary>
    public required GradeTableReference TargetTable { get; init; }
    /// <summary>Overlaps below this share of the smaller segment were discarded, in percent.</summary>
    public required int SliverPercent { get; init; }
    /// <summary>How far the reference groups fit: each step of widening is named. Empty when the tables fit exactly.</summary>
    public required ImmutableArray<string> Warnings { get; init; }
}

/// <summary>One overlapping target grade.</summary>
/// <param name="Label">Target grade.</param>
/// <param name="ShareHundredthsPercent">Share of the source segment in hundredths of a percent: 1755 is 17.55 %.</param>
public sealed record GradeOverlap(string Label, int ShareHundredthsPercent);

/// <summary>Names a grade table without disclosing it: tables of a partner are confidential outside of the conversion they serve (field reference D.1).</summary>
/// <param name="Organisation">Organisation whose grades these are.</param>
/// <param name="IscedField">Field of the reference group; empty for the whole institution.</param>
/// <param name="EqfLevel">Cycle of the reference group; 0 for all.</param>
/// <param name="FirstYear">First academic year counted.</param>
/// <param name="LastYear">Last academic year counted.</param>
/// <param name="Digest">Digest of the table's content.</param>
public sealed record GradeTableReference(OrganisationId Organisation, string IscedField, int EqfLevel, int FirstYear, int LastYear, Sha256Digest Digest);
