using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class EquivalenceQueryTests
{
    private static readonly EquivalenceRule Named = RuleSamples.Rule("NAMED", RuleSamples.By(RuleSamples.University), RuleSamples.Code("CR/EST101")) with
    {
        ValidFrom = new(2025, 9, 1), ValidUntil = new(2028, 8, 31), PrivateNote = "asked by the dean",
    };

    [Fact]
    public void says_equivalent_with_rule_version_and_last_day()
    {
        var answer = Ask(Named);
        Assert.Equal((EquivalenceStatus.Equivalent, "6", 3), (answer.Status, answer.Granted?.ToString(), answer.TableVersion));
        Assert.Equal((new DateOnly(2028, 8, 31), false, RuleSamples.Day), (answer.LastValidOn, answer.Generic, answer.AsOf));
        Assert.Equal("", answer.Rule?.PrivateNote);
    }

    [Fact]
    public void keeps_the_six_answers_apart()
    {
        Assert.Equal(EquivalenceStatus.Conditional, Ask(Named with { GrantCondition = "After an interview." }).Status);
        Assert.Equal(EquivalenceStatus.Partial, Ask(Named with { Grant = RuleSamples.Fixed(300) }).Status);
        Assert.Equal(EquivalenceStatus.EvaluatedNotEquivalent, Ask(Named with { Grant = RuleSamples.Fixed(0) }).Status);
        Assert.Equal(EquivalenceStatus.EvaluatedNotEquivalent, Ask(Named with { Conditions = Named.Conditions.Add(new RuleCondition.EqfLevelAtLeast(7)) }).Status);
        Assert.Equal(EquivalenceStatus.Expired, Ask(Named with { ValidUntil = new(2026, 3, 1) }).Status);
        Assert.Equal(EquivalenceStatus.Expired, Ask(Named with { Conditions = Named.Conditions.Add(new RuleCondition.MaxAgeYears(0)) }).Status);
        Assert.Equal(EquivalenceStatus.NotEvaluated, Ask(Named with { ValidFrom = new(2026, 3, 3) }).Status);
        Assert.Equal(EquivalenceStatus.NotEvaluated, Ask(Named with { Conditions = [RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("CR/EST101")] }).Status);
    }

    [Fact]
    public void counts_the_last_day_of_a_rule() => Assert.Equal(EquivalenceStatus.Equivalent, Ask(Named with { ValidUntil = RuleSamples.Day }).Status);

    [Fact]
    public void marks_a_generic_answer_as_weaker() =>
        Assert.True(Ask(RuleSamples.Rule("ANY", new RuleCondition.IscedField("05"))) is { Status: EquivalenceStatus.Equivalent, Generic: true });

    [Fact]
    public void names_what_stays_open_when_only_the_code_is_known()
    {
        var rule = Named with { Conditions = Named.Conditions.Add(new RuleCondition.EqfLevelAtLeast(6)) };
        var answer = Assert.Single(EquivalenceQuery.Forward(RuleSamples.Compiled(rule), Question() with { Achievement = null, Codes = ["cr/est101"] }));
        Assert.Equal(EquivalenceStatus.Conditional, answer.Status);
        Assert.Contains("eqf_level_at_least", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void a_hidden_rule_never_answers_and_one_for_partners_only_to_them()
    {
        foreach (var audience in Enum.GetValues<RuleAudience>())
        {
            Assert.Equal(EquivalenceStatus.NotEvaluated, Ask(Named with { Visibility = RuleVisibility.Hidden }, audience).Status);
            Assert.Empty(EquivalenceQuery.Reverse(RuleSamples.Compiled(Named with { Visibility = RuleVisibility.Hidden }), RuleSamples.Stat, RuleSamples.Day, audience));
        }

        var partners = Named with { Visibility = RuleVisibility.Partners };
        Assert.Equal(EquivalenceStatus.NotEvaluated, Ask(partners).Status);
        Assert.Equal(EquivalenceStatus.Equivalent, Ask(partners, RuleAudience.Partner).Status);
    }

    [Fact]
    public void answers_in_reverse_what_counts_as_a_unit()
    {
        var table = RuleSamples.Compiled(
            Named, Named with { Id = RuleId.Parse("PAST"), ValidUntil = new(2026, 1, 1) }, Named with { Id = RuleId.Parse("NO"), Grant = RuleSamples.Fixed(0) });
        Assert.Equal(
            ["NAMED Equivalent", "NO EvaluatedNotEquivalent", "PAST Expired"],
            EquivalenceQuery.Reverse(table, RuleSamples.Stat, RuleSamples.Day, RuleAudience.Everybody).Select(a => $"{a.Rule?.Id} {a.Status}"));
        Assert.Empty(EquivalenceQuery.Reverse(table, UnitCode.Parse("NONE"), RuleSamples.Day, RuleAudience.Partner));
    }

    private static EquivalenceAnswer Ask(EquivalenceRule rule, RuleAudience audience = RuleAudience.Everybody) =>
        Assert.Single(EquivalenceQuery.Forward(RuleSamples.Compiled(rule), Question() with { Audience = audience }));

    private static EquivalenceQuestion Question() =>
        new() { AwardingBody = RuleSamples.University, Achievement = RuleSamples.Achievement(), AsOf = RuleSamples.Day, Audience = RuleAudience.Everybody };
}
