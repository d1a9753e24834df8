using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Domain.Rules;

/// <summary>Compares learning outcomes by the mapping a unit publishes. It recognises nothing by itself: what is not mapped is not covered.</summary>
internal static class OutcomeMatcher
{
    /// <summary>Coverage of the unit's outcomes; null when it has none.</summary>
    internal static OutcomeCoverage? Cover(TargetUnit unit, ImmutableArray<LearningOutcome> source)
    {
        if (unit.Outcomes.Length == 0) return null;
        var covered = ImmutableArray.CreateBuilder<CoveredOutcome>();
        var missing = ImmutableArray.CreateBuilder<string>();
        var essential = ImmutableArray.CreateBuilder<string>();
        foreach (var target in unit.Outcomes)
        {
            if (Match(target, source) is { } match)
            {
                covered.Add(match);
                continue;
            }

            missing.Add(target.Code);
            if (target.Essential) essential.Add(target.Code);
        }

        return new(covered.ToImmutable(), missing.ToImmutable(), essential.ToImmutable());
    }

    private static CoveredOutcome? Match(TargetOutcome target, ImmutableArray<LearningOutcome> source)
    {
        foreach (var by in target.CoveredBy)
        {
            foreach (var outcome in source)
            {
                if (outcome.Skills.Contains(by) || outcome.Id == by || outcome.Title.ByLanguage.Values.Any(t => ComparableText.Title(t) == ComparableText.Title(by)))
                    return new(target.Code, outcome.Title.ToString(), by);
            }
        }

        return null;
    }
}
