using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;

namespace MicroCreds.Tests.Domain.Grades;

public sealed class GradeConverterTests
{
    // Field reference D.3: the published result is "2 becomes 26 to 29, average 27".
    [Theory]
    [InlineData("30", "1", "1", "1", null)]
    [InlineData("22", "3", "4", "4", 353)]
    public void converts_the_guides_table_a_into_b(string grade, string best, string worst, string average, int? hundredths) =>
        AssertConverts(grade, SampleGradeTables.A, SampleGradeTables.B, best, worst, average, hundredths);

    [Theory]
    [InlineData("1", "30L", "30", "30", 3028)]
    [InlineData("2", "29", "26", "27", 2713)]
    [InlineData("3", "25", "22", "24", 2399)]
    [InlineData("4", "22", "18", "20", 1965)]
    public void converts_the_guides_table_b_into_a(string grade, string best, string worst, string average, int hundredths) =>
        AssertConverts(grade, SampleGradeTables.B, SampleGradeTables.A, best, worst, average, hundredths);

    [Theory]
    [InlineData("MH", "30L", "30L", "30L", 3100)]
    [InlineData("SB", "30L", "30", "30", 3025)]
    [InlineData("NT (8.0)", "30", "26", "28", 2776)]
    [InlineData("8.0", "30", "26", "28", 2776)]
    [InlineData("AP", "26", "18", "22", 2238)]
    [InlineData("AP 5.5", "26", "18", "22", 2238)]
    public void converts_spanish_into_italian_grades(string grade, string best, string worst, string average, int hundredths) =>
        AssertConverts(grade, SampleGradeTables.Spain, SampleGradeTables.A, best, worst, average, hundredths);

    [Fact]
    public void explains_the_overlaps_of_a_notable()
    {
        var conversion = Converted("NT (8.0)", SampleGradeTables.Spain, SampleGradeTables.A, GradeOverlapChoice.Average);

        Assert.Equal(["30 1756", "29 139", "28 3420", "27 3281", "26 1404"], conversion.Overlaps.Select(o => $"{o.Label} {o.ShareHundredthsPercent}"));
        Assert.Equal("NT", conversion.SourceSegment);
        Assert.Equal("NT (8.0)", conversion.Source);
        Assert.Empty(conversion.Warnings);
    }

    [Fact]
    public void drops_failures_that_were_left_in_the_source_table()
    {
        var marked = Converted("AP", SampleGradeTables.SpainWithFailures(100, passing: false), SampleGradeTables.A, GradeOverlapChoice.Average);
        var mistaken = Converted("AP", SampleGradeTables.SpainWithFailures(100, passing: true), SampleGradeTables.A, GradeOverlapChoice.Average);

        Assert.Equal("22", marked.Target);
        // Counting failures as passes would have given three points more without a word.
        Assert.Equal(("25", 2454), (mistaken.Target, mistaken.AverageHundredths));
    }

    [Theory]
    [InlineData("8,0")]
    [InlineData("NT (5.5)")]
    [InlineData("NT (8,0)")]
    [InlineData("Apto")]
    [InlineData("3.2")]
    [InlineData("28/30")]
    [InlineData("")]
    public void gives_no_grade_where_the_written_one_cannot_be_placed(string grade) =>
        Assert.IsType<GradeConversionOutcome.NotConvertible>(GradeConverter.Convert(new(grade, ""), SampleGradeTables.Spain, SampleGradeTables.A, new()));

    [Theory]
    [InlineData("28/30", "28")]
    [InlineData("28", "28")]
    [InlineData("28.0", "28")]
    [InlineData("30L", "30L")]
    [InlineData("30 e lode", "30L")]
    [InlineData("30/30 e lode", "30L")]
    [InlineData("30  cum laude", "30L")]
    public void reads_italian_grades_as_they_are_written(string grade, string segment) =>
        Assert.Equal(segment, Converted(grade, SampleGradeTables.A, SampleGradeTables.B, GradeOverlapChoice.Maximum).SourceSegment);

    [Theory]
    [InlineData("28/100")]
    [InlineData("29 e lode")]
    public void refuses_a_grade_of_another_scale(string grade) =>
        Assert.IsType<GradeConversionOutcome.NotConvertible>(GradeConverter.Convert(new(grade, ""), SampleGradeTables.A, SampleGradeTables.B, new()));

    [Fact]
    public void takes_the_neighbour_of_a_grade_never_given_and_says_so()
    {
        var source = SampleGradeTables.Of(SampleGradeTables.Other, [new("A", null, 50), new("B", null, 0), new("C", null, 50)]);
        var conversion = Converted("B", source, SampleGradeTables.A, GradeOverlapChoice.Average);

        Assert.Equal("26", conversion.Target);
        Assert.Contains("never given", Assert.Single(conversion.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void takes_the_median_on_a_scale_without_numbers()
    {
        var letters = SampleGradeTables.Of(SampleGradeTables.Other, [new("A", null, 10), new("B", null, 25), new("C", null, 30), new("D", null, 35)]);
        Assert.Equal("B", Converted("NT", SampleGradeTables.Spain, letters, GradeOverlapChoice.Average).Target);
        Assert.Equal("B", Converted("NT", SampleGradeTables.Spain, letters, GradeOverlapChoice.Midpoint).Target);
    }

    [Fact]
    public void never_averages_into_a_distinction_that_has_not_the_largest_part_alone()
    {
        var target = SampleGradeTables.Of(SampleGradeTables.Other, [new("30L", 31_000, 40, Distinction: true), new("30", 30_000, 40), new("18", 18_000, 20)]);
        var source = SampleGradeTables.Of(SampleGradeTables.Spanish, [new("top", null, 80), new("rest", null, 20)]);
        Assert.Equal(("30L", "30"), (Converted("top", source, target, GradeOverlapChoice.Maximum).Target, Converted("top", source, target, GradeOverlapChoice.Average).Target));
    }

    private static void AssertConverts(string grade, GradeTable from, GradeTable to, string best, string worst, string average, int? hundredths)
    {
        Assert.Equal(best, Converted(grade, from, to, GradeOverlapChoice.Maximum).Target);
        Assert.Equal(worst, Converted(grade, from, to, GradeOverlapChoice.Minimum).Target);
        var mean = Converted(grade, from, to, GradeOverlapChoice.Average);
        Assert.Equal(average, mean.Target);
        if (hundredths is not null) Assert.Equal(hundredths, mean.AverageHundredths);
    }

    private static GradeConversion Converted(string grade, GradeTable from, GradeTable to, GradeOverlapChoice choice) =>
        Assert.IsType<GradeConversionOutcome.Converted>(GradeConverter.Convert(new AchievedGrade(grade, ""), from, to, new() { Choice = choice })).Conversion;
}
