using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;

namespace MicroCreds.Tests.Domain.Rules;

/// <summary>Overlaps counted in bulk against every pair looked at: tables large enough that many rules are alike to all others.</summary>
public sealed class OverlapCountProperties
{
    private static readonly DateOnly First = new(2020, 1, 1);

    [Fact]
    public void counts_what_looking_at_every_pair_counts() => Prop.ForAll(Tables(), table =>
    {
        var report = TableCheck.Report([RuleSamples.Unit()], table.Rules, [], RuleSamples.Policy with { RuleDate = table.Policy }, RuleSamples.Day);
        RuleBox[] boxes = [.. table.Rules.Select(r => new RuleBox(r, RuleSamples.Unit(), own: true)).Where(b => RuleCheck.WhyUnreachable(b, RuleSamples.Unit(), table.Policy) is null)];
        var (agreeing, others) = (0L, 0L);
        for (var i = 0; i < boxes.Length; i++)
        {
            for (var j = i + 1; j < boxes.Length; j++)
            {
                if (!NamesGoTogether(boxes[i], boxes[j]) || !boxes[i].Meets(boxes[j], table.Policy)) continue;
                if (boxes[i].SameGrant(boxes[j])) agreeing++;
                else others++;
            }
        }

        Assert.Equal((agreeing, others), (report.Agreeing, report.Settled + report.Conflicts));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));

    private static bool NamesGoTogether(RuleBox one, RuleBox other) =>
        (one.Body is null || other.Body is null || one.Body == other.Body) && (one.Code.Length == 0 || other.Code.Length == 0 || one.Code == other.Code);

    private static Arbitrary<(ImmutableArray<EquivalenceRule> Rules, RuleDatePolicy Policy)> Tables() => (
        from rules in Rules().ArrayOf(160)
        from policy in Gen.Elements(Enum.GetValues<RuleDatePolicy>())
        select (rules.Select((r, i) => r with { Id = RuleId.Parse($"R{i}") }).ToImmutableArray(), policy)).ToArbitrary();

    private static Gen<EquivalenceRule> Rules() =>
        from body in Gen.Elements<RuleCondition?>(null, null, RuleSamples.By(RuleSamples.University), RuleSamples.By(RuleSamples.Volunteers))
        from code in Gen.Elements<RuleCondition?>(null, null, RuleSamples.Code("A1"), RuleSamples.Code("B2"))
        from field in Gen.Elements<RuleCondition?>(null, new RuleCondition.IscedField("05"), new RuleCondition.IscedField("0512"), new RuleCondition.IscedField("06"))
        from level in Gen.Elements<RuleCondition?>(null, new RuleCondition.EqfLevelAtLeast(5), new RuleCondition.EqfLevelAtLeast(7), new RuleCondition.EqfLevelAtMost(6))
        from days in Gen.Elements<RuleCondition?>(null, null, null, new RuleCondition.MaxAgeYears(1), new RuleCondition.AwardedBetween(First.AddYears(1), First.AddYears(2)), new RuleCondition.AwardedBetween(null, First.AddYears(3)))
        from validFrom in Gen.Choose(0, 40)
        from length in Gen.Choose(0, 30)
        from priority in Gen.Choose(0, 3)
        from grant in Gen.Choose(1, 2)
        from agreement in Gen.Elements(false, false, true)
        select RuleSamples.Rule("R", [.. new[] { body, code, field, level, days }.OfType<RuleCondition>().DefaultIfEmpty(new RuleCondition.EqfLevelAtLeast(1))]) with
        {
            Priority = priority, Agreement = agreement, Grant = RuleSamples.Fixed(100 * grant),
            ValidFrom = validFrom == 0 ? null : First.AddMonths(validFrom), ValidUntil = length == 0 ? null : First.AddMonths(validFrom + length),
        };
}
