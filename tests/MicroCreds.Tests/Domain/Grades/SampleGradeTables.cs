using System.Collections.Immutable;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Domain.Grades;

/// <summary>The tables of the ECTS guide's example and of the Spanish case (field reference D.3, D.4).</summary>
internal static class SampleGradeTables
{
    internal static readonly OrganisationId Italian = OrganisationId.Parse("uni-a.example");
    internal static readonly OrganisationId Other = OrganisationId.Parse("uni-b.example");
    internal static readonly OrganisationId Spanish = OrganisationId.Parse("uni-c.example");

    /// <summary>Table A in tenths of a percent; the published shares sum to 99.9.</summary>
    internal static readonly GradeTable A = Of(Italian,
    [
        new("30L", 31_000, 56, Distinction: true), new("30", 30_000, 157), new("29", 29_000, 5), new("28", 28_000, 123), new("27", 27_000, 118),
        new("26", 26_000, 90), new("25", 25_000, 82), new("24", 24_000, 113), new("23", 23_000, 27), new("22", 22_000, 60), new("21", 21_000, 23),
        new("20", 20_000, 57), new("19", 19_000, 19), new("18", 18_000, 69),
    ]);

    internal static readonly GradeTable B = Of(Other, [new("1", 1_000, 20), new("2", 2_000, 35), new("3", 3_000, 25), new("4", 4_000, 20)]);

    internal static readonly GradeTable Spain = SpainWithFailures(0, passing: false);

    internal static GradeTable SpainWithFailures(long failures, bool passing) => Of(Spanish,
    [
        new("MH", 10_000, 12, Distinction: true), new("SB", 9_000, 63) { FromThousandths = 9_000 }, new("NT", 7_000, 180) { FromThousandths = 7_000 },
        new("AP", 5_000, 245) { FromThousandths = 5_000 }, new("SS", 0, failures, passing) { FromThousandths = 0 },
    ]);

    internal static GradeTable Of(OrganisationId organisation, ImmutableArray<GradeSegment> grades, string field = "", int level = 6, int firstYear = 2023) => new()
    {
        Organisation = organisation, IscedField = field, EqfLevel = level, FirstYear = firstYear, LastYear = 2024, StepThousandths = 1000, Grades = grades,
    };
}
