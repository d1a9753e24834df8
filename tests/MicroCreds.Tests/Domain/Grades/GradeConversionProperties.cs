using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Grades;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Tests.Domain.Grades;

public sealed class GradeConversionProperties
{
    [Fact]
    public void a_better_grade_is_never_converted_to_a_worse_one() =>
        Prop.ForAll(Cases(), c =>
        {
            foreach (var choice in Enum.GetValues<GradeOverlapChoice>())
            {
                var policy = new GradeConversionPolicy { Choice = choice, MinimumCount = 1, SliverPercent = c.Sliver };
                var places = c.Source.Grades
                    .Select(g => Assert.IsType<GradeConversionOutcome.Converted>(GradeConverter.Convert(new AchievedGrade(g.Label, ""), c.Source, c.Target, policy)).Conversion.Target)
                    .Select(label => c.Target.Grades.Select(g => g.Label).ToList().IndexOf(label)).ToArray();
                Assert.Equal(places.Order(), places);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void overlaps_divide_the_source_segment_without_rest() =>
        Prop.ForAll(Cases(), c =>
        {
            foreach (var grade in c.Source.Grades)
            {
                var place = GradePlace.Of(c.Source, grade, c.Target);
                Assert.Equal(place.Width, place.Overlaps.Aggregate(BigInteger.Zero, (sum, o) => sum + o.Mass));
                Assert.NotEmpty(place.Kept(c.Sliver));
            }
        }).QuickCheckThrowOnFailure();

    private static Arbitrary<(GradeTable Source, GradeTable Target, int Sliver)> Cases() => (
        from source in Table(SampleGradeTables.Spanish)
        from target in Table(SampleGradeTables.Italian)
        from sliver in Gen.Choose(0, 50)
        select (source, target, sliver)).ToArbitrary();

    private static Gen<GradeTable> Table(OrganisationId organisation) =>
        from counts in Gen.Choose(0, 40).NonEmptyListOf()
        from better in Gen.Elements(-1, 1)
        from distinction in Gen.Elements(false, true)
        where counts.Sum() > 0
        select SampleGradeTables.Of(organisation, [.. counts.Select((n, i) => new GradeSegment($"g{i}", 100_000 - (better * i * 1_000), n, Distinction: distinction && i == 0 && counts.Count > 1))]);
}
