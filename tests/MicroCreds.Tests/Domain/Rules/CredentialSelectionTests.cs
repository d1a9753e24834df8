using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Problems;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Rules.CompositeSamples;

namespace MicroCreds.Tests.Domain.Rules;

public sealed class CredentialSelectionTests
{
    private const int A = 1, B = 2, C = 4;

    [Fact]
    public void takes_six_and_three_rather_than_six_alone()
    {
        // Field reference G, scenario 11.
        var (chosen, others) = Choose(3, Use("R1", A | B, ("X", 600)), Use("R2", B | C, ("Y", 600)), Use("R3", C, ("Z", 300)));
        Assert.Equal(("R1+R3", 900, 0), (Rules(chosen), chosen.Hundredths, chosen.LeftOver));
        var other = Assert.Single(others);
        Assert.Equal(("R2", 600, A), (Rules(other), other.Hundredths, other.LeftOver));
    }

    [Fact]
    public void prefers_fewest_left_over_then_the_first_by_identifier()
    {
        Assert.Equal("TWO", Rules(Choose(2, Use("ONE", A, ("X", 600)), Use("TWO", A | B, ("X", 600))).Chosen));
        var (chosen, others) = Choose(2, Use("S", A, ("X", 600)), Use("R", B, ("X", 600)));
        Assert.Equal(("R", A), (Rules(chosen), chosen.LeftOver));
        Assert.Equal(["S"], others.Select(Rules));
    }

    [Fact]
    public void fills_no_unit_beyond_its_credits()
    {
        // Three credentials of three credits, a slot of six.
        var (chosen, _) = Choose(3, Use("R", A, ("X", 300)), Use("R", B, ("X", 300)), Use("R", C, ("X", 300)));
        Assert.Equal((600, C), (chosen.Hundredths, chosen.LeftOver));
        var (split, _) = Choose(2, Use("S", A, ("X", 600), ("Y", 600)), Use("T", B, ("Y", 500)), Use("U", A, ("X", 600)));
        Assert.Equal(("S", 1200), (Rules(split), split.Hundredths));
        Assert.Equal("", Rules(Choose(1, Use("R", A, ("X", 700))).Chosen));
    }

    [Fact]
    public void refuses_more_than_twenty_credentials()
    {
        Assert.False(CredentialSelection.Choose(20, [], _ => Ects(600)).Failed(out _, out _));
        Assert.True(CredentialSelection.Choose(21, [], _ => Ects(600)).Failed(out var problem, out _));
        Assert.Equal(ProblemCode.InvalidRequest, problem.Code);
        Assert.Contains("21 credentials are too many to choose among; at most 20", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void finds_what_trying_every_selection_finds_in_any_order() => Prop.ForAll(Tasks(), task =>
    {
        var (credentials, uses) = task;
        var (chosen, others) = Choose(credentials, uses);
        var best = Best(credentials, uses);
        var (again, othersAgain) = Choose(credentials, [.. uses.Reverse()]);
        return (best.Hundredths, best.LeftOver, Text(best.Uses)) == (chosen.Hundredths, chosen.LeftOver, Text(chosen.Uses))
            && Text(chosen.Uses) == Text(again.Uses) && others.Select(o => Text(o.Uses)).SequenceEqual(othersAgain.Select(o => Text(o.Uses)))
            && others.Length <= CredentialSelection.MaxAlternatives && !others.Any(o => Text(o.Uses) == Text(chosen.Uses))
            && others.All(o => o.Hundredths <= chosen.Hundredths && Valid(o.Uses));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static Arbitrary<(int Credentials, RuleUse[] Uses)> Tasks() => (
        from credentials in Gen.Choose(1, 6)
        from uses in (
            from rule in Gen.Choose(1, 5)
            from mask in Gen.Choose(1, (1 << credentials) - 1)
            from units in Gen.Elements(new[] { "U1" }, new[] { "U2" }, new[] { "U3" }, new[] { "U1", "U2" }, new[] { "U2", "U3" })
            from credits in Gen.Choose(1, 5)
            select Use($"R{rule}", mask, [.. units.Select(u => (u, credits * 100))])).ListOf()
        select (credentials, uses.DistinctBy(u => (u.Rule, u.Credentials)).Take(10).ToArray())).ToArbitrary();

    // Every subset of the uses, judged by the words of E.6 alone.
    private static SelectedUses Best(int credentials, RuleUse[] uses)
    {
        var ordered = uses.OrderBy(u => u.Rule.Value, StringComparer.Ordinal).ThenBy(u => First(u.Credentials), StringComparer.Ordinal).ToArray();
        SelectedUses? best = null;
        for (var subset = 0; subset < 1 << uses.Length; subset++)
        {
            ImmutableArray<RuleUse> taken = [.. ordered.Where((_, i) => (subset & (1 << i)) != 0)];
            if (!Valid(taken)) continue;
            var left = ((1 << credentials) - 1) & ~taken.Aggregate(0, (mask, u) => mask | u.Credentials);
            var made = new SelectedUses(taken, taken.Sum(u => u.Hundredths), left);
            if (best is null || Order(made).CompareTo(Order(best)) is var order && (order < 0 || (order == 0 && string.CompareOrdinal(Text(made.Uses), Text(best.Uses)) < 0))) best = made;
        }

        return best ?? new([], 0, 0);

        (int, int) Order(SelectedUses s) => (-s.Hundredths, int.PopCount(s.LeftOver));
    }

    private static bool Valid(ImmutableArray<RuleUse> uses) =>
        uses.Sum(u => int.PopCount(u.Credentials)) == int.PopCount(uses.Aggregate(0, (mask, u) => mask | u.Credentials))
        && uses.SelectMany(u => u.Grants).GroupBy(g => g.Unit).All(g => g.Sum(x => x.Credits.Hundredths) <= 600);

    private static (SelectedUses Chosen, ImmutableArray<SelectedUses> Others) Choose(int credentials, params RuleUse[] uses)
    {
        Assert.False(CredentialSelection.Choose(credentials, uses, _ => Ects(600)).Failed(out _, out var selection));
        return selection;
    }

    private static RuleUse Use(string rule, int credentials, params (string Unit, int Hundredths)[] grants) =>
        new(RuleId.Parse(rule), credentials, [.. grants.Select(g => new UnitGrant(UnitCode.Parse(g.Unit), Ects(g.Hundredths)))]);

    private static string Rules(SelectedUses selection) => string.Join('+', selection.Uses.Select(u => u.Rule));

    private static string Text(IEnumerable<RuleUse> uses) => string.Join(' ', uses.Select(u => $"{u.Rule}{First(u.Credentials)}"));

    // Credentials as letters, with what sorts behind every letter at the end: the set with the earlier letter comes first.
    private static string First(int credentials) => string.Concat(Enumerable.Range(0, 7).Where(i => (credentials & (1 << i)) != 0).Select(i => (char)('a' + i))) + "~";
}
