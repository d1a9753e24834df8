using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Achievements;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

/// <summary>The check against brute force: small random tables, and every credential of a small domain that can tell their rules apart.</summary>
public sealed class TableCheckProperties
{
    private static readonly OrganisationId?[] Bodies = [null, RuleSamples.University, RuleSamples.Volunteers];
    private static readonly DateOnly[] Days = [.. Enumerable.Range(0, 6).Select(i => new DateOnly(2024, 3, 1).AddMonths(6 * i)), new(2022, 1, 1), new(2024, 2, 29), new(2025, 2, 28), new(2025, 3, 2), new(2026, 3, 2), new(2028, 1, 1)];

    [Fact]
    public void finds_every_conflict_and_no_other() => Prop.ForAll(Tables(), table =>
    {
        var found = Check(table).Findings.Where(f => f.Code == TableFindingCode.OverlapConflict).ToArray();
        Assert.All(found, f => Assert.Contains(Speaking(table, Assert.IsType<TableWitness>(f.Witness)), s => s.Contains(f.Rule!) && f.OtherRules.All(s.Contains)));
        var pairs = found.Select(f => (f.Rule!.Value, f.OtherRule!.Value)).ToHashSet();
        foreach (var speaking in Domain(table).SelectMany(w => Speaking(table, w)))
        {
            foreach (var (one, other) in speaking.SelectMany(_ => speaking, (a, b) => (a.Value, b.Value)).Where(p => string.CompareOrdinal(p.Item1, p.Item2) < 0)) Assert.Contains((one, other), pairs);
        }
    }).Check(Few);

    [Fact]
    public void finds_every_rule_that_never_speaks_and_no_other() => Prop.ForAll(Tables(), table =>
    {
        var findings = Check(table).Findings;
        var silent = findings.Where(f => f.Code is TableFindingCode.Shadowed or TableFindingCode.Unreachable).Select(f => f.Rule!.Value).Order();
        var speaking = Domain(table).SelectMany(w => Speaking(table, w)).SelectMany(s => s).Select(r => r.Value).ToHashSet();
        Assert.Equal(table.Rules.Select(r => r.Id.Value).Where(r => !speaking.Contains(r)).Order(), silent);
        Assert.All(findings.Where(f => f.Code == TableFindingCode.Shadowed), f => Assert.NotNull(f.Witness));
    }).Check(Few);

    [Fact]
    public void without_a_redundant_rule_nothing_changes() => Prop.ForAll(Tables(), table =>
    {
        var alike = table with { Rules = [.. table.Rules.Select(r => r with { Grant = RuleSamples.Fixed(r.Id.Value[^1] % 2 * 300) })] };
        var redundant = Check(alike).Findings.FirstOrDefault(f => f.Code == TableFindingCode.Redundant);
        if (redundant is null) return;
        var less = alike with { Rules = alike.Rules.RemoveAll(r => r.Id == redundant.Rule) };
        foreach (var witness in Domain(table)) Assert.Equal(Grants(alike, witness), Grants(less, witness));
    }).Check(Few);

    [Fact]
    public void does_not_depend_on_the_order_of_rows() => Prop.ForAll(Tables(), table =>
        Assert.Equal(Check(table).Findings.Select(f => f.Message), Check(table with { Rules = [.. table.Rules.Reverse()] }).Findings.Select(f => f.Message))).Check(Few);

    private static Config Few => Config.QuickThrowOnFailure.WithMaxTest(40);

    private static TableCheckResult Check(SmallTable table) => TableCheck.Report([RuleSamples.Unit()], table.Rules, [], Policy(table), RuleSamples.Day);

    private static RecognitionPolicy Policy(SmallTable table) => RuleSamples.Policy with { RuleDate = table.Policy };

