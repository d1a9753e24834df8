using MicroCreds.Domain.Documents;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Rules.CompositeSamples;
using static MicroCreds.Tests.Domain.Rules.RuleSamples;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class CompositeRuleTests
{
    [Fact]
    public void writes_a_rule_about_one_credential_as_before_and_reads_a_composite_one_back()
    {
        var simple = System.Text.Encoding.UTF8.GetString(DomainJson.Write(Rule("R1", Code("A"))));
        Assert.DoesNotContain("sources", simple, StringComparison.Ordinal);
        Assert.DoesNotContain("further_units", simple, StringComparison.Ordinal);
        Assert.False(DomainJson.Read<EquivalenceRule>(System.Text.Encoding.UTF8.GetBytes(simple)).Composite);

        var composite = Bundle("R2", "STAT", 600, All(Source("A"), Source("B"))) with { FurtherUnits = [new(UnitCode.Parse("LAB"), Ects(100))] };
        var read = DomainJson.Read<EquivalenceRule>(DomainJson.Write(composite));
        Assert.Equal(DomainJson.Write(composite), DomainJson.Write(read));
        Assert.Equal((2, 2), (read.CredentialsNeeded, read.Units.Count()));
    }

    [Fact]
    public void takes_the_rank_of_its_weakest_source()
    {
        Assert.Equal(RuleRank.NamedAchievement, Bundle("R", "STAT", 600, All(Source("A"), Source("B"))).Rank);
        Assert.Equal(RuleRank.NamedAwardingBody, Bundle("R", "STAT", 600, All(Source("A"), new RuleSource([By(University)]))).Rank);
        Assert.Equal(RuleRank.Generic, Bundle("R", "STAT", 600, All(Source("A"), new RuleSource([AtLeast(300)]))).Rank);
        // What the rule asks of every credential counts for each source.
        Assert.Equal(RuleRank.NamedAchievement, (Bundle("R", "STAT", 600, All(new RuleSource([Code("A")]), new RuleSource([Code("B")]))) with { Conditions = [By(University)] }).Rank);
        Assert.Equal(RuleRank.BilateralAgreement, (Bundle("R", "STAT", 600, All(new RuleSource([AtLeast(300)]))) with { Agreement = true }).Rank);
    }

    [Fact]
    public void has_one_digest_whatever_the_order_of_groups_and_sources()
    {
        var one = Bundle("R", "STAT", 600, All(Source("A"), Source("B")), Some(1, Source("C"), Source("D")));
        var other = Bundle("R", "STAT", 600, Some(1, Source("D"), Source("C")), All(new RuleSource([Code("B"), By(University)]), Source("A")));
        Assert.Equal(Table([one]).Digest, Table([other]).Digest);
        Assert.NotEqual(Table([one]).Digest, Table([one with { Sources = [one.Sources[0]] }]).Digest);
    }

    [Fact]
    public void is_no_rule_about_one_credential()
    {
        var compiled = CompiledTable.Of([Table([Bundle("R", "STAT", 600, All(Source("A"), Source("B"))), Split("S", 1200, ("STAT", 600), ("LAB", 600))], Unit(), Unit("LAB"))]);
        var matches = new RuleMatches();
        foreach (var code in new[] { "A", "MODULE" })
        {
            compiled.Match(Achievement(code, 1200), University, null, Day, RuleDatePolicy.MoreFavourable, MicroCreds.Domain.Grades.GradeTableSet.Empty, matches);
            Assert.Equal(0, matches.Count);
            Assert.Empty(compiled.Candidates(University, [code], null));
        }

        Assert.Equal(["R", "S"], compiled.RulesFor(Stat).Select(r => r.Id.Value));
        Assert.Equal(["S"], compiled.RulesFor(UnitCode.Parse("LAB")).Select(r => r.Id.Value));
    }
}
