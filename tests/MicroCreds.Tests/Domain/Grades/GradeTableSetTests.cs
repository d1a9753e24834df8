using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;

namespace MicroCreds.Tests.Domain.Grades;

public sealed class GradeTableSetTests
{
    // Field reference G, scenario 25: 18 passes in the detailed field, 30 asked; detailed, narrow, broad, whole institution.
    [Fact]
    public void widens_the_reference_group_step_by_step_and_names_each()
    {
        var tables = new GradeTableSet([SampleGradeTables.A, Group("", 500), Group("05", 29), Group("054", 25), Group("0542", 18)]);
        var done = Assert.IsType<GradeConversionOutcome.Converted>(Convert(tables)).Conversion;

        Assert.Equal(("", 500L), (done.SourceTable.IscedField, 500L));
        Assert.Equal(["18", "25", "29"], done.Warnings.Take(3).Select(w => w.Split(" counts ")[1].Split(' ')[0]));
        Assert.Contains("the whole institution", done.Warnings[3], StringComparison.Ordinal);
    }

    [Fact]
    public void stops_at_the_first_group_that_is_large_enough()
    {
        var tables = new GradeTableSet([Group("0542", 18), Group("", 500), SampleGradeTables.A, Group("054", 40)]);
        Assert.Equal("054", Assert.IsType<GradeConversionOutcome.Converted>(Convert(tables)).Conversion.SourceTable.IscedField);
    }

    [Fact]
    public void invents_no_grade_when_every_group_is_small()
    {
        var none = Assert.IsType<GradeConversionOutcome.NotConvertible>(Convert(new([SampleGradeTables.A, Group("0542", 18), Group("", 29)])));
        Assert.Contains("pass without a grade", none.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void never_takes_a_table_of_another_cycle() =>
        Assert.IsType<GradeConversionOutcome.NotConvertible>(Convert(new([SampleGradeTables.A, Group("0542", 500, level: 7)])));

    [Fact]
    public void warns_of_a_table_with_one_year() =>
        Assert.Contains("the year 2024 alone", Assert.Single(Assert.IsType<GradeConversionOutcome.Converted>(
            Convert(new([SampleGradeTables.A with { IscedField = "0542" }, Group("0542", 500, firstYear: 2024)]))).Conversion.Warnings), StringComparison.Ordinal);

    private static GradeConversionOutcome Convert(GradeTableSet tables) =>
        GradeConverter.Convert(new AchievedGrade("NT", ""), SampleGradeTables.Spanish, 6, SampleGradeTables.Italian, 6, ["0542"], tables, new());

    private static GradeTable Group(string field, long passes, int level = 6, int firstYear = 2023) =>
        SampleGradeTables.Of(SampleGradeTables.Spanish, [new("SB", null, passes / 4), new("NT", null, passes - (passes / 4))], field, level, firstYear);
}
