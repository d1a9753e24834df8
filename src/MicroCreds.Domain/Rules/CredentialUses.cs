using System.Collections.Immutable;
using System.Numerics;
using MicroCreds.Domain.Credits;
using MicroCreds.Domain.Identifiers;

namespace MicroCreds.Domain.Rules;

/// <summary>One way to use a rule, with what it is about.</summary>
/// <param name="Use">What the selection weighs.</param>
/// <param name="Rule">Rule.</param>
/// <param name="Together">Its credentials taken for one.</param>
internal sealed record FoundUse(RuleUse Use, EquivalenceRule Rule, AssessmentInput Together);

/// <summary>Every way to use a published rule for some of a case's credentials, found by the index.</summary>
internal sealed class CredentialUses
{
    private readonly ImmutableArray<AssessmentInput> _each;
    private readonly ImmutableArray<SourceFacts> _facts;
    private readonly Dictionary<int, (AssessmentInput Input, CreditReckoning Credits)> _together = [];
    private readonly List<FoundUse> _found = [];

    private CredentialUses(ImmutableArray<AssessmentInput> each) => (_each, _facts) = (each, [.. each.Select(SourceFacts.Of)]);

    /// <summary>The uses; of rules that grant the same units for the same credentials the one that has precedence.</summary>
    internal IReadOnlyList<FoundUse> Found => _found;

    /// <summary>Rules of the same precedence that grant different things for the same credentials: a person decides.</summary>
    internal List<(int Credentials, ImmutableArray<EquivalenceRule> Rules)> Conflicts { get; } = [];

    /// <summary>Whether there are more uses than are chosen among.</summary>
    internal bool TooMany { get; private set; }

    /// <summary>The sources that the credentials fit, by rule.</summary>
    internal ILookup<int, (int Credential, FittingSource Source)> Fitting { get; private set; } = Array.Empty<(int, FittingSource)>().ToLookup(_ => 0);

    /// <summary>Finds the uses of the credentials <paramref name="among"/>, as bits, that grant only units that are wanted.</summary>
    internal static CredentialUses Of(ImmutableArray<AssessmentInput> each, int among, Func<EquivalenceRule, bool> wanted)
    {
        var uses = new CredentialUses(each);
        var alone = uses.OneByOne(among, wanted);
        var joint = uses.Composite(among, wanted);
        uses.Settle([.. alone, .. joint]);
        return uses;
    }

    /// <summary>The credentials of a use as one input.</summary>
    internal AssessmentInput Together(int mask) => At(mask).Input;

    private (AssessmentInput Input, CreditReckoning Credits) At(int mask)
    {
        if (_together.TryGetValue(mask, out var known)) return known;
        var input = AssessedCredential.Together([.. Indexes(mask).Select(i => _each[i])]);
        return _together[mask] = (input, CreditReckoning.Of(input));
    }

    /// <summary>Numbers of the credentials that a mask names.</summary>
    internal static IEnumerable<int> Indexes(int mask)
    {
        for (; mask != 0; mask &= mask - 1) yield return BitOperations.TrailingZeroCount(mask);
    }

    private List<(int Mask, EquivalenceRule Rule)> OneByOne(int among, Func<EquivalenceRule, bool> wanted)
    {
        var found = new List<(int Mask, EquivalenceRule Rule)>();
        var matches = new RuleMatches();
        foreach (var i in Indexes(among))
        {
            var input = _each[i];
            input.Table.Match(_facts[i], null, input.Policy.RuleDate, matches);
            var units = Enumerable.Range(0, matches.Count).Select(m => matches[m]).Where(wanted).Select(r => r.Target).Distinct().ToArray();
            foreach (var unit in units)
            {
                if (input.Table.Find(unit) is not { } target) continue;
                input.Table.Match(_facts[i], unit, input.Policy.RuleDate, matches);
                var credits = At(1 << i).Credits;
                switch (RuleChoice.Among(matches, input.Policy.RuleDate, r => credits.GrantedBy(r, target)?.Hundredths ?? -1))
                {
                    case RuleChoice.Applies { Rule: var rule }: found.Add((1 << i, rule)); break;
                    case RuleChoice.Conflict { Rules: var tied }: Conflicts.Add((1 << i, tied)); break;
                }
            }
        }

        return found;
    }

    private List<(int Mask, EquivalenceRule Rule)> Composite(int among, Func<EquivalenceRule, bool> wanted)
    {
        var (table, policy) = (_each[0].Table, _each[0].Policy.RuleDate);
        Fitting = Indexes(among).SelectMany(i => table.Composites.Fitting(_facts[i], policy).Select(f => (Credential: i, Source: f))).ToLookup(f => f.Source.Place.Rule, f => (f.Credential, f.Source));
        var found = new List<(int Mask, EquivalenceRule Rule)>();
        foreach (var fitting in Fitting.OrderBy(f => f.Key))
        {
            var rule = table.Composites[fitting.Key];
            if (!wanted(rule)) continue;
            var masks = new HashSet<int>();
            // A rule was in force for all credentials on one kind of day: that of application, or each on its day of award.
            foreach (var onAward in RuleBox.OnAward(policy)) masks.UnionWith(Masks(rule, [.. fitting.Where(f => onAward ? f.Source.OnAward : f.Source.OnApplication)]));
            found.AddRange(masks.Where(mask => CoversTogether(rule, mask)).Select(mask => (mask, rule)));
            TooMany |= found.Count > CredentialSelection.MaxUses;
            if (TooMany) return [];
        }

        return found;
    }

