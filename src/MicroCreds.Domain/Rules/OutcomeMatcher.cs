using System.Collections.Immutable;
using MicroCreds.Domain.Achievements;

namespace MicroCreds.Domain.Rules;

/// <summary>Compares learning outcomes by the mapping a unit publishes. It recognises nothing by itself: what is not mapped is not covered.</summary>
internal static class OutcomeMatcher
{
    /// <summary>Coverage of the unit's outcomes; null when it has none.</summary>
    internal static OutcomeCoverage? Cover(TargetUnit unit, ImmutableArray<LearningOutcome> source) => Cover(unit, NamesOf(source));

    /// <summary>Coverage of the unit's outcomes by outcomes of these names; null when it has none.</summary>
    internal static OutcomeCoverage? Cover(TargetUnit unit, Dictionary<string, LearningOutcome> known)
    {
        if (unit.Outcomes.Length == 0) return null;
        var covered = ImmutableArray.CreateBuilder<CoveredOutcome>();
        var missing = ImmutableArray.CreateBuilder<string>();
        var essential = ImmutableArray.CreateBuilder<string>();
        foreach (var target in unit.Outcomes)
        {
            if (Match(target, known, out var by) is { } match)
            {
                covered.Add(new(target.Code, match.Title.ToString(), by));
                continue;
            }

            missing.Add(target.Code);
            if (target.Essential) essential.Add(target.Code);
        }

        return new(covered.ToImmutable(), missing.ToImmutable(), essential.ToImmutable());
    }

    /// <summary>Whether at least <paramref name="percent"/> of the unit's outcomes are covered, and every essential one; never when it has none.</summary>
    internal static bool Reaches(TargetUnit? unit, Dictionary<string, LearningOutcome> known, int percent)
    {
        if (unit is null || unit.Outcomes.Length == 0) return false;
        var covered = 0;
        foreach (var target in unit.Outcomes)
        {
            if (Match(target, known, out _) is not null) covered++;
            else if (target.Essential) return false;
        }

        return covered * 100 >= unit.Outcomes.Length * percent;
    }

    private static LearningOutcome? Match(TargetOutcome target, Dictionary<string, LearningOutcome> known, out string by)
    {
        foreach (var name in target.CoveredBy)
        {
            by = name;
            if (known.TryGetValue(name, out var outcome) || known.TryGetValue(TitleKey(name), out outcome)) return outcome;
        }

        by = "";
        return null;
    }

    // Every name of every outcome, so that a unit with many outcomes does not compare each with each. The first outcome keeps a name.
    internal static Dictionary<string, LearningOutcome> NamesOf(ImmutableArray<LearningOutcome> source)
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
    internal static string TitleKey(string title) => "\n" + ComparableText.Title(title);
}
