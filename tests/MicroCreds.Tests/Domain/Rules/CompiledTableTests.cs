using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class CompiledTableTests
{
    [Fact]
    public void the_same_content_has_the_same_digest_whatever_the_order_of_rows()
    {
        var a = RuleSamples.Rule("A", RuleSamples.By(RuleSamples.University), RuleSamples.Code("X1"), new RuleCondition.AssessmentIsOneOf([AssessmentType.Quiz, AssessmentType.Portfolio]));
        var b = RuleSamples.Rule("B", new RuleCondition.EqfLevelAtLeast(6));
        var turned = a with { Conditions = [new RuleCondition.AssessmentIsOneOf([AssessmentType.Portfolio, AssessmentType.Quiz]), RuleSamples.Code("X1"), RuleSamples.By(RuleSamples.University)] };

        var one = RuleSamples.Table([a, b], RuleSamples.Unit(), RuleSamples.Unit("MATH"));
        var other = RuleSamples.Table([b, turned], RuleSamples.Unit("MATH"), RuleSamples.Unit());

        Assert.Equal(one.Digest, other.Digest);
        Assert.Equal(EquivalenceTableBuilder.ContentBytes(one), EquivalenceTableBuilder.ContentBytes(other));
        Assert.Equal(one.Digest, Sha256Digest.Of(EquivalenceTableBuilder.ContentBytes(one)));
        Assert.NotEqual(one.Digest, RuleSamples.Table([a, b with { Priority = 1 }], RuleSamples.Unit(), RuleSamples.Unit("MATH")).Digest);
    }

    [Theory]
    [InlineData("CR/EST101")]
    [InlineData("cr/est-101")]
    [InlineData(" CR / EST_1.01 ")]
    public void finds_a_rule_by_any_spelling_of_the_code(string spelling)
    {
        var table = RuleSamples.Compiled(
            RuleSamples.Rule("NAMED", RuleSamples.By(RuleSamples.University), RuleSamples.Code("CR/EST101")),
            RuleSamples.Rule("OTHER-CODE", RuleSamples.By(RuleSamples.University), RuleSamples.Code("CR/EST102")),
            RuleSamples.Rule("OTHER-BODY", RuleSamples.By(RuleSamples.Volunteers), RuleSamples.Code("CR/EST101")),
            RuleSamples.Rule("BODY", RuleSamples.By(RuleSamples.University), new RuleCondition.EqfLevelAtLeast(6)),
            RuleSamples.Rule("CODE", RuleSamples.Code("cr/est101")),
            RuleSamples.Rule("ANY", new RuleCondition.EqfLevelAtLeast(6)));

        Assert.Equal(["ANY", "BODY", "CODE", "NAMED"], table.Candidates(RuleSamples.University, [spelling], RuleSamples.Stat).Select(r => r.Id.Value));
        Assert.Equal(["ANY", "BODY", "CODE", "NAMED"], table.Candidates(RuleSamples.University, [spelling], null).Select(r => r.Id.Value));
        Assert.Equal(["ANY", "CODE"], table.Candidates(null, [spelling], null).Select(r => r.Id.Value));
        Assert.Empty(table.Candidates(RuleSamples.University, [spelling], UnitCode.Parse("MATH")));
    }

    [Fact]
    public void knows_which_table_publishes_a_unit()
    {
        var first = RuleSamples.Table([RuleSamples.Rule("A", RuleSamples.Code("X"))]);
        var second = EquivalenceTableBuilder.Build(TableId.Parse("A"), 1, [RuleSamples.Unit("MATH")], [], first.PublishedAt, "registrar");
        var table = CompiledTable.Of([first, second]);

        Assert.Equal(["A", "T"], table.Tables.Select(t => t.Id.Value));
        Assert.Equal("A", table.TableOf(UnitCode.Parse("MATH"))?.Id.Value);
        Assert.Equal("T", table.TableOf(RuleId.Parse("A"))?.Id.Value);
        Assert.Null(table.Find(UnitCode.Parse("NONE")));
        Assert.Throws<ArgumentException>(() => CompiledTable.Of([first, first]));
    }
}