    // Every set of credentials of which each can stand for another source: group by group, source by source.
    private HashSet<int> Masks(EquivalenceRule rule, (int Credential, FittingSource Source)[] fitting)
    {
        HashSet<int> sets = [0];
        var groups = rule.Sources.Length == 0 ? [(Needed: 1, Sources: 1)] : rule.Sources.Select(g => (g.Needed, Sources: g.Sources.Length)).ToArray();
        for (var g = 0; g < groups.Length; g++)
        {
            HashSet<int>[] byCount = [sets, .. Enumerable.Range(0, Math.Max(0, groups[g].Needed)).Select(_ => new HashSet<int>())];
            for (var s = 0; s < groups[g].Sources; s++)
            {
                int[] bits = [.. fitting.Where(f => f.Source.Place.Group == g && f.Source.Place.Source == s).Select(f => 1 << f.Credential)];
                for (var count = byCount.Length - 2; count >= 0; count--)
                {
                    foreach (var set in byCount[count])
                    {
                        foreach (var bit in bits) if ((set & bit) == 0) byCount[count + 1].Add(set | bit);
                    }

                    TooMany |= byCount[count + 1].Count > CredentialSelection.MaxUses;
                    if (TooMany) return [];
                }
            }

            sets = groups[g].Needed < 1 ? [] : byCount[^1];
        }

        return sets;
    }

    private bool CoversTogether(EquivalenceRule rule, int mask)
    {
        if (rule.Sources.Length == 0) return true;
        foreach (var condition in rule.Conditions)
        {
            if (condition is RuleCondition.OutcomeCoverageAtLeast && !ConditionJudge.Holds(condition, SourceFacts.Of(Together(mask)), _each[0].Table.Find(rule.Target))) return false;
        }

        return true;
    }

    // Which of two rules speaks is settled where they are about the same: the same credentials and the same units. Everything else is a question of credits.
    private void Settle(List<(int Mask, EquivalenceRule Rule)> found)
    {
        foreach (var same in found.GroupBy(f => (f.Mask, Units: string.Join('\n', f.Rule.Units.Order(Comparer<UnitCode>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)))))))
        {
            // What sources ask for is not compared, so a rule with sources is never the more specific.
            var speaking = RuleChoice.Among(same.Select(f => BySourcesAlone(f.Rule)), r => Worth(r, same.Key.Mask).Sum(g => g.Credits.Hundredths));
            if (speaking is RuleChoice.Conflict { Rules: var tied }) Conflicts.Add((same.Key.Mask, tied));
            if (speaking is not RuleChoice.Applies { Rule.Id: var id }) continue;
            var rule = same.First(f => f.Rule.Id == id).Rule;
            var grants = Worth(rule, same.Key.Mask);
            if (grants.Length > 0) _found.Add(new(new(rule.Id, same.Key.Mask, grants), rule, Together(same.Key.Mask)));
        }

        TooMany |= _found.Count > CredentialSelection.MaxUses;
    }

    private static EquivalenceRule BySourcesAlone(EquivalenceRule rule) => rule.Sources.Length == 0 ? rule : rule with
    {
        Conditions = [],
        Sources = [.. rule.Sources.Select(g => g with { Sources = [.. g.Sources.Select(s => new RuleSource(rule.Conditions.AddRange(s.Conditions)))] })],
    };

    // What a line about it grants before caps, in the reckoning of RuleProposal; nothing when level or outcomes stand against it.
    private ImmutableArray<UnitGrant> Worth(EquivalenceRule rule, int mask)
    {
        var (input, credits) = At(mask);
        var settled = rule.Rank <= RuleRank.NamedAchievement;
        if (input.Table.Find(rule.Target) is not { } unit || credits.GrantedBy(rule, unit) is not { } granted) return [];
        if (!settled && rule.Units.Any(u => input.Achievement.EqfLevel < input.Table.Find(u)?.EqfLevel)) return [];
        if ((!settled || input.Track == RecognitionTrack.Validation) && OutcomeMatcher.Cover(unit, input.Achievement.Outcomes) is { MissingEssential.Length: > 0 } coverage)
            granted = EctsCredits.Min(granted, credits.AskedOf(unit).Scale(coverage.Covered.Length, coverage.Covered.Length + coverage.Missing.Length).FloorTo(input.Policy.CreditStep));
        return
        [
            .. rule.FurtherUnits.Select(u => u with { Credits = EctsCredits.Min(u.Credits, input.Table.Find(u.Unit)?.Credits ?? EctsCredits.Zero) }).Prepend(new(unit.Code, granted))
                .Where(g => g.Credits > EctsCredits.Zero).OrderBy(g => g.Unit != unit.Code),
        ];
    }
}
