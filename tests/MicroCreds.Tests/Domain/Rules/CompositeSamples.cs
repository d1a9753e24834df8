using System.Collections.Immutable;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;
using MicroCreds.Domain.Rules;
using static MicroCreds.Tests.Domain.Rules.RuleSamples;

namespace MicroCreds.Tests.Domain.Rules;

/// <summary>Rules about several credentials or several units, as the scenarios have them.</summary>
internal static class CompositeSamples
{
    internal static EctsCredits Ects(int hundredths) => EctsCredits.FromHundredths(hundredths);

    internal static RuleCondition AtLeast(int hundredths) => new RuleCondition.CreditsAtLeast(Ects(hundredths));

    /// <summary>A source that names the university's achievement of this code.</summary>
    internal static RuleSource Source(string code, params ImmutableArray<RuleCondition> further) => new([By(University), Code(code), .. further]);

    internal static SourceGroup All(params ImmutableArray<RuleSource> sources) => new(sources.Length, sources);

    internal static SourceGroup Some(int needed, params ImmutableArray<RuleSource> sources) => new(needed, sources);

    /// <summary>A rule about several credentials that grants a fixed amount of a unit.</summary>
    internal static EquivalenceRule Bundle(string id, string target, int hundredths, params ImmutableArray<SourceGroup> groups) =>
        Rule(id) with { Target = UnitCode.Parse(target), Sources = groups, Grant = Fixed(hundredths) };

    /// <summary>A rule about one credential that grants a fixed amount of several units.</summary>
    internal static EquivalenceRule Split(string id, int earned, params ImmutableArray<(string Unit, int Hundredths)> units) =>
        Rule(id, By(University), Code("MODULE"), AtLeast(earned)) with
        {
            Target = UnitCode.Parse(units[0].Unit),
            Grant = Fixed(units[0].Hundredths),
            FurtherUnits = [.. units[1..].Select(u => new UnitGrant(UnitCode.Parse(u.Unit), Ects(u.Hundredths)))],
        };
}