    // The rules that speak for a credential, on each side of the date policy; each rule of a table grants another amount.
    private static IEnumerable<ImmutableArray<RuleId>> Speaking(SmallTable table, TableWitness witness) => Choices(table, witness).Select(choice => choice switch
    {
        RuleChoice.Applies(var rule) => [rule.Id],
        RuleChoice.Conflict(var rules) => rules.Select(r => r.Id).ToImmutableArray(),
        _ => [],
    });

    private static string Grants(SmallTable table, TableWitness witness) => string.Join(" | ", Choices(table, witness).Select(choice => choice switch
    {
        RuleChoice.Applies(var rule) => $"{rule.Grant}",
        RuleChoice.Conflict(var rules) => string.Join(" or ", rules.Select(r => $"{r.Grant}").Distinct().Order()),
        _ => "none",
    }));

    private static IEnumerable<RuleChoice> Choices(SmallTable table, TableWitness witness)
    {
        var facts = witness.Facts();
        RuleDatePolicy[] sides = table.Policy == RuleDatePolicy.MoreFavourable ? [RuleDatePolicy.AwardDate, RuleDatePolicy.ApplicationDate] : [table.Policy];
        return sides.Select(side => RuleChoice.Among(table.Rules.Where(r => JudgedRule.Of(r, facts, null, null, side).Matched), r => r.Grant.Hundredths(witness.Achievement.Credits?.Hundredths ?? -1, RuleSamples.Unit().Credits.Hundredths, RuleSamples.Policy.CreditStep)));
    }

    private static IEnumerable<TableWitness> Domain(SmallTable table) => table.Bounds ? Bounded : Named();

    private static readonly ImmutableArray<TableWitness> Bounded =
    [
        .. from level in new[] { 0, 4, 5, 6, 7 }
           from credits in new[] { -1, 50, 200, 300 }
           from hours in credits < 0 ? [0] : new[] { 0, 20, 25 }
           from types in new AssessmentType[][] { [], [AssessmentType.Quiz], [AssessmentType.LevelOfAttendance], [AssessmentType.Quiz, AssessmentType.LevelOfAttendance], [AssessmentType.Portfolio] }
           from percentile in new[] { 0, 30, 70 }
           from converted in new string[][] { [], ["24"], ["28"], ["24", "28"] }
           from frameworks in new string[][] { [], ["ecvet"] }
           from end in new DateOnly?[] { null, RuleSamples.Day.AddDays(-1) }
           select new TableWitness(null, RuleSamples.Achievement() with
           {
               EqfLevel = level == 0 ? null : level, Credits = credits < 0 ? null : EctsCredits.FromHundredths(credits), Volume = hours == 0 ? null : new("", hours * 60 * credits / 100),
               AssessmentTypes = [.. types], OtherFrameworks = [.. frameworks],
           }, RuleSamples.Day) { GradePercentile = percentile, ConvertedGrades = [.. converted], ValidUntil = end },
    ];

    private static IEnumerable<TableWitness> Named() =>
        from body in Bodies
        from code in new[] { "", "A1", "B2" }
        from level in new[] { 0, 5, 7 }
        from types in new AssessmentType[][] { [], [AssessmentType.Quiz], [AssessmentType.Portfolio], [AssessmentType.Quiz, AssessmentType.Portfolio] }
        from awarded in Days
        from applied in Days
        where awarded <= applied
        select new TableWitness(body, RuleSamples.Achievement() with { Codes = code.Length == 0 ? [] : [code], EqfLevel = level == 0 ? null : level, AssessmentTypes = [.. types], AwardedOn = awarded }, applied);

    private static Arbitrary<SmallTable> Tables() => Gen.OneOf(
        from rules in Rules().NonEmptyListOf()
        from policy in Gen.Elements(Enum.GetValues<RuleDatePolicy>())
        select new SmallTable([.. rules.Take(6).Select((r, i) => r with { Id = RuleId.Parse($"R{i}"), Grant = RuleSamples.Fixed(100 * i) })], policy, Bounds: false),
        from rules in BoundedRules().NonEmptyListOf()
        select new SmallTable([.. rules.Take(6).Select((r, i) => r with { Id = RuleId.Parse($"R{i}"), Grant = i == 0 ? r.Grant : RuleSamples.Fixed(100 * i) })], RuleDatePolicy.ApplicationDate, Bounds: true)).ToArbitrary();

