using System.Collections.Immutable;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>
/// The composite rules of all tables, each found under the keys of every one of its sources. A rule that only grants several units is found by its
/// own conditions, as if they were its one source.
/// </summary>
internal sealed class CompositeIndex
{
    private readonly EquivalenceRule[] _rules;
    private readonly SourcePlace[] _places;
    private readonly RuleIndex _sources;
    private readonly ILookup<UnitCode, EquivalenceRule> _further;

    /// <summary>Indexes rules that stand in the order of their identifiers.</summary>
    internal CompositeIndex(IEnumerable<EquivalenceRule> rules, IEnumerable<TargetUnit> published)
    {
        _rules = [.. rules];
        (SourcePlace Place, EquivalenceRule Rule)[] sources = [.. _rules.SelectMany((rule, number) => SourcesOf(rule).Select(s => (new SourcePlace(number, s.Group, s.Source), s.Alone)))];
        _places = Array.ConvertAll(sources, s => s.Place);
        _sources = new(Array.ConvertAll(sources, s => s.Rule), _rules.Length == 0 ? [] : published);
        _further = _rules.SelectMany(r => r.FurtherUnits.Where(u => u.Unit != r.Target).Select(u => (u.Unit, Rule: r)).DistinctBy(u => u.Unit)).ToLookup(p => p.Unit, p => p.Rule);
    }

    /// <summary>Whether there is no composite rule.</summary>
    internal bool IsEmpty => _rules.Length == 0;

    /// <summary>The rule with this number.</summary>
    internal EquivalenceRule this[int number] => _rules[number];

    /// <summary>Rules that grant the unit beside another target, by identifier.</summary>
    internal ImmutableArray<EquivalenceRule> FurtherGranting(UnitCode unit) => [.. _further[unit]];

    /// <summary>Every source that the credential fits, by rule, group and source, with the days on which the rule was in force.</summary>
    internal ImmutableArray<FittingSource> Fitting(SourceFacts facts, RuleDatePolicy policy)
    {
        if (IsEmpty) return [];
        var matches = new RuleMatches();
        _sources.Match(facts, null, policy, matches);
        return
        [
            .. Enumerable.Range(0, matches.Count).Select(i => new FittingSource(_places[matches.Number(i)], matches.OnAward(i), matches.OnApplication(i)))
                .OrderBy(f => f.Place.Rule).ThenBy(f => f.Place.Group).ThenBy(f => f.Place.Source),
        ];
    }

    /// <summary>Numbers of the rules of which the credential could be a source, by what it is named: the rules worth explaining.</summary>
    internal IEnumerable<int> Candidates(OrganisationId? awardingBody, ImmutableArray<string> codes) =>
        IsEmpty ? [] : _sources.Candidates(awardingBody, codes, null).Select(number => _places[number].Rule).Distinct();

    /// <summary>The sources of a rule as rules about one credential: their conditions and those of the rule. Coverage is asked of all credentials together, so it is left to the use.</summary>
    internal static IEnumerable<(int Group, int Source, EquivalenceRule Alone)> SourcesOf(EquivalenceRule rule)
    {
        if (rule.Sources.Length == 0) return [(0, 0, Alone(rule, rule.Conditions))];
        var common = rule.Conditions.RemoveAll(c => c is RuleCondition.OutcomeCoverageAtLeast);
        return rule.Sources.SelectMany((group, g) => group.Sources.Select((source, s) => (g, s, Alone(rule, common.AddRange(source.Conditions)))));
    }

    private static EquivalenceRule Alone(EquivalenceRule rule, ImmutableArray<RuleCondition> conditions) => rule with { Conditions = conditions, Sources = [], FurtherUnits = [] };
}

/// <summary>Where a source stands.</summary>
/// <param name="Rule">Number of the rule among the composite ones.</param>
/// <param name="Group">Number of the group in the rule.</param>
/// <param name="Source">Number of the source in the group.</param>
internal readonly record struct SourcePlace(int Rule, int Group, int Source);

/// <summary>A source that a credential fits.</summary>
/// <param name="Place">Source.</param>
/// <param name="OnAward">Whether the rule was in force on the day of award.</param>
/// <param name="OnApplication">Whether it was on the day of application.</param>
internal readonly record struct FittingSource(SourcePlace Place, bool OnAward, bool OnApplication);
