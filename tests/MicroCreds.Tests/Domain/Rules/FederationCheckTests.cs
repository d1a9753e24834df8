using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

// Field reference G, scenario 27.
public sealed class FederationCheckTests
{
    private static readonly OrganisationId A = OrganisationId.Parse("uni-a.example");
    private static readonly OrganisationId B = OrganisationId.Parse("uni-b.example");
    private static readonly OrganisationId C = OrganisationId.Parse("uni-c.example");

    [Fact]
    public void reports_two_directions_that_grant_differently()
    {
        var finding = Assert.Single(Check(
            Of(A, [("X", 600)], Rule("A1", B, "y", "X", 600)),
            Of(B, [("Y", 600)], Rule("B1", A, "x", "Y", 300))));
        Assert.Equal((FederationFindingCode.NonReciprocal, FindingSeverity.Info), (finding.Code, finding.Severity));
        Assert.Equal([("A1", "6"), ("B1", "3")], finding.Steps.Select(s => (s.Rule.Value, s.Granted.ToString())));
    }

    [Fact]
    public void reports_a_way_round_that_turns_out_more_than_went_in()
    {
        var finding = Assert.Single(Check(
            Of(A, [("X", 500), ("Z", 600)], Rule("A1", B, "Y", "Z", 600)),
            Of(B, [("Y", 600)], Rule("B1", A, "X", "Y", 600))));
        Assert.Equal((FederationFindingCode.CreditInflation, FindingSeverity.Error), (finding.Code, finding.Severity));
        Assert.Equal([("B1", "5", "6"), ("A1", "6", "6")], finding.Steps.Select(s => (s.Rule.Value, s.Earned.ToString(), s.Granted.ToString())));
        Assert.Contains("5 credits of X at uni-a.example come back as 6 of Z", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void follows_ways_over_several_institutions()
    {
        var published = new[]
        {
            Of(A, [("X", 300), ("Z", 400)], Rule("A1", C, "W", "Z", null)),
            Of(B, [("Y", 400)], Rule("B1", A, "X", "Y", 400)),
            Of(C, [("W", 600)], Rule("C1", B, "Y", "W", null)),
        };
        Assert.Equal(["B1", "C1", "A1"], Assert.Single(Check(published)).Steps.Select(s => s.Rule.Value));
        Assert.Equal(Check(published).Select(f => f.Message), Check([.. published.Reverse()]).Select(f => f.Message));
    }

    [Fact]
    public void finds_nothing_where_no_more_comes_back()
    {
        Assert.Empty(Check(Of(A, [("X", 600)], Rule("A1", B, "Y", "X", 600)), Of(B, [("Y", 600)], Rule("B1", A, "X", "Y", null))));
        // Asks for more than the way brings.
        Assert.Empty(Check(
            Of(A, [("X", 500), ("Z", 600)], Rule("A1", B, "Y", "Z", 600, least: 600)),
            Of(B, [("Y", 500)], Rule("B1", A, "X", "Y", null))));
        // Has ended.
        Assert.Empty(Check(
            Of(A, [("X", 500), ("Z", 600)], Rule("A1", B, "Y", "Z", 600) with { ValidUntil = RuleSamples.Day.AddDays(-1) }),
            Of(B, [("Y", 600)], Rule("B1", A, "X", "Y", 600))));
    }

    private static ImmutableArray<FederationFinding> Check(params InstitutionRules[] published) => FederationCheck.Run(published, RuleSamples.Day);

    private static InstitutionRules Of(OrganisationId institution, (string Code, int Credits)[] units, params EquivalenceRule[] rules) =>
        new(institution, [RuleSamples.Table(rules, [.. units.Select(u => RuleSamples.Unit(u.Code, u.Credits))])]);

    private static EquivalenceRule Rule(string id, OrganisationId body, string code, string target, int? granted, int least = 0) => RuleSamples.Rule(
        id, [RuleSamples.By(body), RuleSamples.Code(code), .. least > 0 ? new RuleCondition[] { new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(least)) } : []]) with
    {
        Target = UnitCode.Parse(target), Grant = granted is { } credits ? RuleSamples.Fixed(credits) : new CreditGrant.AsEarned(),
    };
}
