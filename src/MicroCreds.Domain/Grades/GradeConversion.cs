using System.Collections.Immutable;

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
    /// <summary>How far the reference groups fit: each step of widening is named.</summary>
    public required ImmutableArray<string> Warnings { get; init; }
}

/// <summary>One overlapping target grade.</summary>
/// <param name="Label">Target grade.</param>
/// <param name="ShareHundredthsPercent">Share of the source segment in hundredths of a percent: 1755 is 17.55 %.</param>
public sealed record GradeOverlap(string Label, int ShareHundredthsPercent);