    private static Gen<EquivalenceRule> BoundedRules() =>
        from conditions in Gen.Elements<RuleCondition>(
            new RuleCondition.EqfLevelIs(5), new RuleCondition.EqfLevelIs(6), new RuleCondition.EqfLevelAtMost(5), new RuleCondition.EqfLevelAtMost(6), new RuleCondition.EqfLevelAtLeast(6), new RuleCondition.EqfLevelAtLeast(1),
            new RuleCondition.CreditsAtLeast(EctsCredits.FromHundredths(200)), new RuleCondition.CreditFramework("ects"), new RuleCondition.CreditFramework("ecvet"), new RuleCondition.HoursPerCreditAtLeast(20),
            new RuleCondition.HoursPerCreditAtLeast(25), new RuleCondition.AssessmentOtherThan([AssessmentType.LevelOfAttendance]), new RuleCondition.AssessmentIsOneOf([AssessmentType.Quiz]),
            new RuleCondition.GradePercentileAtLeast(30), new RuleCondition.GradePercentileAtLeast(70), new RuleCondition.ConvertedGradeAtLeast("24"), new RuleCondition.ConvertedGradeAtLeast("28"), new RuleCondition.ValidAtApplication()).NonEmptyListOf()
        from priority in Gen.Elements(0, 0, 1)
        from grant in Gen.Elements(RuleSamples.Fixed(0), new CreditGrant.Exemption())
        select RuleSamples.Rule("R", [.. conditions.Take(3).Distinct()]) with { Priority = priority, Grant = grant };

    private static Gen<EquivalenceRule> Rules() =>
        from conditions in Gen.Elements<RuleCondition>(
            RuleSamples.By(RuleSamples.University), RuleSamples.By(RuleSamples.University), RuleSamples.Code("A1"), RuleSamples.Code("a-1"), RuleSamples.Code("B2"),
            new RuleCondition.EqfLevelAtLeast(5), new RuleCondition.EqfLevelAtLeast(7), new RuleCondition.MaxAgeYears(1), new RuleCondition.AwardedBetween(new(2024, 9, 1), new(2025, 8, 31)),
            new RuleCondition.AssessmentIsOneOf([AssessmentType.Quiz]), new RuleCondition.AssessmentIsOneOf([AssessmentType.Portfolio]), new RuleCondition.AssessmentIsOneOf([AssessmentType.Quiz, AssessmentType.Portfolio])).NonEmptyListOf()
        from agreement in Gen.Elements(false, false, true)
        from priority in Gen.Elements(0, 0, 1)
        from validFrom in Gen.Elements<DateOnly?>(null, null, new DateOnly(2025, 3, 1))
        from until in Gen.Elements<DateOnly?>(null, null, new DateOnly(2025, 2, 28), new DateOnly(2026, 8, 31))
        select RuleSamples.Rule("R", [.. conditions.Take(3).Distinct()]) with { Agreement = agreement, Priority = priority, ValidFrom = validFrom, ValidUntil = until };

    private sealed record SmallTable(ImmutableArray<EquivalenceRule> Rules, RuleDatePolicy Policy, bool Bounds)
    {
        // What a counterexample is to show.
        public override string ToString() => $"{Policy}\n{string.Join('\n', Rules.Select(r => $"{r.Id} {r.Priority} {r.Agreement} {r.ValidFrom} {r.ValidUntil} {r.Grant}: {string.Join(", ", r.Conditions.Select(c => $"{ConditionJudge.NameOf(c)} {ConditionJudge.Expected(c)}"))}"))}";
    }
}
