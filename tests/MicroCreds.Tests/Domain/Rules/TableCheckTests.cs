using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class TableCheckTests
{
    private static readonly EquivalenceRule Fine = RuleSamples.Rule("FINE", RuleSamples.By(RuleSamples.University), RuleSamples.Code("EST101"));

    [Fact]
    public void finds_nothing_in_a_sound_table() => Assert.Empty(Check(Fine with { Automatic = true }));

    [Fact]
    public void reports_a_target_that_is_not_in_the_catalogue() =>
        AssertOne(TableFindingCode.DanglingTarget, FindingSeverity.Error, Fine with { Target = UnitCode.Parse("NONE") });

    [Fact]
    public void reports_rules_that_can_never_match()
    {
        AssertOne(TableFindingCode.Unreachable, FindingSeverity.Error, Fine with { ValidFrom = new(2027, 1, 1), ValidUntil = new(2026, 12, 31) });
        AssertOne(TableFindingCode.Unreachable, FindingSeverity.Error, With(new RuleCondition.EqfLevelAtLeast(9)));
        AssertOne(TableFindingCode.Unreachable, FindingSeverity.Error, With(new RuleCondition.AwardedBetween(new(2026, 1, 2), new(2026, 1, 1))));
        AssertOne(TableFindingCode.Unreachable, FindingSeverity.Error, With(RuleSamples.By(RuleSamples.Volunteers)));
        AssertOne(TableFindingCode.Unreachable, FindingSeverity.Error, Fine with { Conditions = [] });
    }

    // Field reference G, scenario 12: reported at publication, referred when it happens.
    [Fact]
    public void reports_equal_rules_that_grant_differently()
    {
        var a = RuleSamples.Rule("A", RuleSamples.By(RuleSamples.University), new RuleCondition.EqfLevelAtLeast(6));
        var b = RuleSamples.Rule("B", RuleSamples.By(RuleSamples.University), new RuleCondition.IscedField("054")) with { Grade = GradeTreatment.Converted };

        var finding = Assert.Single(Check(b, a));
        Assert.Equal((TableFindingCode.OverlapConflict, "A", "B"), (finding.Code, finding.Rule?.Value, finding.OtherRule?.Value));

        Assert.Empty(Check(a, b with { Grade = GradeTreatment.Ungraded }));
        Assert.Empty(Check(a, b with { Priority = 1 }));
        Assert.Empty(Check(a, b with { Conditions = b.Conditions.Add(new RuleCondition.EqfLevelAtLeast(7)) }));
        Assert.Equal(TableFindingCode.FutureOnly, Assert.Single(Check(a with { ValidUntil = new(2026, 8, 31) }, b with { ValidFrom = new(2026, 9, 1) })).Code);
        Assert.Empty(Check(a, b with { Conditions = [RuleSamples.By(RuleSamples.Volunteers), new RuleCondition.IscedField("054")] }));
    }

    [Fact]
    public void reports_a_named_code_against_a_title_of_the_same_awarding_body()
    {
        var title = Fine with { Id = RuleId.Parse("TITLE"), Conditions = [RuleSamples.By(RuleSamples.University), new RuleCondition.AchievementTitle("Estad*")], Grade = GradeTreatment.Converted };
        Assert.Equal(TableFindingCode.OverlapConflict, Assert.Single(Check(Fine, title)).Code);
        Assert.Empty(Check(Fine, Fine with { Id = RuleId.Parse("OTHER"), Conditions = [RuleSamples.By(RuleSamples.University), RuleSamples.Code("EST102")], Grade = GradeTreatment.Converted }));
    }

    [Fact]
    public void reports_credit_inflation()
    {
        AssertOne(TableFindingCode.CreditInflation, FindingSeverity.Error, Fine with { Grant = RuleSamples.Fixed(900) });
        AssertOne(TableFindingCode.CreditInflation, FindingSeverity.Error, With(new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(300))) with { Grant = RuleSamples.Fixed(600) });
        Assert.Empty(Check(With(new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(600))) with { Grant = RuleSamples.Fixed(600) }));
    }

    // Field reference G, scenarios 3 and 7.
    [Fact]
    public void flags_grounds_that_the_convention_does_not_know()
    {
        AssertOne(TableFindingCode.UnlawfulGround, FindingSeverity.Warning, With(new RuleCondition.GradeAtLeast(7_000)));
        AssertOne(TableFindingCode.UnlawfulGround, FindingSeverity.Warning, Fine with { Conditions = [new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(300))] });
        Assert.Empty(Check(Fine with { Conditions = [RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("X"), new RuleCondition.GradeAtLeast(7_000)] }));
    }

    [Fact]
    public void flags_automatic_rules_for_organisations_of_the_validation_track()
    {
        var rule = Fine with { Automatic = true, Conditions = [RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("X")] };
        AssertOne(TableFindingCode.TrackMismatch, FindingSeverity.Error, rule);
        Assert.Empty(Check(rule with { Conditions = rule.Conditions.Add(new RuleCondition.QualityAssured()) }));
    }

    [Fact]
    public void flags_ended_rules_and_theses()
    {
        AssertOne(TableFindingCode.Expired, FindingSeverity.Warning, Fine with { ValidUntil = new(2026, 3, 1) });
        Assert.Equal(TableFindingCode.RestrictedTarget, Assert.Single(TableCheck.Run([RuleSamples.Unit(kind: UnitKind.Thesis)], [Fine], [], RuleSamples.Policy, RuleSamples.Day)).Code);
    }

    [Fact]
    public void reports_codes_used_twice_also_over_tables()
    {
        Assert.Equal(TableFindingCode.DuplicateCode, Assert.Single(Check(Fine, Fine)).Code);
        Assert.Equal(
            [TableFindingCode.DuplicateCode, TableFindingCode.DuplicateCode],
            TableCheck.Run([RuleSamples.Unit()], [Fine], [RuleSamples.Table([Fine])], RuleSamples.Policy, RuleSamples.Day).Select(f => f.Code));
    }

    [Fact]
    public void compares_a_large_table_in_a_moment()
    {
        var rules = Enumerable.Range(0, 20_000).Select(i => Fine with { Id = RuleId.Parse($"R{i}"), Conditions = [RuleSamples.By(RuleSamples.University), RuleSamples.Code($"C{i}")], Grant = RuleSamples.Fixed(i % 6 * 100) }).ToArray();
        Assert.Empty(Check(rules));
    }

    private static EquivalenceRule With(RuleCondition condition) => Fine with { Conditions = Fine.Conditions.Add(condition) };

    private static ImmutableArray<TableFinding> Check(params EquivalenceRule[] rules) => TableCheck.Run([RuleSamples.Unit()], rules, [], RuleSamples.Policy, RuleSamples.Day);

    private static void AssertOne(TableFindingCode code, FindingSeverity severity, EquivalenceRule rule)
    {
        var finding = Assert.Single(Check(rule));
        Assert.Equal((code, severity, rule.Id), (finding.Code, finding.Severity, finding.Rule));
    }
}
