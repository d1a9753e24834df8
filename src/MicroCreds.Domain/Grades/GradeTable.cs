using System.Collections.Immutable;
using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Grades;

/// <summary>
/// How often each grade was given in a reference group (ECTS grading table). Source: ECTS Users' Guide 2015, "Grading table": passing
/// grades, at least the last two years, by field and cycle.
/// </summary>
public sealed record GradeTable
{
    /// <summary>Organisation whose grades these are.</summary>
    public required OrganisationId Organisation { get; init; }
    /// <summary>Field of the reference group: ISCED-F code of 2 to 4 digits, or empty for the whole institution.</summary>
    public required string IscedField { get; init; }
    /// <summary>EQF level of the reference group's cycle, 5 to 8; 0 for all.</summary>
    public required int EqfLevel { get; init; }
    /// <summary>First academic year counted.</summary>
    public required int FirstYear { get; init; }
    /// <summary>Last academic year counted.</summary>
    public required int LastYear { get; init; }
    /// <summary>Smallest step of the scale in thousandths, to which averages are rounded (whole grades: 1000).</summary>
    public required int StepThousandths { get; init; }
    /// <summary>Grades from best to worst; the order decides, never the numbers.</summary>
    public required ImmutableArray<GradeSegment> Grades { get; init; }

    /// <summary>How many passing grades the table counts.</summary>
    public long PassingCount => Grades.Where(g => g.Passing).Sum(g => g.Count);

    /// <summary>The table named by its reference group and the digest of its content.</summary>
    public GradeTableReference Reference => new(Organisation, IscedField, EqfLevel, FirstYear, LastYear, Sha256Digest.Of(DomainJson.Write(this)));
}

/// <summary>One grade of a table.</summary>
/// <param name="Label">The grade as written, e.g. <c>30L</c>, <c>NT</c>.</param>
/// <param name="Thousandths">Numeric value in thousandths (30 with distinction may be 31000); null for a grade without number.</param>
/// <param name="Count">How often it was given, or its share in any fixed unit; not negative.</param>
/// <param name="Passing">False for a failing grade, which is dropped before comparing.</param>
/// <param name="Distinction">True for a distinction above the numeric scale, into which averages never round.</param>
public sealed record GradeSegment(string Label, int? Thousandths, long Count, bool Passing = true, bool Distinction = false)
{
    /// <summary>Lowest numeric source grade that is written with this label, in thousandths: Spanish NT is given from 7.0. Null when the label is the grade.</summary>
    public int? FromThousandths { get; init; }
}
