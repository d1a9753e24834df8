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
        var known = NamesOf(source);
        var covered = ImmutableArray.CreateBuilder<CoveredOutcome>();
        var missing = ImmutableArray.CreateBuilder<string>();
        var essential = ImmutableArray.CreateBuilder<string>();
        foreach (var target in unit.Outcomes)
        {
            if (Match(target, known) is { } match)
            {
                covered.Add(match);
                continue;
            }

            missing.Add(target.Code);
            if (target.Essential) essential.Add(target.Code);
        }

        return new(covered.ToImmutable(), missing.ToImmutable(), essential.ToImmutable());
    }

    private static CoveredOutcome? Match(TargetOutcome target, Dictionary<string, LearningOutcome> known)
    {
        foreach (var by in target.CoveredBy)
        {
            if (known.TryGetValue(by, out var outcome) || known.TryGetValue(TitleKey(by), out outcome)) return new(target.Code, outcome.Title.ToString(), by);
        }

        return null;
    }

    // Every name of every outcome, so that a unit with many outcomes does not compare each with each. The first outcome keeps a name.
    private static Dictionary<string, LearningOutcome> NamesOf(ImmutableArray<LearningOutcome> source)
    {
        var known = new Dictionary<string, LearningOutcome>(StringComparer.Ordinal);
        foreach (var outcome in source)
        {
            foreach (var skill in outcome.Skills) known.TryAdd(skill, outcome);
            if (outcome.Id.Length > 0) known.TryAdd(outcome.Id, outcome);
            foreach (var title in outcome.Title.ByLanguage.Values) known.TryAdd(TitleKey(title), outcome);
        }

        return known;
    }

    // Titles have a key of their own, so that no identifier can pass for a title.
    private static string TitleKey(string title) => "\n" + ComparableText.Title(title);
}
