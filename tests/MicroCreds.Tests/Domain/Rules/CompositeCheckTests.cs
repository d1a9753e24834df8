using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Rules.CompositeSamples;
using static MicroCreds.Tests.Domain.Rules.RuleSamples;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class CompositeCheckTests
{
    [Theory]
    [InlineData(600, 600, false)]
    [InlineData(900, 600, true)]
    public void blocks_a_module_of_twelve_that_becomes_fifteen(int one, int other, bool inflated)
    {
        var findings = Check(Split("SPLIT", 1200, ("BIG", one), ("LAB", other)));
        Assert.Equal(inflated ? [(TableFindingCode.CreditInflation, FindingSeverity.Error)] : [], findings.Select(f => (f.Code, f.Severity)));
        if (inflated) Assert.Equal("Rule SPLIT grants 15 credits in all for 12 earned.", findings[0].Message);
    }

    [Fact]
    public void compares_a_bundle_with_the_least_that_its_sources_earned()
    {
        var one = Source("A", AtLeast(300));
        Assert.Empty(Check(Bundle("R", "STAT", 600, All(one, Source("B", AtLeast(300))))));
        Assert.Equal("Rule R grants 6 credits in all for 5 earned.", Assert.Single(Check(Bundle("R", "STAT", 600, All(one, Source("B", AtLeast(200)))))).Message);
        // Of three sources the two smallest are the least that a use takes.
        Assert.Equal("Rule R grants 6 credits in all for 5 earned.", Assert.Single(Check(Bundle("R", "STAT", 600, Some(2, one, Source("B", AtLeast(400)), Source("C", AtLeast(200)))))).Message);
        // What does not say how many were earned is the achievement's own affair, as for one credential.
        Assert.Empty(Check(Bundle("R", "STAT", 600, All(one, Source("B")))));
    }

    [Fact]
    public void finds_what_can_never_be_used()
    {
        Assert.Equal("Rule R can never match: group 1 needs 3 of 2 sources.", Unreachable(Bundle("R", "STAT", 600, Some(3, Source("A"), Source("B")))));
        Assert.Equal("Rule R can never match: group 2 needs 0 credentials.", Unreachable(Bundle("R", "STAT", 600, All(Source("A")), Some(0, Source("B")))));
        Assert.Equal("Rule R can never match: source 2 of group 1: two of its conditions exclude each other.", Unreachable(Bundle("R", "STAT", 600, All(Source("A"), Source("B", Code("C"))))));
        Assert.Equal("Rule R can never match: source 1 of group 1: it has no conditions.", Unreachable(Bundle("R", "STAT", 600, All(new RuleSource([])))));
        Assert.Equal("Rule R can never match: STAT has no outcomes to cover.", Unreachable(Bundle("R", "STAT", 600, All(Source("A"), Source("B"))) with { Conditions = [new RuleCondition.OutcomeCoverageAtLeast(80)] }));
        // One impossible source of three does no harm where two are needed.
        Assert.Empty(Check(Bundle("R", "STAT", 600, Some(2, Source("A"), Source("B"), Source("C", Code("D"))))));
    }

    [Fact]
    public void finds_units_that_are_not_there_a_thesis_and_a_unit_named_twice()
    {
        Assert.Equal([TableFindingCode.DanglingTarget], Check(Split("R", 1200, ("STAT", 600), ("NOWHERE", 600))).Select(f => f.Code));
        Assert.Equal([TableFindingCode.RestrictedTarget], Check(Split("R", 1200, ("STAT", 600), ("THESIS", 600))).Select(f => f.Code));
        Assert.Equal([TableFindingCode.DuplicateCode], Check(Split("R", 1200, ("LAB", 300), ("LAB", 300))).Select(f => f.Code));
        Assert.Equal([TableFindingCode.CreditInflation], Check(Split("R", 1200, ("STAT", 600), ("LAB", 600)) with { Grant = new CreditGrant.AsEarned() }).Select(f => f.Code));
    }

    [Fact]
    public void reports_two_bundles_that_ask_the_same_and_grant_different_things()
    {
        var one = Bundle("ONE", "STAT", 600, All(Source("A"), Source("B")));
        var other = Bundle("TWO", "STAT", 300, All(Source("B"), Source("A")));
        var finding = Assert.Single(Check(one, other));
        Assert.Equal((TableFindingCode.OverlapConflict, "ONE", "TWO"), (finding.Code, finding.Rule?.Value, finding.OtherRule?.Value));
        Assert.Empty(Check(one, other with { Priority = 1 }));
        Assert.Empty(Check(one, other with { Grant = one.Grant }));
        Assert.DoesNotContain(Check(one with { ValidUntil = Day }, other with { ValidFrom = Day.AddDays(1) }), f => f.Code == TableFindingCode.OverlapConflict);
    }

    [Fact]
    public void warns_of_an_automatic_bundle_of_which_one_source_is_not_of_a_university()
    {
        var volunteers = new RuleSource([By(Volunteers), Code("V")]);
        Assert.Equal([(TableFindingCode.TrackMismatch, FindingSeverity.Error)], Check(Bundle("R", "STAT", 600, All(Source("A"), volunteers)) with { Automatic = true }).Select(f => (f.Code, f.Severity)));
        Assert.Empty(Check(Bundle("R", "STAT", 600, All(Source("A"), Source("B"))) with { Automatic = true }));
    }

    private static string Unreachable(EquivalenceRule rule)
    {
        var finding = Assert.Single(Check(rule), f => f.Code == TableFindingCode.Unreachable);
        Assert.Equal(FindingSeverity.Error, finding.Severity);
        return finding.Message;
    }

    private static TableFinding[] Check(params EquivalenceRule[] rules) =>
        [.. TableCheck.Run([Unit(), Unit("BIG", 900), Unit("LAB"), Unit("THESIS", kind: UnitKind.Thesis)], rules, [], Policy, Day)];
}
