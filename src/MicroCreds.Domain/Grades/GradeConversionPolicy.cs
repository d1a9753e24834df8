namespace MicroCreds.Domain.Grades;

/// <summary>Which of the overlapping grades the receiving institution takes. Decided in advance (ECTS Users' Guide 2015, 4.5).</summary>
public enum GradeOverlapChoice
{
    /// <summary>Average of the overlapping grades, weighted by overlap.</summary>
    Average,
    /// <summary>Worst overlapping grade.</summary>
    Minimum,
    /// <summary>Best overlapping grade.</summary>
    Maximum,
    /// <summary>Grade at the middle of the source segment.</summary>
    Midpoint,
    /// <summary>Grade with the largest overlap.</summary>
    LargestOverlap,
}

/// <summary>How an institution converts grades.</summary>
public sealed record GradeConversionPolicy
{
    /// <summary>Choice among overlapping grades.</summary>
    public GradeOverlapChoice Choice { get; init; } = GradeOverlapChoice.Average;
    /// <summary>Overlaps below this share of the smaller segment are discarded, in percent, 0 to 50.</summary>
    public int SliverPercent { get; init; } = 10;
    /// <summary>Smallest number of passing grades a table must count, from 1.</summary>
    public int MinimumCount { get; init; } = 30;
}
