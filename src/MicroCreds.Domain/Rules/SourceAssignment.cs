using System.Collections.Immutable;

namespace MicroCreds.Domain.Rules;

/// <summary>Says which credential stands for which source of a composite rule, and which sources are missing.</summary>
internal static class SourceAssignment
{
    /// <summary>The rule as it was judged for these credentials: each needed source with the credential that stands for it, or with none.</summary>
    internal static RuleFinding Finding(EquivalenceRule rule, ImmutableArray<AssessmentInput> members, bool matched)
    {
        var unit = members[0].Table.Find(rule.Target);
        var sources = CompositeIndex.SourcesOf(rule).ToArray();
        var facts = members.Select(SourceFacts.Of).ToArray();
        var fits = sources.Select(s => facts.Select(f => s.Alone.Conditions.All(c => ConditionJudge.Holds(c, f, unit))).ToArray()).ToArray();
        var taken = Assign(fits, [.. sources.Select(s => s.Group)], rule.Sources.Length == 0 ? [1] : [.. rule.Sources.Select(g => g.Needed)], members.Length);
        var together = SourceFacts.Of(AssessedCredential.Together(members));
        var coverage = unit is null ? null : OutcomeMatcher.Cover(unit, together.OutcomeNames);
        var found = ImmutableArray.CreateBuilder<SourceFinding>();
        foreach (var group in sources.Select((s, i) => (s.Group, s.Source, s.Alone, At: i)).GroupBy(s => s.Group))
        {
            // Sources that a credential stands for, then as many of the others as are still needed.
            var needed = rule.Sources.Length == 0 ? 1 : rule.Sources[group.Key].Needed;
            foreach (var (g, s, alone, at) in group.OrderBy(s => taken[s.At] < 0).Take(Math.Max(needed, 0)).OrderBy(s => s.Source))
            {
                var member = taken[at] < 0 ? null : members[taken[at]];
                found.Add(new(g + 1, s + 1, member?.Credential.Digest, member?.Achievement.Title.ToString() ?? "",
                [
                    .. alone.Conditions.Select(c => taken[at] < 0
                        ? new ConditionFinding(ConditionJudge.NameOf(c), ConditionJudge.Expected(c), "no credential", false)
                        : ConditionJudge.Judge(c, facts[taken[at]], unit, coverage)),
                ]));
            }
        }

        var common = rule.Sources.Length == 0 ? [] : rule.Conditions.Where(c => c is RuleCondition.OutcomeCoverageAtLeast).Select(c => ConditionJudge.Judge(c, together, unit, coverage));
        var day = members[0].AppliedOn;
        var inForce = rule.InForceOn(day) || members.All(m => rule.InForceOn(m.Achievement.AwardedOn));
        return new(rule.Id, rule.Target, rule.Rank, rule.Priority, inForce, matched, [.. common]) { Sources = found.ToImmutable() };
    }

    // Augmenting paths, as for a largest flow from credentials over sources to groups: as many credentials as possible get a source of their own, and no
    // group more than it needs.
    private static int[] Assign(bool[][] fits, int[] groupOf, int[] needed, int members)
    {
        var (bySource, count) = (Enumerable.Repeat(-1, fits.Length).ToArray(), new int[needed.Length]);
        for (var m = 0; m < members; m++) Place(m, new bool[fits.Length], new bool[members]);
        return bySource;

        bool Place(int member, bool[] seen, bool[] moved)
        {
            for (var s = 0; s < fits.Length; s++)
            {
                if (!fits[s][member] || seen[s]) continue;
                seen[s] = true;
                var group = groupOf[s];
                if (bySource[s] < 0 && count[group] < needed[group])
                {
                    bySource[s] = member;
                    count[group]++;
                    return true;
                }

                // Its credential, or one of a full group's, may find another place.
                for (var other = 0; other < fits.Length; other++)
                {
                    if (groupOf[other] != group || bySource[other] is not (>= 0 and var there) || moved[there] || (bySource[s] >= 0 && other != s)) continue;
                    moved[there] = true;
                    if (!Place(there, seen, moved)) continue;
                    bySource[other] = -1;
                    bySource[s] = member;
                    return true;
                }
            }

            return false;
        }
    }
}
