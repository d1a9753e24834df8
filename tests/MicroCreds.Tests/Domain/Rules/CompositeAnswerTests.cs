using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Rules.CompositeSamples;
using static MicroCreds.Tests.Domain.Rules.RuleSamples;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class CompositeAnswerTests
{
    private static readonly EquivalenceRule Both = Bundle("BOTH", "STAT", 600, All(Source("A", AtLeast(300)), Source("B", AtLeast(300))));

    [Fact]
    public void one_of_two_is_conditional_on_the_other()
    {
        // Field reference G, scenario 9.
        var answer = Assert.Single(Ask([Both], "A"));
        Assert.Equal((EquivalenceStatus.Conditional, "BOTH", 600), (answer.Status, answer.Rule?.Id.Value, answer.Granted?.Hundredths));
        Assert.Equal("Together with achievement_code B, awarding_body uni-madrid.example, credits_at_least 3.", answer.Reason);
        // Described in full the answer is the same; too few credits fit no source.
        Assert.Equal(answer.Reason, Assert.Single(Ask([Both], "A", Achievement("A", 300))).Reason);
        Assert.Equal(EquivalenceStatus.NotEvaluated, Assert.Single(Ask([Both], "A", Achievement("A", 200))).Status);
        Assert.Equal(EquivalenceStatus.NotEvaluated, Assert.Single(Ask([Both], "C")).Status);
        Assert.Equal(EquivalenceStatus.NotEvaluated, Assert.Single(Ask([Both with { Visibility = RuleVisibility.Hidden }], "A")).Status);
        Assert.Equal(EquivalenceStatus.Expired, Assert.Single(Ask([Both with { ValidUntil = Day.AddDays(-1) }], "A")).Status);
    }

    [Fact]
    public void one_of_a_group_of_alternatives_is_enough()
    {
        var either = Bundle("EITHER", "STAT", 600, Some(1, Source("A"), Source("B")));
        Assert.Equal(EquivalenceStatus.Equivalent, Assert.Single(Ask([either], "A", Achievement("A", 300))).Status);
        var two = Bundle("TWO", "STAT", 600, Some(2, Source("A"), Source("B"), Source("C")));
        Assert.Equal("Together with 1 of (achievement_code B, awarding_body uni-madrid.example | achievement_code C, awarding_body uni-madrid.example).", Assert.Single(Ask([two], "A")).Reason);
    }

    [Fact]
    public void a_module_answers_for_each_of_its_units()
    {
        var answers = Ask([Split("SPLIT", 1200, ("STAT", 600), ("LAB", 600))], "MODULE", Achievement("MODULE", 1200));
        Assert.Equal(["LAB Equivalent 6", "STAT Equivalent 6"], answers.Select(a => $"{a.Unit} {a.Status} {a.Granted}"));
    }

    [Fact]
    public void the_reverse_question_lists_the_sources()
    {
        var table = CompiledTable.Of([Table([Both, Split("SPLIT", 1200, ("STAT", 600), ("LAB", 500))], Unit(), Unit("LAB"))]);
        var answers = EquivalenceQuery.Reverse(table, UnitCode.Parse("LAB"), Day, RuleAudience.Everybody);
        Assert.Equal(("SPLIT", EquivalenceStatus.Partial, 500), Assert.Single(answers) is var split ? (split.Rule?.Id.Value, split.Status, split.Granted?.Hundredths) : default);
        var both = EquivalenceQuery.Reverse(table, Stat, Day, RuleAudience.Everybody)[0];
        Assert.Equal((EquivalenceStatus.Equivalent, 2), (both.Status, both.Rule?.Sources[0].Sources.Length));
    }

    private static EquivalenceAnswer[] Ask(EquivalenceRule[] rules, string code, MicroCreds.Domain.Achievements.Achievement? described = null) =>
    [
        .. EquivalenceQuery.Forward(CompiledTable.Of([Table(rules, Unit(), Unit("LAB"))]), new()
        {
            AwardingBody = University, Codes = [code], Achievement = described, AsOf = Day, Audience = RuleAudience.Everybody,
        }),
    ];
}
